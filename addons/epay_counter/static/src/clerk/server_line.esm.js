import {browser} from "@web/core/browser/browser";
import {errorKind} from "./utils/errors.esm";
import {rpc} from "@web/core/network/rpc";
import {user} from "@web/core/user";

const ACT_TIMEOUT = 45000;
const READ_TIMEOUT = 8000;

/** The company of a counter is seldom the one chosen in the back office's switcher. */
function callContext() {
    const active = user.activeCompanies.map((company) => company.id);
    const others = user.allowedCompanies
        .map((company) => company.id)
        .filter((id) => !active.includes(id));
    return {...user.context, allowed_company_ids: [...active, ...others]};
}

/** One call that gives up after a while; nothing else in the clerk app does rpc. */
function call(model, method, args, kwargs, timeout) {
    const promise = rpc(
        `/web/dataset/call_kw/${model}/${method}`,
        {model, method, args, kwargs: {context: callContext(), ...kwargs}},
        {silent: true}
    );
    const timer = browser.setTimeout(() => promise.abort?.(), timeout);
    return promise.finally(() => browser.clearTimeout(timer));
}

/**
 * The clerk service's line to the server: it asks, sends, and notes in `state.online`
 * whether there was an answer.
 */
export class ServerLine {
    /**
     * @param {Object} state of the clerk app
     * @param {Function} onUp called when the line is up again
     */
    constructor(state, onUp) {
        Object.assign(this, {state, onUp});
        // Calls without an answer since the last one that had one
        this.failures = 0;
    }

    /**
     * Reads from `epay.counter`.
     *
     * @param {String} method
     * @param {Array} args
     * @param {Object} [kwargs]
     * @returns {Promise<Object>} rejected with the call's error, see `errorKind`
     */
    async read(method, args, kwargs = {}) {
        try {
            const answer = await call(
                "epay.counter",
                method,
                args,
                kwargs,
                READ_TIMEOUT
            );
            this.up();
            return answer;
        } catch (error) {
            if (errorKind(error) === "lost") {
                this.down();
            }
            throw error;
        }
    }

    /**
     * Sends an act once. Its key makes the server do it once, however often it is sent.
     *
     * @param {Object} act {model, ids, method, args, key}
     * @returns {Promise<Object>} the server's answer
     */
    async send({model, ids, method, args, key}) {
        const kwargs = {client_key: key};
        const answer = await call(model, method, [ids, ...args], kwargs, ACT_TIMEOUT);
        this.up();
        return answer;
    }

    up() {
        this.failures = 0;
        if (!this.state.online) {
            this.state.online = true;
            this.onUp();
        }
    }

    down() {
        this.failures += 1;
        this.state.online = false;
    }
}
