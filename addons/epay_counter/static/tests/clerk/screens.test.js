import {
    FakeServer,
    JPY,
    KWD,
    makeCounter,
    makeSession,
    makeVisit,
    mountClerk,
    mountSession,
    refusal,
} from "./clerk_test_helpers.esm";
import {advanceTime, animationFrame, runAllTimers} from "@odoo/hoot-mock";
import {clear, click, edit, press, queryAllTexts, queryOne} from "@odoo/hoot-dom";
import {contains, patchWithCleanup} from "@web/../tests/web_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {browser} from "@web/core/browser/browser";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";

describe.current.tags("desktop");
defineMailModels();

const METHOD = {
    name: "Visa •••• 4242",
    code: "card",
    icon: false,
    saved: true,
    flow: "token",
    charged_at_once: false,
    condition: "3 instalments",
    condition_code: "3x",
};

test("choose a counter", async () => {
    const counters = [
        {...makeCounter(), has_deal: true},
        {
            ...makeCounter({id: 14, code: "R1", name: "Route", state: "closed"}),
            has_deal: false,
        },
    ];
    const server = new FakeServer({counters});
    await mountClerk(server);
    await animationFrame();
    expect(queryAllTexts("[data-epay=counter] .epay-counter-state")).toEqual([
        "A deal is open",
        "Closed",
    ]);
    await contains("[data-epay=counter][data-code=C11]").click();
    expect("[data-epay=amount-input]").toHaveCount(1);
});

test("without a counter the page says what to do", async () => {
    patchWithCleanup(user, {hasGroup: async () => false});
    const server = new FakeServer();
    server.counters = [];
    await mountClerk(server);
    await animationFrame();
    expect(".epay-empty").toHaveText(/Ask your manager/);
    expect("[data-epay=first-steps]").toHaveCount(0);
});

test("without a counter a manager is led to the first steps", async () => {
    patchWithCleanup(user, {hasGroup: async () => true});
    const server = new FakeServer();
    server.counters = [];
    await mountClerk(server);
    await animationFrame();
    expect(".epay-empty").toHaveText(/Make your first store/);
    expect("[data-epay=first-steps]").toHaveCount(1);
});

test("a closed counter is opened", async () => {
    const server = new FakeServer({counter: makeCounter({state: "closed"})});
    await mountClerk(server);
    await animationFrame();
    server.on("open_counter", () => server.moveTo(false, {state: "open"}));
    await contains("[data-epay=open-counter]").click();
    expect("[data-epay=register]").toHaveCount(1);
});

test("key in with the keypad and register", async () => {
    const server = new FakeServer();
    await mountClerk(server);
    await animationFrame();
    server.on("register_sale", () => server.moveTo(makeSession("open")));
    for (const key of ["8", "0", "point", "7", "8"]) {
        await click(`[data-key="${key}"]`);
        await animationFrame();
    }
    expect("[data-epay=amount-input]").toHaveValue("80.78");
    await click("[data-epay=description-input]");
    await edit("Two chairs");
    await contains("[data-epay=register]").click();
    expect(server.of("register_sale")[0].args).toEqual([[11], "80.78", "Two chairs"]);
    expect("[data-epay=session]").toHaveAttribute("data-state", "open");
});

test("typed and pasted text is taken, Enter registers", async () => {
    const server = new FakeServer();
    await mountClerk(server);
    await animationFrame();
    server.on("register_sale", () => server.moveTo(makeSession("open")));
    await click("[data-epay=amount-input]");
    await edit("８０，７８");
    await press("Enter");
    await animationFrame();
    expect(server.of("register_sale")[0].args).toEqual([[11], "80.78", false]);
});

test("digits typed anywhere go to the amount", async () => {
    await mountClerk(new FakeServer());
    await animationFrame();
    document.activeElement.blur();
    await press("7");
    expect("[data-epay=amount-input]").toBeFocused();
});

test("yen have no decimal key and are sent whole", async () => {
    const server = new FakeServer({
        counter: makeCounter({currency: JPY, recent_amounts: [9800]}),
    });
    await mountClerk(server);
    await animationFrame();
    expect("[data-key=point]").toHaveCount(0);
    server.on("register_sale", () => server.moveTo(makeSession("open")));
    await contains(".epay-recent").click();
    expect("[data-epay=amount-input]").toHaveValue("9800");
    await contains("[data-epay=register]").click();
    expect(server.of("register_sale")[0].args[1]).toBe("9800");
});

