import {_t} from "@web/core/l10n/translation";
import {dealScreen} from "./screen_table.esm";
import {registry} from "@web/core/registry";

/** Whose turn it is: one colour (by key) and one icon each. */
const TURNS = {
    clerk: {icon: "hand", who: () => _t("Your turn")},
    customer: {icon: "phone", who: () => _t("Customer's turn")},
    provider: {icon: "bank", who: () => _t("Provider's turn")},
    problem: {icon: "alert", who: () => _t("Needs attention")},
    done: {icon: "check", who: () => _t("Completed")},
    idle: {icon: "clock", who: () => _t("One moment")},
};

/** What is to be done on each screen: the turn's key, a text, and what differs. */
const ACTS = {
    skeleton: () => ({key: "idle", what: _t("Getting the counter's state")}),
    counters: () => ({key: "clerk", what: _t("Choose your counter")}),
    closed: () => ({key: "clerk", what: _t("Open the counter")}),
    keyin: ({counter}) => ({
        key: "clerk",
        what: counter.visits.length
            ? _t("Enter the amount: a phone waits")
            : _t("Enter the amount"),
    }),
    show: ({counter}) =>
        counter.visits.length
            ? {key: "clerk", what: _t("Compare the words, then accept")}
            : {key: "customer", what: _t("Read the code or open the page")},
    engaged: () => ({key: "customer", what: _t("Choosing how to pay")}),
    declined: () => ({key: "customer", what: _t("Choosing how to pay again")}),
    check: () => ({key: "clerk", what: _t("Check how it will be paid")}),
    waiting: ({session}) =>
        session.turn === "provider"
            ? {key: "provider", what: _t("Asked for the authorization")}
            : {key: "customer", what: _t("Confirming on the phone")},
    authorized: ({session}) =>
        session.turn === "provider"
            ? {key: "provider", what: _t("Being asked")}
            : {key: "clerk", what: _t("Settle, then hand over the goods")},
    settling: () => ({key: "provider", what: _t("The payment is being settled")}),
    done: () => ({key: "done", what: _t("Hand over the goods")}),
    ended: ({session}) => ({
        key: "idle",
        icon: "close",
        who: session.state === "expired" ? _t("Expired") : _t("Cancelled"),
        what: _t("Nothing more to do here"),
    }),
    doubt: () => ({key: "problem", what: _t("The outcome is being checked")}),
    other: () => ({key: "idle", what: _t("This deal goes on elsewhere")}),
};

/**
 * The turn banner's content.
 *
 * @param {Object} state of the clerk service
 * @returns {{key: String, icon: String, who: String, what: String}}
 */
export function turnOf(state) {
    const screen = dealScreen(state);
    const {turn} = registry.category("epay_clerk_screens").get(screen, {});
    if (turn) {
        return turn(state);
    }
    const act = (ACTS[screen] || ACTS.other)(state);
    const {icon, who} = TURNS[act.key];
    return {icon, who: who(), ...act};
}
