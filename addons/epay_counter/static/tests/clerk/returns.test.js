import * as barcodeDialog from "@web/core/barcode/barcode_dialog";
import {
    FakeServer,
    makeOrigin,
    makeReturn,
    makeSession,
    mountClerk,
    mountReturn,
    mountSession,
    refusal,
} from "./clerk_test_helpers.esm";
import {advanceTime, animationFrame} from "@odoo/hoot-mock";
import {contains, getService, patchWithCleanup} from "@web/../tests/web_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {edit, press, queryAllTexts} from "@odoo/hoot-dom";
import {FRESH} from "@epay_counter/clerk/components/act_button/act_button.esm";
import {UNREAD} from "@epay_counter/clerk/screens/return_ready/return_ready.esm";
import {browser} from "@web/core/browser/browser";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const NUMBER = "[data-epay=cancel-number-input]";
const AMOUNT = "[data-epay=cancel-amount-input]";
const FIND = "[data-epay=find-sale]";
const RECEIPT = "https://shop.example/epay/r/17-abc";

async function openFind() {
    const server = new FakeServer();
    const clerk = await mountClerk(server);
    await animationFrame();
    await contains(".epay-menu-toggle").click();
    await contains("[data-epay-menu=return]").click();
    return {clerk, server};
}

const found = ({server}) => server.of("register_cancellation");

// --- finding ---

test("a sale is found by number and amount, and its return is shown", async () => {
    const {server} = await openFind();
    expect(NUMBER).toBeFocused();
    server.on("register_cancellation", () => server.moveTo(makeReturn("open")));
    await contains(NUMBER).edit(" 12 ", {confirm: false});
    await contains(AMOUNT).edit("121,20", {confirm: false});
    await contains(FIND).click();
    expect(found({server})[0].args).toEqual([[11], "12", "121.20"]);
    expect("[data-epay=session]").toHaveAttribute("data-state", "open");
    expect("[data-epay=session]").toHaveAttribute("data-kind", "cancellation");
    expect(NUMBER).toHaveCount(0);
});

test("what can't be right is not sent: wrong pairs are counted", async () => {
    const {server} = await openFind();
    await contains(FIND).click();
    expect("[data-epay=message]").toHaveAttribute("data-code", "no_number");
    await contains(NUMBER).edit("12", {confirm: false});
    await contains(FIND).click();
    expect("[data-epay=message]").toHaveText("Enter the amount first.");
    await contains(AMOUNT).edit("12.345", {confirm: false});
    await contains(FIND).click();
    expect("[data-epay=message]").toHaveText(/only 2 decimals/);
    expect(found({server})).toHaveLength(0);
});

test("a wrong pair leaves what was typed, to be corrected", async () => {
    const {server} = await openFind();
    server.on("register_cancellation", refusal("no_match", "Check both."));
    await contains(NUMBER).edit("12", {confirm: false});
    await contains(AMOUNT).edit("1", {confirm: false});
    await contains(FIND).click();
    expect("[data-epay=message]").toHaveText("Check both.");
    expect(NUMBER).toHaveValue("12");
});

test("Enter after the number goes to the amount, and then finds", async () => {
    const {server} = await openFind();
    await contains(NUMBER).click();
    await edit("12");
    await press("Enter");
    expect(AMOUNT).toBeFocused();
    expect(found({server})).toHaveLength(0);
    await edit("121.20");
    await press("Enter");
    await animationFrame();
    expect(found({server})[0].args).toEqual([[11], "12", "121.20"]);
});

test("a scanner that reads the receipt anywhere fills in the number", async () => {
    const {server} = await openFind();
    getService("barcode").bus.trigger("barcode_scanned", {barcode: RECEIPT});
    await animationFrame();
    expect(NUMBER).toHaveValue(RECEIPT);
    expect(AMOUNT).toBeFocused();
    expect(".epay-find-help[role=status]").toHaveText(/code was read/);
    expect(found({server})).toHaveLength(0);
});

test("a scanner that types into the amount's field is understood, too", async () => {
    await openFind();
    await contains(AMOUNT).click();
    await edit(RECEIPT);
    await press("Enter");
    await animationFrame();
    expect(NUMBER).toHaveValue(RECEIPT);
    expect(AMOUNT).toHaveValue("");
});

