import {registry} from "@web/core/registry";

/**
 * Which screen is shown, as data: the first row whose `when` fits wins. Other add-ons
 * add rows of their own, tried before these, with their screens:
 *
 *     registry.category("epay_clerk_screens").add("weighing", {
 *         Component: WeighingScreen,
 *         rows: [{kind: "sale", state: "draft"}],
 *         turn: (state) => ({key: "clerk", icon: "hand", who: …, what: …}),
 *     });
 *
 * `rows` and `turn` may be left out. A row that looks at more than these facts is a
 * function of the state and the facts. A screen can also be asked for by its name:
 * `clerk.go("weighing")`.
 */
export const SCREEN_TABLE = [
    {screen: "skeleton", when: {ready: false}},
    {screen: "counters", when: {counter: false}},
    {screen: "doubt", when: {doubt: true}},
    {screen: "return_show", when: {kind: "cancellation", state: "open"}},
    {screen: "return_engaged", when: {kind: "cancellation", state: "engaged"}},
    {screen: "return_agreed", when: {state: "consented"}},
    {screen: "return_inquiring", when: {state: "inquiring"}},
    {screen: "return_ready", when: {state: "cancellable"}},
    {screen: "return_reversing", when: {state: "reversing"}},
    {screen: "return_done", when: {state: "reversed"}},
    {screen: "return_ended", when: {state: "refused"}},
    {screen: "return_ended", when: {state: "rejected"}},
    {screen: "return_ended", when: {kind: "cancellation", state: "cancelled"}},
    {screen: "return_ended", when: {kind: "cancellation", state: "expired"}},
    {screen: "keyin", when: {state: "draft"}},
    {screen: "show", when: {state: "open"}},
    {screen: "declined", when: {state: "engaged", reason: true}},
    {screen: "engaged", when: {state: "engaged"}},
    {screen: "check", when: {state: "chosen"}},
    {screen: "waiting", when: {state: "authorizing"}},
    {screen: "authorized", when: {state: "authorized"}},
    {screen: "settling", when: {state: "settling"}},
    {screen: "done", when: {state: "settled"}},
    {screen: "ended", when: {state: "cancelled"}},
    {screen: "ended", when: {state: "expired"}},
    {screen: "closed", when: {state: false, counter: "closed"}},
    {screen: "invite", when: {state: false, invites: true}},
    {screen: "keyin", when: {state: false}},
    // A state that this version does not know is shown, never a blank page
    {screen: "other", when: {}},
];

/**
 * What the table looks at.
 *
 * @param {Object} state of the clerk service
 * @returns {Object}
 */
export function factsOf({ready, counterId, counter, session, clerkEnters}) {
    return {
        ready: Boolean(ready && (!counterId || counter)),
        counter: counter ? counter.state : false,
        invites: Boolean(counter && counter.amount_by === "customer" && !clerkEnters),
        kind: session ? session.kind : false,
        state: session ? session.state : false,
        doubt: Boolean(session && session.in_doubt),
        reason: Boolean(session && session.reason),
    };
}

function fits(when, facts, state) {
    if (typeof when === "function") {
        return when(state, facts);
    }
    return Object.entries(when).every(([fact, value]) => facts[fact] === value);
}

function addedRows() {
    return registry
        .category("epay_clerk_screens")
        .getEntries()
        .flatMap(([screen, {rows = []}]) => rows.map((when) => ({screen, when})));
}

/**
 * The screen of the deal, whatever the clerk is looking at.
 *
 * @param {Object} state of the clerk service
 * @returns {String}
 */
export function dealScreen(state) {
    const facts = factsOf(state);
    const rows = [...addedRows(), ...SCREEN_TABLE];
    return rows.find(({when}) => fits(when, facts, state)).screen;
}

/**
 * The screen to show: the one asked for, else the one of the deal.
 *
 * @param {Object} state of the clerk service
 * @returns {String}
 */
export function screenOf(state) {
    const isKnown =
        state.view && registry.category("epay_clerk_screens").contains(state.view);
    return state.counter && isKnown ? state.view : dealScreen(state);
}
