import {
    FakeServer,
    makeCounter,
    makeOrigin,
    makeReturn,
    makeSession,
    makeVisit,
    mountClerk,
    mountReturn,
    mountSession,
    refusal,
} from "./clerk_test_helpers.esm";
import {advanceTime, animationFrame, freezeTime} from "@odoo/hoot-mock";
import {click, edit, press, queryAllTexts, queryRect} from "@odoo/hoot-dom";
import {contains, getService} from "@web/../tests/web_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {UNREAD} from "@epay_counter/clerk/screens/return_ready/return_ready.esm";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const NUMBER = "[data-epay=cancel-number-input]";
const AMOUNT = "[data-epay=cancel-amount-input]";
const INQUIRE = "[data-epay=inquire]";
const EXECUTE = "[data-epay=execute-cancellation]";
const RECEIPT = "https://shop.example/epay/r/17-abc";
const REST = {
    amount: 50,
    amount_text: "50.00 €",
    return: {whole: false},
    origin: makeOrigin({
        returned_amount: 71.2,
        returned_text: "71.20 €",
        left_to_return: 50,
        left_text: "50.00 €",
    }),
};

/** The provider's answer comes while the finger is still over the button. */
async function answerComes({clerk, server}) {
    server.moveTo(makeReturn("cancellable", {return: {way: "refund"}}));
    await clerk.refresh();
    await animationFrame();
}

// --- the one question ---

test("Enter pressed again and again gives no money back", async () => {
    const app = await mountReturn("consented");
    expect(INQUIRE).toBeFocused();
    freezeTime();
    await answerComes(app);
    expect("h1").toBeFocused();
    for (let time = 0; time < 3; time++) {
        await press("Enter");
        await advanceTime(UNREAD);
        await animationFrame();
    }
    expect(app.server.of("execute_cancellation")).toHaveLength(0);
    expect("h1").toBeFocused();
});

test("a second tap finds no money where the provider was asked", async () => {
    const app = await mountReturn("consented");
    const asked = queryRect(INQUIRE);
    freezeTime();
    await answerComes(app);
    const gives = queryRect(EXECUTE);
    const isApart = gives.top > asked.bottom || gives.bottom < asked.top;
    expect(isApart).toBe(true);
});

test("nothing of the question takes a tap before it was read", async () => {
    const app = await mountReturn("consented");
    freezeTime();
    await answerComes(app);
    const buttons = [EXECUTE, INQUIRE, "[data-epay=cancel-session]"];
    await advanceTime(UNREAD - 50);
    await animationFrame();
    for (const button of buttons) {
        expect(button).toHaveAttribute("aria-disabled", "true");
        await click(button);
    }
    for (const verb of ["execute_cancellation", "inquire", "cancel"]) {
        expect(app.server.of(verb)).toHaveLength(0);
    }
    await advanceTime(50);
    await animationFrame();
    for (const button of buttons) {
        expect(button).not.toHaveAttribute("aria-disabled");
    }
});

// --- finding ---

test("finding is always in reach, and a wrong pair leads to the number", async () => {
    const server = new FakeServer();
    const clerk = await mountClerk(server);
    clerk.startReturn();
    await animationFrame();
    expect(".epay-screen-actions [data-epay=find-sale]").toHaveCount(1);
    server.on("register_cancellation", refusal("no_match", "Check both."));
    await contains(NUMBER).edit("12", {confirm: false});
    await contains(AMOUNT).edit("1", {confirm: false});
    await contains("[data-epay=find-sale]").click();
    expect(NUMBER).toBeFocused();
    expect(AMOUNT).toHaveValue("1");
});

for (const [way, scan] of [
    [
        "typed by a scanner into the amount",
        async () => {
            await contains("[data-epay=amount-input]").click();
            await edit(RECEIPT);
            await press("Enter");
        },
    ],
    [
        "read by a scanner anywhere",
        () => getService("barcode").bus.trigger("barcode_scanned", {barcode: RECEIPT}),
    ],
]) {
    test(`a receipt at the keypad opens its return: ${way}`, async () => {
        const server = new FakeServer();
        await mountClerk(server);
        await animationFrame();
        await scan();
        await animationFrame();
        expect(NUMBER).toHaveValue(RECEIPT);
        expect(AMOUNT).toHaveValue("");
        expect(AMOUNT).toBeFocused();
        expect("[data-epay=message]").toHaveCount(0);
        expect(server.of("register_sale")).toHaveLength(0);
    });
}

