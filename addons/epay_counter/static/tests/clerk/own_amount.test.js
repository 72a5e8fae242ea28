import {
    FakeServer,
    makeCounter,
    makeOwnAmount,
    makeSession,
    makeVisit,
    mountClerk,
    mountSession,
    refusal,
} from "./clerk_test_helpers.esm";
import {advanceTime, animationFrame} from "@odoo/hoot-mock";
import {click, edit, press, queryRect} from "@odoo/hoot-dom";
import {contains, patchWithCleanup} from "@web/../tests/web_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {Deferred} from "@web/core/utils/concurrency";
import {FRESH} from "@epay_counter/clerk/components/act_button/act_button.esm";
import {browser} from "@web/core/browser/browser";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const INVITE = "[data-epay=invite-amount]";
const REQUEST = "[data-epay=request-authorization]";
const REASON = "[data-epay=send-back-reason]";
const MESSAGE = "[data-epay=message]";
const SUM = "[data-epay=session-amount]";
const CARD = {
    name: "Visa",
    code: "card",
    icon: false,
    condition: "3 instalments",
    condition_code: "three",
};

/** The app at a counter where the customer enters the amount, without a deal. */
async function mountFree(values = {}) {
    const counter = makeCounter({amount_by: "customer", ...values});
    const server = new FakeServer({counter});
    const clerk = await mountClerk(server);
    await animationFrame();
    return {clerk, server};
}

/** The app with a deal of the customer's own amount. */
function mountOwn(state, values) {
    return mountSession(state, makeOwnAmount(state, values), {amount_by: "customer"});
}

// --- inviting ---

test("the customer is invited to enter the amount", async () => {
    const {server} = await mountFree();
    expect("[data-epay=amount-input]").toHaveCount(0);
    await contains("[data-epay=description-input]").edit("Vegetables", {
        confirm: false,
    });
    server.on("invite_amount", () => server.moveTo(makeOwnAmount("open")));
    await contains(INVITE).click();
    expect(server.of("invite_amount")[0].args).toEqual([[11], "Vegetables"]);
    expect("main").toHaveAttribute("data-state", "open");
    expect(".epay-deal-awaited").toHaveText("The customer enters the amount");
    expect(SUM).toHaveCount(0);
});

test("Enter in the description invites once", async () => {
    const {server} = await mountFree();
    server.on("invite_amount", () => new Deferred());
    await contains("[data-epay=description-input]").click();
    await edit("Vegetables");
    await press("Enter");
    await press("Enter");
    await animationFrame();
    expect(server.of("invite_amount")).toHaveLength(1);
});

test("the counter's limits are named", async () => {
    await mountFree({min_amount: 5, max_amount: 100});
    expect(".epay-screen--invite").toHaveText(/from 5\.00.€ to 100\.00.€/);
});

test("the clerk may enter the amount all the same, for this one deal", async () => {
    const {server} = await mountFree();
    await contains("[data-epay=enter-amount]").click();
    await contains("[data-epay=amount-input]").edit("12.5", {confirm: false});
    server.on("register_sale", () => server.moveTo(makeSession("open")));
    await contains("[data-epay=register]").click();
    expect(server.of("register_sale")[0].args).toEqual([[11], "12.5", false]);
    expect("[data-epay=session]").toHaveAttribute("data-state", "open");
});

test("after a sale of the clerk's the next customer is invited again", async () => {
    const {clerk, server} = await mountFree();
    await contains("[data-epay=enter-amount]").click();
    server.on("register_sale", () => server.moveTo(makeSession("open")));
    await clerk.registerSale("5.00", false);
    server.moveTo(false);
    await clerk.refresh();
    await animationFrame();
    expect(INVITE).toHaveCount(1);
});

test("who would rather let the customer enter it goes back", async () => {
    await mountFree();
    await contains("[data-epay=enter-amount]").click();
    await contains("[data-epay=customer-enters]").click();
    expect(INVITE).toHaveCount(1);
});

// --- checking ---

test("while the customer enters the amount nothing is shown for one", async () => {
    await mountOwn("engaged", {allowed: ["cancel", "release_visit"]});
    expect(".epay-deal-awaited").toHaveCount(1);
    expect(".epay-turn").toHaveText(/Entering the amount/);
});

