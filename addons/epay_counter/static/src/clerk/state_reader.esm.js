import {browser} from "@web/core/browser/browser";
import {errorKind} from "./utils/errors.esm";
import {parseUtc} from "./utils/time.esm";

const POLL_BUSY = 2000;
const POLL_IDLE = 10000;

/**
 * How the screen learns of changes. The bus says that there is something new, the server
 * is asked what it is; where the bus may be deaf, and every few seconds anyway, it is
 * asked unbidden. An older answer never replaces a newer one.
 */
export class StateReader {
    /**
     * @param {Object} options
     * @param {Object} options.state of the clerk app
     * @param {Object} options.bus Odoo's bus service
     * @param {ServerLine} options.line
     * @param {DealNews} options.news told of every deal that is about to be shown
     * @param {Function} options.onHurry called when the line may be up again
     * @param {Function} options.onError called with what a read was refused with
     */
    constructor({state, bus, line, news, onHurry, onError}) {
        Object.assign(this, {state, bus, line, news, onHurry, onError});
        this.isListening = false;
        // Version up to which the counter's own deal is on the screen
        this.since = false;
        this.timer = false;
        // When the next poll is due (our clock)
        this.due = 0;
        this.reading = false;
        this.readAgain = false;
        this.onBusMessage = this.onBusMessage.bind(this);
        this.onLineUp = () => this.hurry();
        this.onBusState = () => this.hasten();
        this.onOffline = () => this.line.down();
        this.onVisible = () => document.visibilityState === "visible" && this.hurry();
    }

    // --------------------------------------------------------------------------
    // What gives reason to read
    // --------------------------------------------------------------------------

    /** Called when the app appears. */
    start() {
        this.isListening = true;
        this.listen("addEventListener");
        this.bus.subscribe("epay/changed", this.onBusMessage);
    }

    /** Called when the app goes away: nothing is read unasked any more. */
    stop() {
        this.isListening = false;
        this.listen("removeEventListener");
        this.bus.unsubscribe("epay/changed", this.onBusMessage);
        browser.clearTimeout(this.timer);
    }

    listen(verb) {
        this.bus[verb]("BUS:CONNECT", this.onLineUp);
        this.bus[verb]("BUS:RECONNECT", this.onLineUp);
        this.bus[verb]("BUS:WORKER_STATE_UPDATED", this.onBusState);
        browser[verb]("online", this.onLineUp);
        browser[verb]("offline", this.onOffline);
        document[verb]("visibilitychange", this.onVisible);
    }

    onBusMessage({id, version}) {
        const {counterId, counter} = this.state;
        if (id === counterId && (!counter || version > counter.version)) {
            this.refresh();
        }
    }

    /** Something may have been missed, or the line is up again. */
    hurry() {
        this.onHurry();
        if (this.state.counterId) {
            this.refresh();
        }
    }

    /** Plans the next poll: soon while something is expected, else seldom. */
    plan() {
        browser.clearTimeout(this.timer);
        if (this.isListening && this.state.counterId && !this.state.signedOut) {
            const time = this.pollTime();
            this.due = Date.now() + time;
            this.timer = browser.setTimeout(() => this.refresh(), time);
        }
    }

    /** Polls sooner if there is reason to; what is due is never put off. */
    hasten() {
        if (!this.reading && Date.now() + this.pollTime() < this.due) {
            this.plan();
        }
    }

    /** @returns {Number} milliseconds until the next poll */
    pollTime() {
        const {counter, session, online} = this.state;
        if (!online) {
            return Math.min(POLL_BUSY * this.line.failures, POLL_IDLE);
        }
        // Without the bus nobody tells of a change.
        const isDeaf = ["CONNECTING", "DISCONNECTED"].includes(this.bus.workerState);
        const isExpecting =
            isDeaf ||
            !counter ||
            counter.visits.length ||
            (session && ["customer", "provider"].includes(session.turn));
        return isExpecting ? POLL_BUSY : POLL_IDLE;
    }

    // --------------------------------------------------------------------------
    // Reading
    // --------------------------------------------------------------------------

