import {dealScreen, screenOf} from "./screen_table.esm";
import {returnedText, stateLabel} from "./labels.esm";
import {DONE_STATES} from "./clerk_state.esm";
import {_t} from "@web/core/l10n/translation";
import {formatTime} from "./utils/time.esm";
import {registry} from "@web/core/registry";
import {wasNotAnswered} from "./utils/returns.esm";

/** Whose turn it is: one colour (by key) and one icon each. */
const TURNS = {
    clerk: {icon: "hand", who: () => _t("Your turn")},
    customer: {icon: "phone", who: () => _t("Customer's turn")},
    provider: {icon: "bank", who: () => _t("Provider's turn")},
    problem: {icon: "alert", who: () => _t("Needs attention")},
    done: {icon: "check", who: () => _t("Completed")},
    idle: {icon: "clock", who: () => _t("One moment")},
};

const shortName = ({code, name}) => (name.length > 24 ? code : name);

const isOwnAmount = ({amount_by: by}) => by === "customer";

/** What is to be done while so many phones wait. */
function enterText(phones) {
    if (phones > 1) {
        return _t("Enter the amount: %s phones wait", phones);
    }
    return phones ? _t("Enter the amount: a phone waits") : _t("Enter the amount");
}

function inviteText(phones) {
    if (phones > 1) {
        return _t("Invite the customer: %s phones wait", phones);
    }
    return phones
        ? _t("Invite the customer: a phone waits")
        : _t("Invite the customer");
}

function compareText(phones) {
    return phones > 1
        ? _t("%s phones wait: compare the words", phones)
        : _t("Compare the words, then accept");
}

/** Why the customer is asked once more. */
function againText({declined, sent_back: isSentBack}) {
    if (isSentBack) {
        return _t("Entering another amount");
    }
    return declined === "declined"
        ? _t("Declined: choosing again")
        : _t("Choosing how to pay again");
}

/** Why the provider is asked now. */
function askText(session) {
    if (wasNotAnswered(session)) {
        return _t("No answer: ask again");
    }
    return session.return.consent_waived
        ? _t("Without consent: ask the provider")
        : _t("Agreed: ask the provider");
}

/** What is to be done on each screen: the turn's key, a text, and what differs. */
const ACTS = {
    skeleton: () => ({key: "idle", what: _t("Getting the counter's state")}),
    counters: () => ({key: "clerk", what: _t("Choose your counter")}),
    closed: () => ({key: "clerk", what: _t("Open the counter")}),
    keyin: ({counter}) => ({key: "clerk", what: enterText(counter.visits.length)}),
    invite: ({counter}) => ({key: "clerk", what: inviteText(counter.visits.length)}),
    show: ({counter}) =>
        counter.visits.length
            ? {key: "clerk", what: compareText(counter.visits.length)}
            : {
                  key: "customer",
                  what: _t("Show the code or say “%s”", shortName(counter)),
              },
    engaged: ({session}) => ({
        key: "customer",
        what: isOwnAmount(session)
            ? _t("Entering the amount")
            : _t("Choosing how to pay"),
    }),
    declined: ({session}) => ({key: "customer", what: againText(session)}),
    check: ({session}) => ({
        key: "clerk",
        what: isOwnAmount(session)
            ? _t("Check the amount, then confirm it")
            : _t("Check how it will be paid"),
    }),
    waiting: ({counter, session}) => {
        const {length} = counter.visits;
        if (length && session.allowed.includes("accept_visit")) {
            return {key: "clerk", what: compareText(length)};
        }
        if (session.turn === "provider") {
            return {key: "provider", what: _t("Asked for the authorization")};
        }
        return {
            key: "customer",
            what: session.visit
                ? _t("Confirming on the phone")
                : _t("The phone has left the counter"),
        };
    },
    sticker: ({counter}) => ({
        key: "idle",
        icon: "qr",
        who: _t("Sticker check"),
        what: counter.name,
    }),
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
    return_find: () => ({key: "clerk", what: _t("Find the sale to give back")}),
    return_show: ({counter, choosesPart}) => {
        if (counter.visits.length) {
            return {key: "clerk", what: compareText(counter.visits.length)};
        }
        return choosesPart
            ? {key: "clerk", what: _t("Choose what is given back")}
            : {
                  key: "customer",
                  what: _t("Show the code or say “%s”", shortName(counter)),
              };
    },
    return_engaged: () => ({key: "customer", what: _t("Agreeing to the return")}),
    return_agreed: ({session}) => ({key: "clerk", what: askText(session)}),
    return_inquiring: () => ({
        key: "provider",
        what: _t("Asked whether it can be given back"),
    }),
    return_ready: () => ({key: "clerk", what: _t("Take the goods, then give it back")}),
    return_reversing: ({session}) =>
        session.allowed.includes("execute_cancellation")
            ? {key: "clerk", what: _t("The booking is to be tried again")}
            : {key: "provider", what: _t("The money is being given back")},
    return_done: ({session}) =>
        session.return.bounced
            ? {key: "problem", icon: "alert", what: _t("The refund failed afterwards")}
            : {key: "done", what: _t("The money is on its way back")},
    return_ended: ({session}) => ({
        key: session.state === "rejected" ? "problem" : "idle",
        icon: session.state === "rejected" ? "alert" : "close",
        who: stateLabel(session),
        what: session.return.money_on_its_way
            ? _t("The money is on its way back")
            : _t("Nothing was given back"),
    }),
    doubt: () => ({key: "problem", what: _t("The outcome is being checked")}),
    other: () => ({key: "idle", what: _t("This deal goes on elsewhere")}),
    day: ({counter}) => ({
        key: "idle",
        icon: "list",
        who: _t("Day list"),
        what: counter.name,
    }),
};

/** A deal that was over before it was opened is history, and nobody's turn. */
function pastAct({counter, session}) {
    const isReturned = session.return_state !== "none";
    const time =
        session.since && !isReturned ? formatTime(session.since, counter.store.tz) : "";
    const icon = DONE_STATES.includes(session.state) ? "check" : "close";
    return {
        key: "idle",
        icon: isReturned ? "undo" : icon,
        who: [stateLabel(session), time].join(" ").trim(),
        what: isReturned ? returnedText(session) : _t("From the day list"),
    };
}

/**
 * The turn banner's content.
 *
 * @param {Object} state of the clerk service
 * @returns {{key: String, icon: String, who: String, what: String}}
 */
export function turnOf(state) {
    const shown = screenOf(state);
    const {turn} = registry.category("epay_clerk_screens").get(shown, {});
    if (turn) {
        return turn(state);
    }
    const screen = ACTS[shown] ? shown : dealScreen(state);
    const isPast = state.isPast && screen === dealScreen(state);
    const act = isPast ? pastAct(state) : (ACTS[screen] || ACTS.other)(state);
    const {icon, who} = TURNS[act.key];
    return {icon, who: who(), ...act};
}
