import {browser} from "@web/core/browser/browser";
import {errorKind} from "./utils/errors.esm";

const LAST_COUNTER = "epay_clerk.counter";
const PAUSE = 2000;

/**
 * Which counter the device works at: the clerk's counters, the one chosen last (kept on
 * the device), and the channel on which the server tells of its changes.
 */
export class CounterChoice {
    /**
     * @param {Object} options
     * @param {Object} options.state of the clerk app
     * @param {Object} options.bus Odoo's bus service
     * @param {ServerLine} options.line
     * @param {PendingStore} options.store acts under way, which name their counter
     * @param {Function} options.isOpen whether the app still waits for counters
     * @param {Function} options.onError called with what a read was refused with
     */
    constructor({state, bus, line, store, isOpen, onError}) {
        Object.assign(this, {state, bus, line, store, isOpen, onError});
    }

    /** The clerk's counters, asked for until the server answers or the app closes. */
    async load() {
        const {state} = this;
        for (;;) {
            try {
                state.counters = await this.line.read("get_my_counters", []);
                return;
            } catch (error) {
                if (errorKind(error) !== "lost") {
                    state.ready = true;
                    this.onError(error);
                    return;
                }
            }
            await new Promise((resolve) => browser.setTimeout(resolve, PAUSE));
            if (!this.isOpen()) {
                return;
            }
        }
    }

    /**
     * The counter of an act under way, else the device's last one, else the only one.
     *
     * @returns {Object|false|undefined}
     */
    first() {
        const {counters} = this.state;
        const [act] = this.store.load();
        const wanted = act
            ? act.counterId
            : Number(browser.localStorage.getItem(LAST_COUNTER));
        return (
            counters.find((counter) => counter.id === wanted) ||
            (counters.length === 1 && counters[0])
        );
    }

    /**
     * Goes over to a counter: nothing of another one stays on the screen.
     *
     * @param {Number} counterId
     */
    choose(counterId) {
        const {state} = this;
        if (state.counterId === counterId) {
            return;
        }
        this.leaveChannel();
        Object.assign(state, {
            counterId,
            counter: false,
            session: false,
            day: false,
            notices: [],
        });
        browser.localStorage.setItem(LAST_COUNTER, counterId);
        this.bus.addChannel(`epay_counter:${counterId}`);
    }

    leaveChannel() {
        if (this.state.counterId) {
            this.bus.deleteChannel(`epay_counter:${this.state.counterId}`);
        }
    }
}