test("the camera reads the receipt's code", async () => {
    patchWithCleanup(browser.navigator, {mediaDevices: {getUserMedia: () => true}});
    patchWithCleanup(barcodeDialog, {scanBarcode: async () => RECEIPT});
    await openFind();
    await contains("[data-epay=scan-receipt]").click();
    expect(NUMBER).toHaveValue(RECEIPT);
    expect(AMOUNT).toBeFocused();
});

test("a camera that can't be used says what to do instead", async () => {
    patchWithCleanup(browser.navigator, {mediaDevices: {getUserMedia: () => true}});
    patchWithCleanup(barcodeDialog, {
        scanBarcode: async () => {
            throw new Error("No permission.");
        },
    });
    await openFind();
    await contains("[data-epay=scan-receipt]").click();
    expect("[data-epay=message]").toHaveText(/No permission\. Type the number/);
});

test("without a camera there is nothing to scan with", async () => {
    patchWithCleanup(browser.navigator, {mediaDevices: undefined});
    await openFind();
    expect("[data-epay=scan-receipt]").toHaveCount(0);
});

test("a closed counter takes no returns", async () => {
    const server = new FakeServer();
    server.counter.state = "closed";
    await mountClerk(server);
    await animationFrame();
    await contains(".epay-menu-toggle").click();
    expect("[data-epay-menu=return]").toHaveCount(0);
});

test("a settled deal fills in its number and amount", async () => {
    await mountSession("settled", {allowed: ["next", "return"]});
    await contains("[data-epay=return-sale]").click();
    expect(NUMBER).toHaveValue("MAIN000123");
    expect(AMOUNT).toHaveValue("80.78");
    expect(FIND).toBeFocused();
});

test("a deal of which nothing is left shows its returns, and no button", async () => {
    const back = {id: 6, name: "MAIN000124", state: "reversed", amount_text: "80.78 €"};
    await mountSession("settled", {return_state: "full", returns: [back]});
    expect("[data-epay=return-sale]").toHaveCount(0);
    expect("[data-epay=returns]").toHaveText(/^Returned[^]*MAIN000124[^]*80\.78 €/);
});

// --- what was bought, and what goes back ---

test("the clerk sees what was bought, when, how it was paid, what came back", async () => {
    const back = {id: 5, name: "MAIN000100", state: "reversed", amount_text: "4.20 €"};
    const dropped = {...back, id: 7, name: "MAIN000101", state: "cancelled"};
    await mountReturn("open", {origin: makeOrigin({returns: [back, dropped]})});
    const text = "[data-epay=origin]";
    expect(text).toHaveText(/MAIN000012[^]*121\.20 €/);
    expect(text).toHaveText(/20, 2026/);
    expect(text).toHaveText(/Visa/);
    expect("[data-epay=origin-line]").toHaveCount(2);
    expect("[data-epay=origin-return]").toHaveCount(1);
    expect("[data-epay=origin-return]").toHaveText(/MAIN000100[^]*4\.20 €/);
    expect("[data-epay=qr]").toHaveCount(1);
});

test("many lines fold up", async () => {
    const [line] = makeOrigin().lines;
    const lines = [1, 2, 3, 4, 5, 6].map((id) => ({...line, id}));
    await mountReturn("open", {origin: makeOrigin({lines})});
    expect("[data-epay=origin-line]").toHaveCount(4);
    await contains(".epay-origin .epay-button:contains(2 more lines)").click();
    expect("[data-epay=origin-line]").toHaveCount(6);
});

test("a part is chosen with steppers, within what is left", async () => {
    const {server} = await mountReturn("open");
    await contains("[data-epay=open-part]").click();
    expect("[data-epay=qr]").toHaveCount(0);
    const more = (row) => contains(`[data-id="${row}"] [data-epay=part-more]`).click();
    await more(31);
    await more(31);
    for (let time = 0; time < 3; time++) {
        await more(32);
    }
    const values = () =>
        [...document.querySelectorAll("[data-epay=part-quantity]")].map(
            ({value}) => value
        );
    expect(values()).toEqual(["2", "1.5"]);
    await contains('[data-id="31"] [data-epay=part-less]').click();
    server.on("choose_part", () =>
        server.moveTo(
            makeReturn("open", {return: {whole: false}, amount_text: "43.20 €"})
        )
    );
    await contains("[data-epay=choose-part]").click();
    expect(server.of("choose_part")[0].args).toEqual([
        [6],
        [
            {line_id: 31, quantity: 1},
            {line_id: 32, quantity: 1.5},
        ],
        false,
    ]);
    expect("[data-epay=part-line]").toHaveCount(0);
    expect("[data-epay=session-amount]").toHaveText("43.20 €");
    expect("[data-epay=qr]").toHaveCount(1);
});

