import {SCREEN_TABLE, dealScreen, screenOf} from "@epay_counter/clerk/screen_table.esm";
import {describe, expect, test} from "@odoo/hoot";
import {
    makeCounter,
    makeOwnAmount,
    makeReturn,
    makeSession,
} from "./clerk_test_helpers.esm";
import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {turnOf} from "@epay_counter/clerk/turns.esm";

describe.current.tags("headless");

const SALE_STATES = {
    draft: "keyin",
    open: "show",
    engaged: "engaged",
    chosen: "check",
    authorizing: "waiting",
    authorized: "authorized",
    settling: "settling",
    settled: "done",
    cancelled: "ended",
    expired: "ended",
};
const RETURN_STATES = {
    draft: "keyin",
    open: "return_show",
    engaged: "return_engaged",
    consented: "return_agreed",
    inquiring: "return_inquiring",
    cancellable: "return_ready",
    reversing: "return_reversing",
    reversed: "return_done",
    refused: "return_ended",
    rejected: "return_ended",
    cancelled: "return_ended",
    expired: "return_ended",
};

function makeState(values = {}) {
    return {
        ready: true,
        counterId: 11,
        counter: makeCounter(),
        session: false,
        view: false,
        ...values,
    };
}

test("every state of a sale has its screen", () => {
    for (const [name, screen] of Object.entries(SALE_STATES)) {
        expect(dealScreen(makeState({session: makeSession(name)}))).toBe(screen);
    }
});

test("every state of a return has its screen and its turn", () => {
    for (const [name, screen] of Object.entries(RETURN_STATES)) {
        const state = makeState({session: makeReturn(name)});
        expect(dealScreen(state)).toBe(screen);
        const turn = turnOf(state);
        expect(Boolean(turn.icon && turn.who && turn.what)).toBe(true);
    }
    const doubt = makeReturn("reversing", {in_doubt: true});
    expect(dealScreen(makeState({session: doubt}))).toBe("doubt");
});

test("every screen of the table is registered and has a turn", () => {
    const screens = registry.category("epay_clerk_screens");
    for (const {screen} of SCREEN_TABLE) {
        expect(screens.contains(screen)).toBe(true);
    }
    for (const name of Object.keys(SALE_STATES)) {
        const turn = turnOf(makeState({session: makeSession(name)}));
        expect(Boolean(turn.icon && turn.who && turn.what)).toBe(true);
    }
});

test("without a deal the counter decides", () => {
    expect(dealScreen(makeState())).toBe("keyin");
    expect(dealScreen(makeState({counter: makeCounter({state: "closed"})}))).toBe(
        "closed"
    );
    expect(dealScreen(makeState({counterId: false, counter: false}))).toBe("counters");
    expect(dealScreen(makeState({counter: false}))).toBe("skeleton");
    expect(dealScreen(makeState({ready: false}))).toBe("skeleton");
});

test("where the customer enters the amount the clerk invites, or enters it", () => {
    const counter = makeCounter({amount_by: "customer"});
    expect(dealScreen(makeState({counter}))).toBe("invite");
    expect(dealScreen(makeState({counter, clerkEnters: true}))).toBe("keyin");
    const closed = {...counter, state: "closed"};
    expect(dealScreen(makeState({counter: closed}))).toBe("closed");
    const session = makeOwnAmount("chosen");
    expect(dealScreen(makeState({counter, session}))).toBe("check");
});

test("doubt and decline have their own screens", () => {
    const doubt = makeSession("settling", {in_doubt: true});
    expect(dealScreen(makeState({session: doubt}))).toBe("doubt");
    const declined = makeSession("engaged", {reason: "Declined"});
    expect(dealScreen(makeState({session: declined}))).toBe("declined");
});

test("a state that this version does not know is still shown", () => {
    const session = makeSession("levitating");
    expect(dealScreen(makeState({session}))).toBe("other");
});

test("the clerk can look at another screen; an unknown one shows the deal", () => {
    const session = makeSession("chosen");
    expect(screenOf(makeState({session, view: "day"}))).toBe("day");
    expect(screenOf(makeState({session, view: "nowhere"}))).toBe("check");
});

test("another add-on's screen and turn come first", () => {
    registry.category("epay_clerk_screens").add("weighing", {
        Component,
        rows: [{kind: "sale", state: "draft"}],
        turn: () => ({key: "clerk", icon: "hand", who: "Scales", what: "Weigh"}),
    });
    const session = makeSession("draft");
    expect(dealScreen(makeState({session}))).toBe("weighing");
    expect(turnOf(makeState({session})).who).toBe("Scales");
});

test("the banner says whose turn it is", () => {
    const turns = {
        open: "customer",
        chosen: "clerk",
        settling: "provider",
        settled: "done",
    };
    for (const [name, key] of Object.entries(turns)) {
        expect(turnOf(makeState({session: makeSession(name)})).key).toBe(key);
    }
    const waiting = makeSession("authorizing", {turn: "provider"});
    expect(turnOf(makeState({session: waiting})).key).toBe("provider");
});

test("another add-on's row may look at more than the facts", () => {
    registry.category("epay_clerk_screens").add("route", {
        Component,
        rows: [({counter}, {state}) => !state && counter.kind === "route"],
    });
    const counter = makeCounter({kind: "route"});
    expect(dealScreen(makeState({counter}))).toBe("route");
    expect(dealScreen(makeState({counter, session: makeSession("open")}))).toBe("show");
    expect(dealScreen(makeState())).toBe("keyin");
});