test("any other code at the keypad is no receipt", async () => {
    await mountClerk(new FakeServer());
    await animationFrame();
    getService("barcode").bus.trigger("barcode_scanned", {barcode: "4006381333931"});
    await animationFrame();
    expect(NUMBER).toHaveCount(0);
});

test("found on another device, an empty page gives way", async () => {
    const server = new FakeServer();
    const clerk = await mountClerk(server);
    clerk.startReturn();
    await animationFrame();
    server.moveTo(makeReturn("consented"));
    await clerk.refresh();
    await animationFrame();
    await animationFrame();
    expect("[data-epay=session]").toHaveAttribute("data-state", "consented");
    expect(INQUIRE).toHaveCount(1);
});

test("found on another device, what is typed stays, and the deal is one tap away", async () => {
    const server = new FakeServer();
    const clerk = await mountClerk(server);
    clerk.startReturn();
    await animationFrame();
    await contains(NUMBER).edit("12", {confirm: false});
    server.moveTo(makeReturn("consented"));
    await clerk.refresh();
    await animationFrame();
    expect(NUMBER).toHaveValue("12");
    expect("[data-epay=deal-at-counter]").toHaveText(/MAIN000124 is at the counter/);
    await contains("[data-epay=open-deal]").click();
    expect(INQUIRE).toHaveCount(1);
});

// --- what goes back ---

test("while a part is chosen, it is the clerk's turn, and the sum is said", async () => {
    await mountReturn("open");
    await contains("[data-epay=open-part]").click();
    expect(".epay-turn").toHaveAttribute("data-turn", "clerk");
    expect("h1").toHaveText("What is given back?");
    expect("[data-epay=session-amount]").toHaveCount(0);
    expect("[data-epay=choose-part]").toHaveText("Take this part");
    await contains('[data-id="31"] [data-epay=part-more]').click();
    expect("[data-epay=choose-part]").toHaveText("Take this part: 39.00 €");
    await contains("[data-epay=part-by-amount]").click();
    await contains("[data-epay=part-amount-input]").edit("5", {confirm: false});
    expect("[data-epay=choose-part]").toHaveText("Take this part: 5.00 €");
    expect("[data-epay=origin]").toHaveCount(1);
});

test("opened again, the form shows what is chosen", async () => {
    const lines = [
        {id: 90, origin_line_id: 31, name: "Lamp", quantity: 2, subtotal_text: "78 €"},
    ];
    await mountReturn("open", {lines, amount: 78, return: {whole: false}});
    await contains("[data-epay=open-part]").click();
    expect('[data-id="31"] [data-epay=part-quantity]').toHaveValue("2");
    expect('[data-id="32"] [data-epay=part-quantity]').toHaveValue("0");
});

test("opened again, the form shows the chosen amount", async () => {
    await mountReturn("open", {amount: 30.7, return: {whole: false}});
    await contains("[data-epay=open-part]").click();
    expect("[data-epay=part-amount-input]").toHaveValue("30.70");
});

test("the keyboard goes into the form, and back to what opened it", async () => {
    await mountReturn("open");
    await contains("[data-epay=open-part]").click();
    expect('[data-id="31"] [data-epay=part-quantity]').toBeFocused();
    await contains(".epay-part .epay-button--plain").click();
    await animationFrame();
    expect("[data-epay=open-part]").toBeFocused();
});

test("the rest of a sale says why it is less", async () => {
    await mountReturn("open", REST);
    expect("h1").toHaveText("Give back the rest");
    expect("[data-epay=rest]").toHaveText("Of 121.20 €, 71.20 € went back before.");
    expect("[data-epay=open-part]").toHaveText("Give back only a part");
});

test("a line that is gone is told so, and the store of another one", async () => {
    const [line] = makeOrigin().lines;
    const origin = makeOrigin({store: "Ginza", lines: [{...line, left_quantity: 0}]});
    await mountReturn("open", {origin});
    expect("[data-epay=origin-line]").toHaveText(/Returned/);
    expect("[data-epay=origin]").toHaveText(/Ginza · C12/);
});

test("a return is told from a sale at its amount and number", async () => {
    await mountReturn("engaged");
    expect(".epay-deal").toHaveText(/To be given back[^]*Return/);
});

// --- without the phone ---

test("a customer who left is told, with the words of the phone", async () => {
    await mountReturn("open", {return: {left: "blue · tiger · lamp"}});
    expect("[data-epay=customer-left]").toHaveText(/left without an answer.*tiger/);
});

