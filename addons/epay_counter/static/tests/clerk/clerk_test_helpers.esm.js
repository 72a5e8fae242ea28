import {ConnectionLostError, RPCError, rpc} from "@web/core/network/rpc";
import {advanceTime, animationFrame} from "@odoo/hoot-mock";
import {
    getService,
    mockService,
    mountWithCleanup,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {ClerkApp} from "@epay_counter/clerk/clerk_app.esm";
import {EventBus} from "@odoo/owl";
import {FRESH} from "@epay_counter/clerk/components/act_button/act_button.esm";

const OURS = "/web/dataset/call_kw/epay.";
const STORE = {
    id: 1,
    code: "main",
    name: "Main Street",
    city: "Lyon",
    tz: "Asia/Tokyo",
    logo: false,
};

export const EUR = {name: "EUR", symbol: "€", position: "after", decimals: 2};
export const JPY = {name: "JPY", symbol: "¥", position: "before", decimals: 0};
export const KWD = {name: "KWD", symbol: "KD", position: "after", decimals: 3};

const TURNS = {
    open: "customer",
    engaged: "customer",
    chosen: "clerk",
    authorizing: "customer",
    authorized: "clerk",
    settling: "provider",
    consented: "clerk",
    inquiring: "provider",
    cancellable: "clerk",
    reversing: "provider",
};
const ALLOWED = {
    open: ["cancel", "accept_visit"],
    engaged: ["cancel", "release_visit"],
    chosen: ["request_authorization", "cancel", "release_visit"],
    authorizing: ["cancel"],
    authorized: ["settle", "cancel", "next"],
    settling: ["next"],
};
const RETURN_ALLOWED = {
    ...ALLOWED,
    open: ["cancel", "accept_visit", "choose_part"],
    consented: ["inquire", "cancel"],
    inquiring: [],
    cancellable: ["inquire", "execute_cancellation", "cancel"],
    reversing: ["next"],
};

/**
 * A counter as the server describes it.
 *
 * @param {Object} [values] what differs
 * @returns {Object}
 */
export function makeCounter(values = {}) {
    return {
        id: 11,
        code: "C11",
        name: "C11",
        state: "open",
        version: 100,
        kind: "clerk",
        amount_by: "clerk",
        min_amount: 0,
        max_amount: 0,
        store: STORE,
        currency: EUR,
        portal_url: "https://shop.example/epay/main/C11",
        portal_words: "shop.example/epay → Main Street → C11",
        visits: [],
        today: {count: 2, amount: 50, amount_text: "50.00 €"},
        parked: [],
        recent_amounts: [],
        server_time: new Date().toISOString(),
        away_seconds: 60,
        ...values,
    };
}

/**
 * A deal as the server describes it in a state.
 *
 * @param {String} state
 * @param {Object} [values] what differs
 * @returns {Object}
 */
export function makeSession(state, values = {}) {
    return {
        id: 5,
        name: "MAIN000123",
        product_ref: "20261122140512",
        kind: "sale",
        state,
        version: 100,
        amount: 80.78,
        amount_text: "80.78 €",
        amount_by: "clerk",
        amount_words: false,
        sent_back: false,
        currency: "EUR",
        description: "Two chairs",
        turn: TURNS[state] || "nobody",
        in_doubt: false,
        reason: false,
        declined: false,
        money: "none",
        since: "2026-11-22T09:13:00Z",
        method: false,
        choice: state === "chosen" && "choice-1",
        charged_at_once: false,
        lines: [],
        visit: false,
        left: false,
        operation: false,
        authorized_until: false,
        expires: false,
        holds: true,
        parked: false,
        code_url: "https://shop.example/epay/q/abc",
        code_svg: "<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0h1'/></svg>",
        allowed: ALLOWED[state] || ["next"],
        captured_amount: 0,
        sale_order: false,
        invoice: false,
        receipt_url: false,
        origin: false,
        return: false,
        return_state: "none",
        returned_amount: 0,
        returned_text: "",
        left_to_return: 0,
        left_text: "",
        returns: [],
        ...values,
    };
}

/**
 * A deal whose amount the customer enters, in a state.
 *
 * @param {String} state
 * @param {Object} [values] what differs
 * @returns {Object}
 */
export function makeOwnAmount(state, values = {}) {
    const isKnown = !["open", "engaged"].includes(state);
    return makeSession(state, {
        amount_by: "customer",
        amount: isKnown && 8078,
        amount_text: isKnown ? "8,078.00 €" : "",
        amount_words: isKnown && "Eight Thousand And Seventy-Eight Euros",
        allowed: ["request_authorization", "send_back", "cancel", "release_visit"],
        ...values,
    });
}

/**
 * The original deal of a return: three lamps and a bread, of which nothing came back.
 *
 * @param {Object} [values] what differs
 * @returns {Object}
 */
export function makeOrigin(values = {}) {
    const line = (id, name, quantity, subtotal) => ({
        id,
        name,
        quantity,
        subtotal,
        subtotal_text: `${subtotal.toFixed(2)} €`,
        left_quantity: quantity,
        left_subtotal: subtotal,
        left_text: `${subtotal.toFixed(2)} €`,
        is_whole: Number.isInteger(quantity),
    });
    return {
        id: 4,
        name: "MAIN000012",
        state: "settled",
        date: "2026-11-20T09:13:00Z",
        amount: 121.2,
        amount_text: "121.20 €",
        description: false,
        method: {name: "Visa", code: "card", icon: false},
        counter: "C12",
        store: "Main Street",
        clerk: "Carl Clerk",
        lines: [line(31, "Lamp", 3, 117), line(32, "Bread", 1.5, 4.2)],
        receipt_url: "/epay/r/abc",
        return_state: "none",
        returned_amount: 0,
        returned_text: "",
        left_to_return: 121.2,
        left_text: "121.20 €",
        returns: [],
        ...values,
    };
}

/**
 * A return as the server describes it in a state.
 *
 * @param {String} state
 * @param {Object} [values] what differs
 * @returns {Object}
 */
export function makeReturn(state, values = {}) {
    return makeSession(state, {
        id: 6,
        name: "MAIN000124",
        kind: "cancellation",
        amount: 121.2,
        amount_text: "121.20 €",
        description: false,
        method: {name: "Visa", code: "card", icon: false},
        allowed: RETURN_ALLOWED[state] || ["next"],
        origin: makeOrigin(),
        ...values,
        return: {
            whole: true,
            way: false,
            way_text: false,
            next: false,
            consent_at: false,
            consent_waived: false,
            consent_reason: false,
            credit_note: false,
            money_on_its_way: false,
            bounced: false,
            ...values.return,
        },
    });
}

/**
 * A phone in the waiting room.
 *
 * @param {Object} [values] what differs
 * @returns {Object}
 */
export function makeVisit(values = {}) {
    return {
        id: 71,
        phrase: "blue · tiger · lamp",
        phrase_here: false,
        sticker: false,
        sent_away: false,
        place: 1,
        color: "#2f7ed8",
        state: "waiting",
        since: new Date().toISOString(),
        last_seen: new Date().toISOString(),
        away: false,
        partner: false,
        ...values,
    };
}

/**
 * A typed refusal of the server.
 *
 * @param {String} code
 * @param {String} message
 * @returns {RPCError}
 */
export function refusal(code, message) {
    const error = new RPCError(message);
    error.exceptionName = "odoo.addons.epay_counter.exceptions.Refusal";
    error.data = {message, context: {code}};
    return error;
}

export const lost = () => new ConnectionLostError("/web/dataset/call_kw");

/**
 * The server's part of the clerk's calls. `counter` and `session` are the present
 * state; `on(method, ...steps)` plays answers in order: a function is called with the
 * call's parameters, an error is thrown, anything else is answered.
 */
export class FakeServer {
    constructor({counter = makeCounter(), session = false, counters = false} = {}) {
        this.counter = counter;
        this.session = session;
        this.counters = counters || [{...counter, has_deal: false}];
        this.day = {deals: [], totals: [], count: 0, amount_text: "0.00 €"};
        this.calls = [];
        this.steps = {};
        this.install();
    }

    install() {
        const server = this;
        patchWithCleanup(rpc, {
            async _rpc(url, params) {
                return url.startsWith(OURS)
                    ? server.answer(params)
                    : super._rpc(...arguments);
            },
        });
        const bus = new EventBus();
        this.channels = [];
        this.subscriptions = {};
        mockService("bus_service", () => ({
            addChannel: (channel) => this.channels.push(channel),
            deleteChannel: (channel) => {
                this.channels = this.channels.filter((other) => other !== channel);
            },
            addEventListener: bus.addEventListener.bind(bus),
            removeEventListener: bus.removeEventListener.bind(bus),
            trigger: bus.trigger.bind(bus),
            subscribe: (type, callback) => {
                this.subscriptions[type] = callback;
            },
            unsubscribe: (type) => {
                delete this.subscriptions[type];
            },
            send: () => Promise.resolve(),
            start: () => Promise.resolve(),
            stop: () => Promise.resolve(),
            forceUpdateChannels: () => Promise.resolve(),
        }));
    }

    on(method, ...steps) {
        this.steps[method] = steps;
    }

    /** The calls of one method, each as {args, kwargs}. */
    of(method) {
        return this.calls.filter((call) => call.method === method);
    }

    async answer({model, method, args, kwargs}) {
        this.calls.push({model, method, args, kwargs});
        const step = (this.steps[method] || []).shift();
        if (step instanceof Error) {
            throw step;
        }
        if (typeof step === "function") {
            return step({args, kwargs});
        }
        return step === undefined ? this.usual(method, kwargs) : step;
    }

    usual(method, {since}) {
        if (method === "get_my_counters") {
            return this.counters;
        }
        if (method === "get_day") {
            return this.day;
        }
        const {counter, session} = this;
        if (method === "get_state" && since >= counter.version) {
            const {id} = counter;
            return {
                session: false,
                counter: {id, version: since},
                message: false,
                unchanged: true,
            };
        }
        return {session, counter, message: false};
    }

    /** The state goes on, and the answer says so. */
    moveTo(session, counter = {}) {
        const version = this.counter.version + 1;
        this.counter = {...this.counter, version, ...counter};
        this.session = session;
        return {session, counter: this.counter, message: false};
    }
}

/** What the action service gives a client action. */
const ACTION_PROPS = {
    action: {type: "ir.actions.client", tag: "epay_counter.clerk_app"},
    actionId: 1,
    className: "",
};

/**
 * The clerk app on a fake server.
 *
 * @param {FakeServer} server
 * @returns {Promise<ClerkService>}
 */
export async function mountClerk(server) {
    await mountWithCleanup(ClerkApp, {props: ACTION_PROPS});
    await getService("epay_clerk").refresh();
    return Object.assign(getService("epay_clerk"), {server});
}

/**
 * The app with a return in a state.
 *
 * @param {String} state
 * @param {Object} [values] what differs of the return
 * @returns {Promise<{clerk: ClerkService, server: FakeServer}>}
 */
export async function mountReturn(state, values) {
    const server = new FakeServer({session: makeReturn(state, values)});
    const clerk = await mountClerk(server);
    await animationFrame();
    return {clerk, server};
}

/**
 * The app with a deal in a state.
 *
 * @param {String} state
 * @param {Object} [values] what differs of the deal
 * @param {Object} [counter] what differs of the counter
 * @returns {Promise<{clerk: ClerkService, server: FakeServer}>}
 */
export async function mountSession(state, values, counter) {
    const server = new FakeServer({
        session: makeSession(state, values),
        counter: makeCounter(counter),
    });
    const clerk = await mountClerk(server);
    await animationFrame();
    // What has come up may be pressed.
    await advanceTime(FRESH);
    await animationFrame();
    return {clerk, server};
}