test("no line, too much, half a lamp and nonsense are refused before they are sent", async () => {
    const {server} = await mountReturn("open");
    await contains("[data-epay=open-part]").click();
    await contains("[data-epay=choose-part]").click();
    expect("[data-epay=message]").toHaveText(/Choose what is given back/);
    for (const text of ["4", "abc", "-1", "1.5"]) {
        await contains('[data-id="31"] [data-epay=part-quantity]').edit(text, {
            confirm: false,
        });
        await contains("[data-epay=choose-part]").click();
        expect("[data-epay=message]").toHaveText(/more than is left/);
    }
    expect(server.of("choose_part")).toHaveLength(0);
});

test("a part of the amount", async () => {
    const {server} = await mountReturn("open");
    await contains("[data-epay=open-part]").click();
    await contains("[data-epay=part-by-amount]").click();
    await contains("[data-epay=choose-part]").click();
    expect("[data-epay=message]").toHaveText("Enter the amount first.");
    await contains("[data-epay=part-amount-input]").edit("30,70", {confirm: false});
    server.on("choose_part", refusal("bad_amount", "Only 20.00 € are left."));
    await contains("[data-epay=choose-part]").click();
    expect("[data-epay=message]").toHaveText("Only 20.00 € are left.");
    expect("[data-epay=part-amount-input]").toHaveValue("30,70");
    expect(server.of("choose_part")[0].args).toEqual([[6], false, "30.70"]);
});

test("everything again, after a part was chosen", async () => {
    const {server} = await mountReturn("open", {return: {whole: false}});
    await contains("[data-epay=open-part]").click();
    await contains("[data-epay=choose-whole]").click();
    expect(server.of("choose_part")[0].args).toEqual([[6], false, false]);
});

test("a deal without lines is returned by amount only", async () => {
    await mountReturn("open", {origin: makeOrigin({lines: []})});
    await contains("[data-epay=open-part]").click();
    expect("[data-epay=part-amount-input]").toHaveCount(1);
    expect("[data-epay=part-by-lines]").toHaveCount(0);
});

// --- consent ---

test("while the customer decides the clerk can only wait, or drop it", async () => {
    await mountReturn("engaged");
    expect(".epay-turn").toHaveAttribute("data-turn", "customer");
    expect("[data-epay=open-part]").toHaveCount(0);
    expect("[data-epay=inquire]").toHaveCount(0);
    expect("[data-epay=waive-consent-open]").toHaveCount(0);
    expect("[data-epay=cancel-session]").toHaveText("Drop this return");
});

