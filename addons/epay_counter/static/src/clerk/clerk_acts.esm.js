import {ActQueue} from "./act_queue.esm";
import {_t} from "@web/core/l10n/translation";
import {isShown} from "./clerk_state.esm";
import {isolate} from "./utils/format.esm";

/** An act older than this is not repeated after a reload: the clerk moved on. */
const STALE_AFTER = 15 * 60 * 1000;
/** Acts that last as long as the provider takes. */
const SLOW_ACTS = [
    "request_authorization",
    "settle",
    "cancel",
    "inquire",
    "execute_cancellation",
];

/** Whether an act may be sent while another one waits for the provider. */
function mayPass(act, other) {
    const isSameDeal = act.model === other.model && act.ids[0] === other.ids[0];
    return SLOW_ACTS.includes(other.method) && !isSameDeal;
}

/** What the screens need to know of an act under way. */
function toldAct({key, model, method, ids, args, attempt}) {
    return {key, model, method, ids, args, attempt};
}

/**
 * Doing the clerk's acts and showing what came of them. The queue brings each one home,
 * over bad lines and a reload of the page; `state.acts` says which are under way.
 */
export class ClerkActs {
    /**
     * @param {Object} options
     * @param {Object} options.state of the clerk app
     * @param {ServerLine} options.line
     * @param {PendingStore} options.store keeps what is under way over a reload
     * @param {StateReader} options.reader takes the answers
     * @param {Function} options.onError called with what an act was refused with
     */
    constructor({state, line, store, reader, onError}) {
        Object.assign(this, {state, store, reader, onError});
        this.queue = new ActQueue({
            send: (act) => line.send(act),
            store,
            onChange: (acts) => {
                state.acts = acts.map(toldAct);
            },
            onLost: () => line.down(),
            mayPass,
        });
    }

    /** The line is up again: what waits for it goes on. */
    wake() {
        this.queue.wake();
    }

    /**
     * Whether such an act was under way when the page was reloaded.
     *
     * @param {String} method
     * @returns {Boolean}
     */
    isStored(method) {
        return this.store.load().some((act) => act.method === method);
    }

    /** Goes on with the acts that a reload of the page interrupted. */
    resume() {
        const stored = this.store.load();
        const fresh = stored.filter((act) => Date.now() - act.at < STALE_AFTER);
        if (fresh.length < stored.length) {
            this.store.save(fresh);
            this.state.message = {
                type: "warning",
                code: "stale",
                text: _t(
                    "An older step was never confirmed by the server. It was not repeated: check the state shown here before you go on."
                ),
            };
        }
        fresh.forEach((act) => this.perform(act));
    }

    /**
     * Does one act and shows what came of it.
     *
     * @param {Object} act {counterId, model, ids, method, args}
     * @returns {Promise<Boolean>} whether it was done
     */
    async perform(act) {
        this.state.message = false;
        const {answer, error} = await this.queue.add(act);
        if (error) {
            this.refused(act, error);
            return false;
        }
        this.show(answer);
        this.reader.plan();
        return true;
    }

    /** What is refused was offered by the screen: that is read in full. */
    async refused(act, error) {
        const {state} = this;
        const isElsewhere = act.model === "epay.session" && !isShown(state, act.ids[0]);
        this.onError(error);
        const {message} = state;
        this.reader.forget();
        await this.reader.refresh();
        if (!isElsewhere && message) {
            message.dealId = state.session ? state.session.id : false;
        }
    }

    /** An act on a deal that is not on the screen any more changes only the counter. */
    show(answer) {
        const {state} = this;
        const {session, message} = answer;
        const isElsewhere = state.focusId
            ? !session || session.id !== state.focusId
            : session && !session.holds;
        if (isElsewhere) {
            this.reader.refresh();
        } else {
            this.reader.apply(answer);
        }
        if (message) {
            const names = [session.amount_text, session.name].map(isolate);
            const text = isElsewhere
                ? `${names.join(" ")}: ${message.text}`
                : message.text;
            const dealId = isElsewhere ? undefined : session && session.id;
            state.message = {...message, text, dealId};
        }
    }

    /**
     * Whether an act has to wait until another one is done. A slow provider holds up
     * only its own deal, and never the way to the next customer.
     *
     * @param {String} method
     * @returns {Boolean}
     */
    isBusy(method) {
        const {state} = this;
        return state.acts.some(
            (act) =>
                act.model !== "epay.session" ||
                (isShown(state, act.ids[0]) &&
                    !(method === "next" && SLOW_ACTS.includes(act.method)))
        );
    }
}