test("dinars have three decimals", async () => {
    const server = new FakeServer({counter: makeCounter({currency: KWD})});
    await mountClerk(server);
    await animationFrame();
    await contains("[data-epay=amount-input]").edit("1.2345", {confirm: false});
    expect(".epay-amount-figure").toHaveText("Too many decimals");
    await contains("[data-epay=amount-input]").edit("1.234", {confirm: false});
    expect(".epay-amount-figure").toHaveText(/1\.234/);
});

test("too many decimals are refused here; zero by the server", async () => {
    const server = new FakeServer();
    await mountClerk(server);
    await animationFrame();
    await contains("[data-epay=amount-input]").edit("80.785", {confirm: false});
    await contains("[data-epay=register]").click();
    expect("[data-epay=message]").toHaveText(/only 2 decimals/);
    expect(server.of("register_sale")).toHaveLength(0);
    server.on("register_sale", refusal("bad_amount", "Enter an amount above zero."));
    await contains("[data-epay=amount-input]").edit("0", {confirm: false});
    await contains("[data-epay=register]").click();
    expect("[data-epay=message]").toHaveText("Enter an amount above zero.");
    await contains(".epay-message-close").click();
    expect("[data-epay=message]").toHaveCount(0);
    await click("[data-epay=amount-input]");
    await clear();
    await contains("[data-epay=register]").click();
    expect("[data-epay=message]").toHaveText("Enter the amount first.");
});

test("the code, the name and the address are shown", async () => {
    await mountSession("open");
    expect("[data-epay=qr]").toHaveAttribute(
        "data-url",
        "https://shop.example/epay/q/abc"
    );
    expect("[data-epay=qr] svg").toHaveCount(1);
    expect("[data-epay=counter-name]").toHaveText("C11");
    expect("[data-epay=portal-url]").toHaveText(/Main Street → C11/);
    expect("[data-epay=session-amount]").toHaveText("80.78 €");
    expect("[data-epay=session-number]").toHaveText("MAIN000123");
});

test("a waiting phone is accepted or dismissed", async () => {
    const visits = [makeVisit(), makeVisit({id: 72, phrase: "green · river · cup"})];
    const {server} = await mountSession("open", {}, {visits});
    expect("[data-epay=visit]").toHaveCount(2);
    expect(".epay-turn").toHaveAttribute("data-turn", "clerk");
    await contains(
        "[data-phrase='green · river · cup'] .epay-button:contains(Dismiss)"
    ).click();
    expect(server.of("dismiss_visit")[0].args).toEqual([[11], 72]);
    server.on("accept_visit", () =>
        server.moveTo(makeSession("engaged"), {visits: []})
    );
    await contains(
        "[data-phrase='blue · tiger · lamp'] [data-epay=accept-visit]"
    ).click();
    expect(server.of("accept_visit")[0].args).toEqual([[11], 71]);
    expect("[data-epay=session]").toHaveAttribute("data-state", "engaged");
});

test("a phone that waits before the sale can't be accepted yet", async () => {
    const server = new FakeServer({counter: makeCounter({visits: [makeVisit()]})});
    await mountClerk(server);
    await animationFrame();
    expect("[data-epay=visit]").toHaveCount(1);
    expect("[data-epay=accept-visit]").toHaveCount(0);
});

test("lines of a purchase are shown", async () => {
    const line = {
        id: 1,
        name: "Lamp",
        quantity: 2,
        price_unit: 40.39,
        subtotal: 80.78,
        subtotal_text: "80.78 €",
    };
    await mountSession("open", {lines: [line]});
    expect("[data-epay=session-line]").toHaveText(/2 × Lamp/);
});

test("who is there, and letting the phone go", async () => {
    const visit = makeVisit({state: "bound"});
    const {server} = await mountSession("engaged", {visit});
    expect(".epay-phone").toHaveText(/blue · tiger · lamp/);
    await contains("[data-epay=release-visit]").click();
    expect(server.of("release_visit")).toHaveLength(1);
});

test("after a decline the reason stays in sight", async () => {
    await mountSession("engaged", {reason: "Not enough money on the card."});
    expect(".epay-calm-reason").toHaveText("Not enough money on the card.");
    expect(".epay-calm-title").toHaveCount(0);
    expect("[data-epay=cancel-session]").toHaveCount(1);
});