test("the amount, the method and the condition stand over half of the screen", async () => {
    await mountOwn("chosen", {method: CARD});
    expect(SUM).toHaveText("8,078.00 €");
    expect("[data-epay=amount-words]").toHaveText(/Eight Thousand/);
    expect("[data-epay=method]").toHaveText("Visa");
    expect("[data-epay=condition]").toHaveText("3 instalments");
    expect(queryRect(".epay-own").height).toBeGreaterThan(window.innerHeight / 2 - 1);
    expect(queryRect(SUM).width).toBeGreaterThan(queryRect(".epay-own").width / 2);
});

test("the button repeats the amount, and what was seen is sent", async () => {
    const {server} = await mountOwn("chosen");
    expect(REQUEST).toHaveText("Confirm 8,078.00 € and request authorization");
    await contains(REQUEST).click();
    expect(server.of("request_authorization")[0].args).toEqual([
        [5],
        "8078.00",
        "choice-1",
    ]);
});

test("the words of the phone stand above, also where its card is out of sight", async () => {
    await mountOwn("chosen", {visit: makeVisit({sticker: "old"})});
    expect(".epay-own-phone").toHaveText(/blue · tiger · lamp/);
    expect(".epay-own-phone [data-epay=old-sticker]").toHaveCount(1);
    expect(".epay-phone").toHaveCount(0);
});

test("that the page is not open on the phone is said here, too", async () => {
    await mountOwn("chosen", {visit: makeVisit({away: true})});
    expect(".epay-phone").toHaveText(/not open on the phone/);
});

test("an amount that the clerk entered can't be sent back", async () => {
    await mountSession("chosen");
    expect("[data-epay=send-back-open]").toHaveCount(0);
});

/** The customer chooses anew while the clerk presses: only a second tap counts. */
async function expectNoBlindTap(clerk, server, changed, sent) {
    server.moveTo(changed);
    await clerk.refresh();
    await animationFrame();
    await click(REQUEST);
    await animationFrame();
    expect(server.of("request_authorization")).toHaveLength(0);
    await advanceTime(FRESH);
    await animationFrame();
    await click(REQUEST);
    await animationFrame();
    expect(server.of("request_authorization")[0].args).toEqual([[5], ...sent]);
}

test("an amount that changes under the thumb is not confirmed by that tap", async () => {
    const {clerk, server} = await mountOwn("chosen");
    const changed = makeOwnAmount("chosen", {
        amount: 807,
        amount_text: "807.00 €",
        choice: "choice-2",
    });
    await expectNoBlindTap(clerk, server, changed, ["807.00", "choice-2"]);
});

test("nor is a method that changes under it", async () => {
    const {clerk, server} = await mountSession("chosen", {method: CARD});
    const changed = makeSession("chosen", {
        method: {...CARD, name: "•••• 4242", saved: true},
        choice: "choice-2",
    });
    await expectNoBlindTap(clerk, server, changed, ["80.78", "choice-2"]);
});

test("a method that the customer has just changed is shown, with the reason", async () => {
    const {server} = await mountOwn("chosen", {method: CARD});
    server.on("request_authorization", () => {
        const method = {...CARD, name: "•••• 4242", saved: true};
        server.moveTo(makeOwnAmount("chosen", {method, choice: "choice-2"}));
        throw refusal("choice_changed", "The customer has just chosen anew.");
    });
    await contains(REQUEST).click();
    await animationFrame();
    expect(MESSAGE).toHaveText(/chosen anew/);
    expect("[data-epay=method]").toHaveText("•••• 4242");
});

test("an amount that the customer has just changed is shown, with the reason", async () => {
    const {server} = await mountOwn("chosen");
    server.on("request_authorization", () => {
        server.moveTo(makeOwnAmount("chosen", {amount: 807, amount_text: "807.00 €"}));
        throw refusal("amount_mismatch", "The amount is 807.00 € now.");
    });
    await contains(REQUEST).click();
    await animationFrame();
    expect(MESSAGE).toHaveText(/807\.00 € now/);
    expect(SUM).toHaveText("807.00 €");
});