    /** What is shown next has to be read in full, also when nothing is new. */
    forget() {
        this.since = false;
    }

    /**
     * What is shown next is another deal.
     *
     * @param {Number|false} sessionId of a deal of the day list; false: the counter's own
     */
    setFocus(sessionId) {
        Object.assign(this.state, {focusId: sessionId, isPast: false});
        this.forget();
    }

    /** Reads what the screen shows, now; calls during a read make one more. */
    async refresh() {
        if (this.reading) {
            this.readAgain = true;
            return this.reading;
        }
        browser.clearTimeout(this.timer);
        this.reading = this.readState();
        await this.reading;
        this.reading = false;
        if (this.readAgain) {
            this.readAgain = false;
            return this.refresh();
        }
        this.plan();
    }

    async readState() {
        const {state} = this;
        const {counterId, focusId, signedOut} = state;
        if (!counterId || signedOut) {
            return;
        }
        try {
            const inFull = this.isPhoneSilent() || this.isCodeOver();
            const since = inFull ? false : this.since;
            const answer = focusId
                ? await this.line.read("focus", [[counterId], focusId])
                : await this.line.read("get_state", [[counterId]], {since});
            if (state.counterId === counterId && state.focusId === focusId) {
                this.apply(answer);
            }
        } catch (error) {
            this.failed(error);
        }
    }

    /**
     * Whether a phone was last heard of so long ago that it may be away. It says that
     * it is there without making news, and none comes when it stops: then everything
     * is read, also when nothing is new.
     *
     * @returns {Boolean}
     */
    isPhoneSilent() {
        const {counter, session, clockOffset} = this.state;
        if (!counter) {
            return false;
        }
        const phones = [...counter.visits, session && session.visit];
        const limit = Date.now() + clockOffset - counter.away_seconds * 1000;
        return phones.some(
            (phone) => phone && !phone.away && parseUtc(phone.last_seen) < limit
        );
    }

    /**
     * Whether another code is to be shown. It is renewed without making news, some minutes
     * before the shown one stops working.
     *
     * @returns {Boolean}
     */
    isCodeOver() {
        const {session, clockOffset} = this.state;
        const renews = session && session.code_renews;
        return Boolean(renews) && parseUtc(renews) <= Date.now() + clockOffset;
    }

    failed(error) {
        if (errorKind(error) === "lost") {
            return;
        }
        if (this.state.focusId) {
            this.setFocus(false);
            this.readAgain = true;
        }
        this.onError(error);
    }

    /**
     * Takes an answer, unless the screen already shows something newer.
     *
     * @param {Object} answer {counter, session, unchanged} of a read or an act
     */
    apply({counter, session, unchanged}) {
        const {state} = this;
        const before = state.counter;
        if (unchanged || !counter || counter.id !== state.counterId) {
            return;
        }
        if (before && counter.version < before.version) {
            return;
        }
        if (counter.server_time) {
            state.clockOffset = parseUtc(counter.server_time) - Date.now();
        }
        this.news.noteShown(session);
        Object.assign(state, {counter, session});
        this.forgetMessage();
        if (before) {
            this.news.noteParked(before.parked);
        }
        this.since = state.focusId ? false : counter.version;
    }

    /** What was said about a deal goes when the screen shows another one. */
    forgetMessage() {
        const {message, session} = this.state;
        const {dealId} = message;
        if (dealId !== undefined && dealId !== (session ? session.id : false)) {
            this.state.message = false;
        }
    }

    /**
     * The deals of the day at this counter.
     *
     * @param {String} query what their names, amounts or phrases are searched for
     */
    async readDay(query) {
        const {state} = this;
        const {counterId} = state;
        state.dayQuery = query;
        if (!counterId) {
            return;
        }
        try {
            const kwargs = {query: query || false};
            const day = await this.line.read("get_day", [[counterId]], kwargs);
            if (state.counterId === counterId && state.dayQuery === query) {
                state.day = day;
            }
        } catch (error) {
            if (errorKind(error) !== "lost") {
                this.onError(error);
            }
        }
    }
}
