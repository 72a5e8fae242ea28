import {describe, expect, test} from "@odoo/hoot";
import {makeSession, mountSession, refusal} from "./clerk_test_helpers.esm";
import {Deferred} from "@web/core/utils/concurrency";
import {animationFrame} from "@odoo/hoot-mock";
import {contains} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {queryAllTexts} from "@odoo/hoot-dom";

describe.current.tags("desktop");
defineMailModels();

const PARKED = {
    id: 3,
    name: "MAIN000120",
    time: "2026-11-22T09:00:00Z",
    amount: 27,
    amount_text: "27.00 €",
    currency: "EUR",
    state: "authorizing",
    turn: "provider",
    method: "Visa",
    description: false,
    in_doubt: false,
    parked: true,
};
const NOTICE = "[data-epay=notice]";

/** The parked deal leaves the list of those alive, and this is how it ended. */
async function endParked({clerk, server}, state) {
    const {id, name, amount_text} = PARKED;
    const ended = makeSession(state, {id, name, amount_text, holds: false});
    server.on("focus", () => ({
        session: ended,
        counter: server.counter,
        message: false,
    }));
    server.moveTo(server.session, {parked: []});
    await clerk.refresh();
    await animationFrame();
}

test("a parked deal that settles is told until the clerk has read it", async () => {
    const app = await mountSession("open", {}, {parked: [PARKED]});
    app.clerk.sound.play = (tune) => expect.step(tune);
    await endParked(app, "settled");
    expect(`${NOTICE} strong`).toHaveText("Another deal");
    expect(NOTICE).toHaveText(/27\.00 €, MAIN000120 is settled: hand over the goods/);
    expect.verifySteps(["success"]);
    expect("[data-epay=session]").toHaveAttribute("data-state", "open");
    await app.clerk.dismissVisit(71);
    await animationFrame();
    expect(NOTICE).toHaveCount(1);
    await contains(`${NOTICE} button`).click();
    expect(NOTICE).toHaveCount(0);
});

test("a parked deal that ends without money is told as such", async () => {
    const app = await mountSession("open", {}, {parked: [PARKED]});
    await endParked(app, "expired");
    expect(NOTICE).toHaveText(/27\.00 €, MAIN000120 has expired: no goods/);
});

test("a parked deal that waits for the clerk again is heard", async () => {
    const {clerk, server} = await mountSession("open", {}, {parked: [PARKED]});
    clerk.sound.play = (tune) => expect.step(tune);
    const ready = {...PARKED, state: "authorized", turn: "clerk"};
    server.moveTo(server.session, {parked: [ready]});
    await clerk.refresh();
    expect.verifySteps(["turn"]);
});

for (const verb of ["request_authorization", "settle"]) {
    test(`the next customer need not wait for the answer: ${verb}`, async () => {
        const state = verb === "settle" ? "authorized" : "chosen";
        const {clerk, server} = await mountSession(state);
        const slow = new Deferred();
        server.on(verb, () => slow);
        const done = clerk.actOnSession(verb);
        server.moveTo(
            makeSession(verb === "settle" ? "settling" : "authorizing", {
                turn: "provider",
                allowed: ["next"],
            })
        );
        await clerk.refresh();
        await animationFrame();
        expect("[data-epay=next]").not.toHaveAttribute("aria-disabled");
        server.on("next", () => server.moveTo(false, {parked: [{...PARKED, id: 5}]}));
        await contains("[data-epay=next]").click();
        expect("[data-epay=amount-input]").toHaveCount(1);
        server.on("register_sale", () =>
            server.moveTo(makeSession("open", {id: 6, amount_text: "5.00 €"}))
        );
        await contains("[data-epay=amount-input]").edit("5", {confirm: false});
        await contains("[data-epay=register]").click();
        expect(server.of("register_sale")).toHaveLength(1);
        expect("[data-epay=session-amount]").toHaveText("5.00 €");
        // The late answer is of the other deal, and does not take the screen.
        const late = makeSession("settled", {id: 5, holds: false});
        slow.resolve({session: late, counter: server.counter, message: false});
        await done;
        await animationFrame();
        expect("[data-epay=session-amount]").toHaveText("5.00 €");
    });
}

test("only the way to the next customer is open while the provider is asked", async () => {
    const {clerk, server} = await mountSession("authorized");
    server.on("settle", () => new Deferred());
    clerk.settle();
    await animationFrame();
    expect("[data-epay=settle]").toHaveAttribute("aria-disabled");
    expect("[data-epay=cancel-session]").toHaveAttribute("aria-disabled");
    expect("[data-epay=next]").not.toHaveAttribute("aria-disabled");
});

test("what comes of an act on a parked deal names the deal", async () => {
    const {clerk, server} = await mountSession("authorized");
    const slow = new Deferred();
    server.on("settle", () => slow);
    const done = clerk.settle();
    await animationFrame();
    server.moveTo(false);
    await clerk.refresh();
    slow.resolve({
        session: makeSession("settling", {holds: false, parked: true}),
        counter: server.counter,
        message: {type: "danger", text: "The tax is unknown.", code: "booking_failed"},
    });
    await done;
    expect(clerk.state.message.text).toBe("80.78 € MAIN000123: The tax is unknown.");
});

test("after a refused act the whole state is read", async () => {
    const {clerk, server} = await mountSession("authorized");
    server.on("settle", refusal("wrong_state", "It moved on."));
    await clerk.settle();
    await animationFrame();
    expect(server.of("get_state").at(-1).kwargs.since).toBe(false);
});

test("an old deal of the day list is history, at the store's time", async () => {
    const {clerk, server} = await mountSession("open");
    server.on("focus", {
        session: makeSession("settled", {id: 3, holds: false}),
        counter: server.counter,
        message: false,
    });
    await clerk.focus(3);
    await animationFrame();
    expect(".epay-turn").toHaveAttribute("data-turn", "idle");
    expect(".epay-turn").toHaveText(/Settled 6:13 PM/);
    expect(".epay-turn").not.toHaveText(/Hand over/);
    expect(".epay-done-title").toHaveText(/Settled at 6:13 PM/);
});

test("a parked deal that is settled from the day list is news", async () => {
    const {clerk, server} = await mountSession("open", {}, {parked: [PARKED]});
    const parked = makeSession("authorized", {id: 3, holds: false, parked: true});
    server.on("focus", {session: parked, counter: server.counter, message: false});
    await clerk.focus(3);
    server.on("settle", () => {
        const {counter} = server.moveTo(server.session, {parked: []});
        return {session: {...parked, state: "settled"}, counter, message: false};
    });
    await clerk.settle();
    await animationFrame();
    expect(".epay-turn").toHaveText(/Hand over the goods/);
    expect(NOTICE).toHaveCount(0);
});

test("over the day list stands nobody's turn", async () => {
    const {clerk} = await mountSession("open");
    await clerk.go("day");
    await animationFrame();
    expect(".epay-turn").toHaveAttribute("data-turn", "idle");
    expect(queryAllTexts(".epay-turn-text > *")).toEqual(["Day list", "C11"]);
});

test("a decline is called one", async () => {
    const {clerk, server} = await mountSession("engaged", {
        reason: "insufficient_funds",
        declined: "declined",
    });
    expect(".epay-calm-title").toHaveText("Declined");
    expect(".epay-turn").toHaveText(/Declined/);
    server.moveTo(
        makeSession("engaged", {reason: "Cancelled.", declined: "cancelled"})
    );
    await clerk.refresh();
    await animationFrame();
    expect(".epay-calm-title").toHaveText("Cancelled on the phone");
});