test("the window for the customer asks for the amount, and then shows it", async () => {
    const doc = document.implementation.createHTMLDocument();
    const popup = {document: doc, closed: false, close: () => true};
    patchWithCleanup(browser, {open: () => popup});
    const {clerk, server} = await mountOwn("engaged");
    clerk.openCustomerWindow();
    expect(doc.querySelectorAll(".amount").length).toBe(0);
    expect(doc.querySelector(".say").textContent).toBe(
        "Enter the amount on your phone"
    );
    server.moveTo(makeOwnAmount("chosen"));
    await clerk.refresh();
    await animationFrame();
    expect(doc.querySelector(".amount").textContent).toBe("8,078.00 €");
});

// --- sending back ---

test("a wrong amount is sent back with a reason", async () => {
    const {server} = await mountOwn("chosen");
    server.on("send_back", () =>
        server.moveTo(
            makeOwnAmount("engaged", {
                sent_back: true,
                reason: "it was 8,078",
                allowed: ["cancel", "release_visit"],
            })
        )
    );
    await contains("[data-epay=send-back-open]").click();
    expect(REASON).toBeFocused();
    // As it can be entered: without what separates thousands
    const example = "For example: it was 8078.00";
    expect(REASON).toHaveAttribute("placeholder", example);
    await contains(REASON).edit("it was 8,078", {confirm: false});
    await contains("[data-epay=send-back]").click();
    expect(server.of("send_back")[0].args).toEqual([[5], "it was 8,078"]);
    expect(".epay-calm-title").toHaveText("Another amount asked for");
    expect(".epay-calm-reason").toHaveText("it was 8,078");
    expect(".epay-turn").toHaveText(/Entering another amount/);
});

test("without a reason nothing is sent back", async () => {
    const {server} = await mountOwn("chosen");
    await contains("[data-epay=send-back-open]").click();
    await contains("[data-epay=send-back]").click();
    expect(MESSAGE).toHaveText(/Tell the customer what is wrong/);
    expect(server.of("send_back")).toHaveLength(0);
});

test("Enter sends the reason, once", async () => {
    const {server} = await mountOwn("chosen");
    server.on("send_back", () => new Deferred());
    await contains("[data-epay=send-back-open]").click();
    await edit("it was 8,078");
    await press("Enter");
    await press("Enter");
    await animationFrame();
    expect(server.of("send_back").map(({args}) => args)).toEqual([
        [[5], "it was 8,078"],
    ]);
    expect(server.of("request_authorization")).toHaveLength(0);
});

test("while a reason is typed nothing else can be pressed for it", async () => {
    await mountOwn("chosen");
    await contains("[data-epay=send-back-open]").click();
    expect(REQUEST).toHaveCount(0);
    expect("[data-epay=cancel-session]").toHaveCount(0);
    expect("[data-epay=send-back]").toHaveClass("epay-button--small");
});

for (const how of ["Cancel", "Escape"]) {
    test(`who would rather not say why goes back: ${how}`, async () => {
        await mountOwn("chosen");
        await contains("[data-epay=send-back-open]").click();
        await edit("it was");
        if (how === "Escape") {
            await press("Escape");
            await animationFrame();
        } else {
            await contains("[data-epay=send-back-close]").click();
        }
        expect("[data-epay=send-back-open]").toBeFocused();
        expect(REQUEST).toHaveCount(1);
        // Nobody has aimed at it yet
        expect(REQUEST).toHaveAttribute("aria-disabled", "true");
        await contains("[data-epay=send-back-open]").click();
        expect(REASON).toHaveValue("");
    });
}

test("an amount that changes while the clerk looks says what it was", async () => {
    const {clerk, server} = await mountOwn("chosen");
    expect("[data-epay=amount-was]").toHaveCount(0);
    const changed = {amount: 807, amount_text: "807.00 €", choice: "choice-2"};
    server.moveTo(makeOwnAmount("chosen", changed));
    await clerk.refresh();
    await animationFrame();
    expect("[data-epay=amount-was]").toHaveText("Changed: it was 8,078.00 €");
    server.moveTo(makeOwnAmount("engaged", {amount: false, amount_text: ""}));
    await clerk.refresh();
    server.moveTo(makeOwnAmount("chosen"));
    await clerk.refresh();
    await animationFrame();
    expect("[data-epay=amount-was]").toHaveCount(0);
});