test("a manager goes on without the phone, with a reason", async () => {
    const {server} = await mountReturn("engaged", {allowed: ["waive_consent"]});
    await contains("[data-epay=waive-consent-open]").click();
    expect("[data-epay=waive-consent-reason]").toBeFocused();
    await contains("[data-epay=waive-consent]").click();
    expect("[data-epay=message]").toHaveAttribute("data-code", "reason_missing");
    expect(server.of("waive_consent")).toHaveLength(0);
    await contains("[data-epay=waive-consent-reason]").edit("No battery", {
        confirm: false,
    });
    const why = {consent_waived: true, consent_reason: "No battery"};
    server.on("waive_consent", () =>
        server.moveTo(makeReturn("consented", {return: why, reason: "No battery"}))
    );
    await contains("[data-epay=waive-consent]").click();
    expect(server.of("waive_consent")[0].args).toEqual([[6], "No battery"]);
    expect("h1").toHaveText(/without the customer's phone/);
    expect(".epay-note--warning").toHaveCount(0);
    expect("[data-epay=inquire]").toHaveText("Ask the provider");
});

// --- inquiry, execution ---

test("agreed: the clerk asks the provider", async () => {
    const {server} = await mountReturn("consented");
    expect("[data-epay=inquire]").toBeFocused();
    expect("[data-epay=execute-cancellation]").toHaveCount(0);
    server.on("inquire", () => server.moveTo(makeReturn("inquiring")));
    await contains("[data-epay=inquire]").click();
    expect(server.of("inquire")[0].args).toEqual([[6]]);
    expect(".epay-turn").toHaveAttribute("data-turn", "provider");
    expect(".epay-waiting").toHaveText(/No money moves yet/);
});

test("no answer: asked again", async () => {
    await mountReturn("consented", {reason: "The provider did not answer."});
    expect("[data-epay=reason]").toHaveText("The provider did not answer.");
    expect("[data-epay=inquire]").toHaveText("Ask again");
});

test("a manager records what was given back elsewhere", async () => {
    const {server} = await mountReturn("consented", {allowed: ["record_refund"]});
    await contains("[data-epay=record-refund-open]").click();
    await contains("[data-epay=record-refund-reason]").edit("Refund re_1", {
        confirm: false,
    });
    await contains("[data-epay=record-refund]").click();
    expect(server.of("record_refund")[0].args).toEqual([[6], "Refund re_1"]);
});

test("one question names the amount, and no double tap answers it", async () => {
    const {server} = await mountReturn("cancellable", {return: {way: "refund"}});
    expect("[data-epay=return-question]").toHaveText("Give 121.20 € back to Visa?");
    await contains("[data-epay=execute-cancellation]").click();
    expect(server.of("execute_cancellation")).toHaveLength(0);
    await advanceTime(UNREAD);
    await animationFrame();
    expect("[data-epay=execute-cancellation]").toHaveText("Yes, give 121.20 € back");
    server.on("execute_cancellation", () => server.moveTo(makeReturn("reversing")));
    await contains("[data-epay=execute-cancellation]").click();
    expect(server.of("execute_cancellation")[0].args).toEqual([[6]]);
    expect(".epay-turn").toHaveAttribute("data-turn", "provider");
});

test("a void is told apart from a refund", async () => {
    await mountReturn("cancellable", {return: {way: "void"}});
    expect("[data-epay=return-question]").toHaveText(/Void[^]*never charged/);
});

test("a declined refund says why, and is tried again", async () => {
    await mountReturn("cancellable", {reason: "Card closed"});
    expect("[data-epay=reason]").toHaveText("Card closed");
    expect("[data-epay=execute-cancellation]").toHaveCount(1);
});

test("books that failed are tried again; the money is not", async () => {
    const {server} = await mountReturn("reversing", {
        allowed: ["execute_cancellation", "next"],
        reason: "The journal is locked.",
    });
    expect("[data-epay=reason]").toHaveText("The journal is locked.");
    expect("[data-epay=execute-cancellation]").toHaveText("Try the booking again");
    await contains("[data-epay=execute-cancellation]").click();
    expect(server.of("execute_cancellation")).toHaveLength(1);
});

test("in doubt nothing is sent twice, and the advice is that of a return", async () => {
    await mountReturn("reversing", {in_doubt: true, turn: "provider"});
    expect(".epay-waiting").toHaveText(/Nothing is sent twice/);
    expect(".epay-waiting").not.toHaveText(/charge the customer/);
});

// --- the end ---

test("given back stays until Next, with number, credit note and receipt", async () => {
    const {server} = await mountReturn("reversed", {
        receipt_url: "/epay/r/x",
        return: {credit_note: "RINV/2026/00003", way_text: "Refunded to Visa."},
    });
    expect(".epay-turn").toHaveAttribute("data-turn", "done");
    expect("[data-epay=session-number]").toHaveText("MAIN000124");
    expect(".epay-screen-body").toHaveText(/Refunded to Visa\.[^]*RINV\/2026\/00003/);
    expect("a[href='/epay/r/x']").toHaveText("Receipt of the cancellation");
    server.on("next", () => server.moveTo(false));
    await advanceTime(FRESH);
    await animationFrame();
    await contains("[data-epay=next]").click();
    expect("[data-epay=amount-input]").toBeFocused();
});

test("a refund that failed afterwards is not told as given back", async () => {
    await mountReturn("reversed", {
        reason: "Refund R-1 failed afterwards.",
        return: {bounced: true},
    });
    expect(".epay-turn").toHaveAttribute("data-turn", "problem");
    expect("h1").toHaveText("Not given back yet");
    expect("[data-epay=bounced]").toHaveText(/Refund R-1 failed afterwards\./);
    expect(".epay-done-tick").toHaveCount(0);
});

for (const state of ["cancellable", "reversed"]) {
    test(`${state}: what is left to a person is said`, async () => {
        await mountReturn(state, {return: {next: "Book it by hand."}});
        expect("[data-epay=return-next]").toHaveText("Book it by hand.");
    });
}

test("a manager records after the refusal what was done elsewhere", async () => {
    const {server} = await mountReturn("rejected", {
        allowed: ["next", "record_refund"],
    });
    await contains("[data-epay=record-refund-open]").click();
    await contains("[data-epay=record-refund-reason]").edit("Paid", {
        confirm: false,
    });
    await contains("[data-epay=record-refund]").click();
    expect(server.of("record_refund")[0].args.at(-1)).toBe("Paid");
});

test("not possible says why and what else can be done", async () => {
    await mountReturn("rejected", {
        reason: "PayPal can't give it back.",
        return: {next: "Use its own pages."},
    });
    expect(".epay-turn").toHaveAttribute("data-turn", "problem");
    expect("[data-epay=reason]").toHaveText("PayPal can't give it back.");
    expect("[data-epay=return-next]").toHaveText(/Use its own pages\./);
    expect("[data-epay=next]").toHaveCount(1);
});

for (const [state, title] of [
    ["refused", "The customer refused"],
    ["expired", "This return has expired"],
    ["cancelled", "This return was dropped"],
]) {
    test(`${state}: nothing was given back`, async () => {
        await mountReturn(state);
        expect("h1").toHaveText(title);
        expect(".epay-calm").toHaveText(/Nothing was given back/);
        expect("[data-epay=next]").toBeFocused();
    });
}

test("dropped, and its refund was made after all", async () => {
    await mountReturn("cancelled", {return: {money_on_its_way: true}});
    expect(".epay-calm").toHaveText(/on its way back all the same/);
    expect(".epay-calm").not.toHaveText(/Nothing was given back/);
});

// --- beside other deals ---

test("the day list tells returns and what was returned apart", async () => {
    const server = new FakeServer();
    const sale = {
        ...makeSession("settled"),
        id: 3,
        time: new Date().toISOString(),
        method: "Visa",
        origin: false,
        return_state: "part",
    };
    const back = {
        ...sale,
        id: 4,
        kind: "cancellation",
        state: "reversed",
        amount_text: "30.70 €",
        origin: "MAIN000123",
        return_state: "none",
    };
    server.day = {deals: [back, sale], totals: [], count: 1, amount_text: "80.78 €"};
    const clerk = await mountClerk(server);
    await clerk.go("day");
    await advanceTime(1000);
    const texts = queryAllTexts(".epay-day-deal");
    expect(texts[0]).toMatch(/return of MAIN000123[^]*− 30\.70 €[^]*Given back/);
    expect(texts[1]).toMatch(/80\.78 €[^]*Returned in part/);
});

test("a parked return that is done is told in its own words", async () => {
    const server = new FakeServer();
    const parked = {...makeReturn("reversing"), parked: true, method: "Visa"};
    server.counter.parked = [parked];
    const clerk = await mountClerk(server);
    await animationFrame();
    server.on("focus", {
        session: makeReturn("reversed", {holds: false}),
        counter: server.counter,
        message: false,
    });
    server.moveTo(false, {parked: []});
    await clerk.refresh();
    await animationFrame();
    expect("[data-epay=notice]").toHaveText(/121\.20 €, MAIN000124.*on its way back/);
    expect("[data-epay=notice]").toHaveAttribute("data-type", "success");
});

test("the customer's window asks for an answer, and says the end", async () => {
    const doc = document.implementation.createHTMLDocument();
    const {clerk, server} = await mountReturn("engaged");
    clerk.customerWindow.window = {document: doc, closed: false, close: () => true};
    clerk.customerWindow.show(clerk.state);
    expect(doc.querySelector(".say").textContent).toBe("Please answer on your phone");
    server.moveTo(makeReturn("reversed"));
    await clerk.refresh();
    await animationFrame();
    expect(doc.querySelector(".say").textContent).toBe("Your money is on its way back");
});