test("check the choice and request the authorization", async () => {
    const {server} = await mountSession("chosen", {method: METHOD});
    expect("[data-epay=method]").toHaveText("Visa •••• 4242");
    expect("[data-epay=condition]").toHaveText("3 instalments");
    expect("[data-epay=request-authorization]").toBeFocused();
    server.on("request_authorization", () =>
        server.moveTo(makeSession("authorizing", {method: METHOD}))
    );
    await contains("[data-epay=request-authorization]").click();
    expect(server.of("request_authorization")[0].args).toEqual([
        [5],
        "80.78",
        "choice-1",
    ]);
    expect("[data-epay=session]").toHaveAttribute("data-state", "authorizing");
});

test("a method that charges at once is announced before", async () => {
    await mountSession("chosen", {method: {...METHOD, charged_at_once: true}});
    expect(".epay-note--warning").toHaveText(/charged at once/);
});

test("while the provider is asked the next customer can be served", async () => {
    const operation = {
        kind: "authorize",
        state: "requested",
        since: new Date().toISOString(),
    };
    const {server} = await mountSession("authorizing", {
        turn: "provider",
        allowed: ["next"],
        operation,
    });
    expect(".epay-turn").toHaveAttribute("data-turn", "provider");
    expect(".epay-waiting-since").toHaveText(/Since/);
    server.on("next", () => server.moveTo(false));
    await contains("[data-epay=next]").click();
    expect("[data-epay=amount-input]").toHaveCount(1);
});

test("settle names the amount", async () => {
    const until = new Date(Date.now() + 90 * 60000).toISOString();
    const {server} = await mountSession("authorized", {authorized_until: until});
    expect("[data-epay=settle]").toHaveText("Settle 80.78 €");
    expect(".epay-countdown").toHaveText(/1 h (29|30) min/);
    server.on("settle", () => server.moveTo(makeSession("settled")));
    await contains("[data-epay=settle]").click();
    expect("[data-epay=session]").toHaveAttribute("data-state", "settled");
});

test("dropping an authorized deal asks once, naming the amount", async () => {
    const {server} = await mountSession("authorized");
    await contains("[data-epay=cancel-session]").click();
    expect(server.of("cancel")).toHaveLength(0);
    expect("#epay_drop_question").toHaveText(/80\.78 €/);
    await advanceTime(500);
    await contains(".epay-drop .epay-button:contains(Keep it)").click();
    expect("#epay_drop_question").toHaveCount(0);
    await contains("[data-epay=cancel-session]").click();
    await advanceTime(500);
    server.on("cancel", () => server.moveTo(makeSession("cancelled")));
    await contains("[data-epay=cancel-session]").click();
    expect(server.of("cancel")).toHaveLength(1);
    expect("[data-epay=session]").toHaveAttribute("data-state", "cancelled");
});

test("dropping a deal without money never asks", async () => {
    const {server} = await mountSession("open");
    await contains("[data-epay=cancel-session]").click();
    expect(server.of("cancel")).toHaveLength(1);
});

test("a booking that failed can be repeated", async () => {
    const {server} = await mountSession("settling", {allowed: ["settle", "next"]});
    await contains("[data-epay=settle]").click();
    expect(server.of("settle")).toHaveLength(1);
});

test("done stays until Next", async () => {
    const {server} = await mountSession("settled", {
        invoice: "INV/2026/00017",
        receipt_url: "/epay/r/x",
    });
    expect(".epay-done").toHaveText(/80\.78 €/);
    expect("[data-epay=session-number]").toHaveText("MAIN000123");
    expect("[data-epay=next]").toBeFocused();
    await runAllTimers();
    expect(".epay-done").toHaveCount(1);
    server.on("next", () => server.moveTo(false));
    await contains("[data-epay=next]").click();
    expect("[data-epay=amount-input]").toBeFocused();
});

test("cancelled and expired deals say why, and lead on", async () => {
    const {clerk, server} = await mountSession("cancelled", {reason: "Dropped."});
    expect(".epay-calm").toHaveText(/cancelled[^]*Dropped\./);
    server.moveTo(makeSession("expired", {reason: "No phone came."}));
    await clerk.refresh();
    await animationFrame();
    expect(".epay-calm").toHaveText(/expired[^]*No phone came\./);
    expect("[data-epay=next]").toHaveCount(1);
});

