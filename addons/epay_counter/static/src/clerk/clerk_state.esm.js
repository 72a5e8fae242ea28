/** States that a deal does not leave any more. */
export const FINAL_STATES = [
    "settled",
    "cancelled",
    "expired",
    "reversed",
    "refused",
    "rejected",
];
/** Those of them in which it was done what it was for. */
export const DONE_STATES = ["settled", "reversed"];

/**
 * Everything that the clerk app knows, as it is before anything was read. Screens read
 * it from the service's `state`; only the service and its parts write it.
 *
 * @returns {Object}
 */
export function initialState() {
    return {
        ready: false,
        counters: [],
        counterId: false,
        counter: false,
        session: false,
        // The name of a screen that the clerk asked for; false follows the deal
        view: false,
        // Whether the clerk enters an amount where it is the customer's to enter
        clerkEnters: false,
        // The sale that the clerk wants to give back, if it is known already
        returnOf: false,
        // Whether the clerk is choosing which part of a sale goes back
        choosesPart: false,
        // The deal of the day list that is shown instead of the counter's own
        focusId: false,
        // Whether that deal was over before the clerk opened it
        isPast: false,
        message: false,
        // The customer's amount before the one that the clerk is checking
        amountWas: false,
        // What became of parked deals: each stays until the clerk has read it
        notices: [],
        acts: [],
        online: true,
        signedOut: false,
        day: false,
        dayQuery: "",
        // Server clock minus ours, in milliseconds
        clockOffset: 0,
        // When the present state of the deal was first seen (server clock)
        changedAt: 0,
    };
}

/**
 * @param {Object} state of the clerk app
 * @param {Number} sessionId
 * @returns {Boolean} whether that deal is the one on the screen
 */
export function isShown(state, sessionId) {
    const {session} = state;
    return Boolean(session && session.id === sessionId);
}
