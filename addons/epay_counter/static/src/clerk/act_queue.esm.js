import {browser} from "@web/core/browser/browser";
import {errorKind} from "./utils/errors.esm";
import {newClientKey} from "./utils/client_key.esm";

const PAUSES = [400, 800, 1500, 3000, 5000];
const BUSY_ATTEMPTS = 5;
const STORED_FIELDS = ["key", "counterId", "model", "ids", "method", "args", "at"];

/** @returns {Number} milliseconds before the attempt after this one */
function pauseAfter(attempt) {
    return PAUSES[Math.min(attempt, PAUSES.length - 1)];
}

function isSameAct(one, other) {
    const identity = ({counterId, model, ids, method, args}) =>
        JSON.stringify([counterId, model, ids, method, args]);
    return identity(one) === identity(other);
}

/**
 * The clerk's acts, one after the other. An act without an answer is sent again with
 * the same key until there is one; the server does it once. What is under way is
 * stored, so that a reload of the page goes on with it. Only an act that may pass the
 * others waits for none of them, nor do those after it: a slow provider never keeps the
 * next customer waiting.
 */
export class ActQueue {
    /**
     * @param {Object} options
     * @param {Function} options.send sends an act, returns a promise of its answer
     * @param {PendingStore} options.store
     * @param {Function} options.onChange called with the acts under way
     * @param {Function} options.onLost called when an act got no answer
     * @param {Function} options.mayPass whether an act (first argument) may be sent
     *      while another one (second argument) is under way
     */
    constructor({send, store, onChange, onLost, mayPass}) {
        Object.assign(this, {send, store, onChange, onLost, mayPass});
        this.acts = [];
        this.last = Promise.resolve();
        this.pauses = new Set();
    }

    /**
     * Does an act after those before it. The same act asked for twice while it is
     * under way is one act.
     *
     * @param {Object} act {counterId, model, ids, method, args}, of a stored one also
     *      its key
     * @returns {Promise<{answer: Object}|{error: Error, kind: String}>}
     */
    add(act) {
        const twin = this.acts.find((other) => isSameAct(other, act));
        if (twin) {
            return twin.outcome;
        }
        const entry = {key: newClientKey(), at: Date.now(), attempt: 0, ...act};
        const passes = this.acts.every((other) => this.mayPass(entry, other));
        this.acts.push(entry);
        entry.outcome = (passes ? Promise.resolve() : this.last).then(() =>
            this.run(entry)
        );
        this.last = entry.outcome;
        this.changed();
        return entry.outcome;
    }

    async run(entry) {
        const outcome = await this.attempt(entry);
        this.acts = this.acts.filter((other) => other !== entry);
        if (outcome.kind === "signed_out") {
            this.onChange(this.acts);
        } else {
            this.changed();
        }
        return outcome;
    }

    async attempt(entry) {
        for (;;) {
            try {
                return {answer: await this.send(entry)};
            } catch (error) {
                const kind = errorKind(error);
                const again =
                    kind === "lost" ||
                    (kind === "busy" && entry.attempt < BUSY_ATTEMPTS);
                if (!again) {
                    return {error, kind};
                }
                await this.pause(entry, kind);
            }
        }
    }

    /** Waits before the next attempt, or until somebody knows the line to be up. */
    async pause(entry, kind) {
        const time = pauseAfter(entry.attempt);
        entry.attempt += 1;
        this.onChange(this.acts);
        if (kind === "lost") {
            this.onLost(entry);
        }
        await new Promise((resolve) => {
            const end = () => {
                this.pauses.delete(end);
                resolve();
            };
            this.pauses.add(end);
            browser.setTimeout(end, time);
        });
    }

    /** The line is up again: no need to wait longer. */
    wake() {
        this.pauses.forEach((end) => end());
    }

    changed() {
        const stored = this.acts.map((act) =>
            Object.fromEntries(STORED_FIELDS.map((field) => [field, act[field]]))
        );
        this.store.save(stored);
        this.onChange(this.acts);
    }
}