test("in doubt is no failure; a manager can decide with a reason", async () => {
    const {server} = await mountSession("settling", {
        in_doubt: true,
        turn: "provider",
        allowed: ["next", "resolve"],
    });
    expect(".epay-turn").toHaveAttribute("data-turn", "problem");
    expect(".epay-waiting").toHaveText(/Do not charge the customer again/);
    await contains(".epay-resolve .epay-button").click();
    expect("#epay_reason").toBeFocused();
    const itDid = ".epay-resolve-acts .epay-button:contains(80.78 € went through)";
    await contains(itDid).click();
    expect(server.of("resolve")).toHaveLength(0);
    await contains("#epay_reason").edit("Seen at the provider", {confirm: false});
    await contains(itDid).click();
    expect(server.of("resolve")[0].args).toEqual([
        [5],
        "succeeded",
        "Seen at the provider",
    ]);
});

test("the day list shows the parked ones on top and opens a deal", async () => {
    const server = new FakeServer();
    const deal = {
        id: 3,
        name: "MAIN000120",
        time: new Date().toISOString(),
        amount: 12.5,
        amount_text: "12.50 €",
        currency: "EUR",
        state: "settled",
        method: "Visa",
        in_doubt: false,
        parked: false,
        turn: "nobody",
        description: "Cards",
    };
    const parked = {...deal, id: 4, state: "authorized", parked: true};
    server.day = {
        deals: [parked, deal],
        totals: [{method: "Visa", count: 1, amount_text: "12.50 €"}],
        count: 1,
        amount_text: "12.50 €",
    };
    const clerk = await mountClerk(server);
    await clerk.go("day");
    await runAllTimers();
    await animationFrame();
    expect(".epay-day-deals--parked .epay-day-deal").toHaveCount(1);
    expect(".epay-day-totals").toHaveText(/Visa/);
    await contains(".epay-day-search input").edit("12", {confirm: false});
    await runAllTimers();
    expect(server.of("get_day").at(-1).kwargs.query).toBe("12");
    server.on("focus", {
        session: makeSession("settled", {id: 3, holds: false}),
        counter: server.counter,
        message: false,
    });
    await contains(".epay-day-deal[data-id='3']").click();
    expect(server.of("focus")[0].args).toEqual([[11], 3]);
    expect("[data-epay=session]").toHaveAttribute("data-state", "settled");
    expect("[data-epay=next]").toHaveCount(0);
    await contains(".epay-screen-back").click();
    expect("[data-epay=amount-input]").toHaveCount(1);
});

test("the menu takes entries of other add-ons", async () => {
    registry.category("epay_clerk_menu").add("weigh", {
        icon: "back",
        label: () => "Weigh",
        run: () => expect.step("weigh"),
    });
    await mountClerk(new FakeServer());
    await animationFrame();
    await contains(".epay-menu-toggle").click();
    expect("[data-epay-menu=close]").toHaveCount(1);
    expect("[data-epay-menu=open]").toHaveCount(0);
    await contains("[data-epay-menu=weigh]").click();
    expect.verifySteps(["weigh"]);
    expect(".epay-menu-panel").toHaveCount(0);
});

test("a window for the customer shows the amount and the code", async () => {
    const doc = document.implementation.createHTMLDocument();
    const popup = {document: doc, closed: false, close: () => true};
    patchWithCleanup(browser, {open: () => popup});
    const {clerk, server} = await mountSession("open");
    clerk.openCustomerWindow();
    expect(doc.querySelector(".amount").textContent).toBe("80.78 €");
    expect(doc.querySelectorAll(".code svg").length).toBe(1);
    server.moveTo(makeSession("settled"));
    await clerk.refresh();
    await animationFrame();
    expect(doc.querySelectorAll(".code svg").length).toBe(0);
    expect(doc.body.dataset.state).toBe("settled");
    server.moveTo(false);
    await clerk.refresh();
    await animationFrame();
    expect(doc.querySelectorAll(".amount").length).toBe(0);
});

test("a blocked window says what to do", async () => {
    patchWithCleanup(browser, {open: () => null});
    const {clerk} = await mountSession("open");
    clerk.openCustomerWindow();
    await animationFrame();
    expect("[data-epay=message]").toHaveText(/Allow pop-ups/);
});

test("the top bar names the counter, the line and the day", async () => {
    await mountClerk(new FakeServer());
    await animationFrame();
    expect("[data-epay=counter]").toHaveAttribute("data-code", "C11");
    expect(".epay-top-today").toHaveText(/50\.00 €/);
    expect(queryOne(".epay-top-line").title).toBe("Connected");
});