for (const state of ["open", "engaged"]) {
    test(`${state}: a clerk is told who can go on without a phone`, async () => {
        await mountReturn(state);
        expect("[data-epay=no-phone]").toHaveText(/manager can go on without it/);
    });
}

test("a manager is offered it instead, before the long list", async () => {
    await mountReturn("open", {allowed: ["waive_consent"]});
    expect("[data-epay=no-phone]").toHaveCount(0);
    const form = queryRect("[data-epay=waive-consent-open]");
    expect(form.bottom <= queryRect("[data-epay=origin]").top).toBe(true);
});

test("nobody agreed, and the banner doesn't say so", async () => {
    const why = {consent_waived: true, consent_reason: "No battery"};
    await mountReturn("consented", {return: why, reason: "No battery"});
    expect(".epay-turn").toHaveText(/Without consent: ask the provider/);
});

test("what a manager recorded is no warning while it is booked", async () => {
    await mountReturn("reversing", {reason: "Refund 4711", return: {way: "by_hand"}});
    expect("[data-epay=reason]").toHaveText("Refund 4711");
    expect("[data-epay=reason]").not.toHaveClass("epay-note--warning");
});

// --- how it ended ---

for (const state of ["refused", "expired", "cancelled", "rejected"]) {
    test(`${state}: the same sale is found again with nothing typed`, async () => {
        await mountReturn(state);
        await contains("[data-epay=find-again]").click();
        expect(NUMBER).toHaveValue("MAIN000012");
        expect(AMOUNT).toHaveValue("121.20");
    });
}

test("nothing is left: it isn't tried again", async () => {
    await mountReturn("refused", {origin: makeOrigin({left_to_return: 0})});
    expect("[data-epay=find-again]").toHaveCount(0);
});

test("not possible says where it is found later", async () => {
    await mountReturn("rejected");
    expect(".epay-calm").toHaveText(/stays in today's day list as MAIN000124/);
});

test("a returned sale of the day list doesn't look settled", async () => {
    const {clerk, server} = await mountSession("settled");
    const sale = makeSession("settled", {
        id: 3,
        holds: false,
        return_state: "part",
        returned_text: "30.70 €",
    });
    server.on("focus", {session: sale, counter: server.counter, message: false});
    await clerk.focus(3);
    await animationFrame();
    expect(".epay-turn").toHaveText(/Returned in part/);
    expect(".epay-turn").not.toHaveText(/Settled/);
    expect("[data-epay=was-returned]").toHaveText(/30\.70 € of 80\.78 € went back/);
    expect(".epay-done-tick").toHaveCount(0);
});

// --- the day ---

test("the day list subtracts only what went back, and says what is left", async () => {
    const server = new FakeServer();
    const row = {
        ...makeReturn("reversed"),
        time: new Date().toISOString(),
        method: "Visa",
        origin: "MAIN000123",
    };
    const rows = ["reversed", "refused", "cancellable"].map((state, index) => ({
        ...row,
        id: 20 + index,
        state,
    }));
    const returned = {count: 1, amount_text: "121.20 €", net_text: "78.80 €"};
    server.day = {deals: rows, totals: [], count: 1, amount_text: "200.00 €", returned};
    const clerk = await mountClerk(server);
    await clerk.go("day");
    await advanceTime(1000);
    expect(queryAllTexts(".epay-day-amount")).toEqual([
        "− 121.20 €",
        "121.20 €",
        "121.20 €",
    ]);
    expect(".epay-day-amount--nothing").toHaveCount(1);
    expect("[data-epay=day-net]").toHaveText(/78\.80 €/);
});

test("what went back today stands beside what came in", async () => {
    const today = {count: 3, amount_text: "286.96 €", returned_text: "158.96 €"};
    await mountClerk(new FakeServer({counter: makeCounter({today})}));
    await animationFrame();
    expect(".epay-top-today").toHaveText(/286\.96 €[^]*− 158\.96 €/);
});

test("a phone that comes while a part is chosen is to be compared", async () => {
    const {clerk, server} = await mountReturn("open");
    await contains("[data-epay=open-part]").click();
    server.moveTo(server.session, {visits: [makeVisit()]});
    await clerk.refresh();
    await animationFrame();
    expect(".epay-turn").toHaveText(/Compare the words/);
    expect("[data-epay=part-line]").toHaveCount(2);
});
