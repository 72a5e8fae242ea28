import {errorKind, errorMessage} from "./utils/errors.esm";
import {formatTime, parseUtc} from "./utils/time.esm";
import {ActQueue} from "./act_queue.esm";
import {CustomerWindow} from "./customer_window.esm";
import {PendingStore} from "./utils/pending_store.esm";
import {Sound} from "./utils/sound.esm";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {endText} from "./labels.esm";
import {reactive} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";
import {user} from "@web/core/user";

const ACT_TIMEOUT = 45000;
const READ_TIMEOUT = 8000;
const POLL_BUSY = 2000;
const POLL_IDLE = 10000;
/** An act older than this is not repeated after a reload: the clerk moved on. */
const STALE_AFTER = 15 * 60 * 1000;
const LAST_COUNTER = "epay_clerk.counter";
const FINAL_STATES = ["settled", "cancelled", "expired"];
/** Acts that last as long as the provider takes. */
const SLOW_ACTS = ["request_authorization", "settle", "cancel"];

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

/** Whether an act may be sent while another one waits for the provider. */
function mayPass(act, other) {
    const isSameDeal = act.model === other.model && act.ids[0] === other.ids[0];
    return SLOW_ACTS.includes(other.method) && !isSameDeal;
}

/** The phones as the server tells of them, none of them where another one was. */
function inPlace(visits, before) {
    const places = new Map(before.map(({id}, place) => [id, place]));
    const place = ({id}) => places.get(id) ?? Infinity;
    const isNew = (visit) => !places.has(visit.id);
    const known = visits.filter((visit) => !isNew(visit));
    return [
        ...known.sort((one, other) => place(one) - place(other)),
        ...visits.filter(isNew).sort((one, other) => one.id - other.id),
    ];
}

function initialState() {
    return {
        ready: false,
        counters: [],
        counterId: false,
        counter: false,
        session: false,
        // The name of a screen that the clerk asked for; false follows the deal
        view: false,
        // The deal of the day list that is shown instead of the counter's own
        focusId: false,
        // Whether that deal was over before the clerk opened it
        isPast: false,
        message: false,
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
 * Everything that the clerk app knows and does. Screens read `state` and call the
 * methods below; the server decides what is true and what is allowed.
 */
export class ClerkService {
    constructor(bus) {
        this.bus = bus;
        this.state = reactive(initialState());
        this.sound = new Sound();
        this.customerWindow = new CustomerWindow();
        this.store = new PendingStore(
            browser.sessionStorage,
            `epay_clerk.pending.${user.userId}`
        );
        this.queue = new ActQueue({
            send: (act) => this.send(act),
            store: this.store,
            onChange: (acts) => {
                this.state.acts = acts.map(
                    ({key, model, method, ids, args, attempt}) => ({
                        key,
                        model,
                        method,
                        ids,
                        args,
                        attempt,
                    })
                );
            },
            onLost: () => this.lineDown(),
            mayPass,
        });
        // Version up to which the counter's own deal is on the screen
        this.since = false;
        this.timer = false;
        // When the next poll is due (our clock)
        this.due = 0;
        this.reading = false;
        this.readAgain = false;
        this.opened = 0;
        this.failures = 0;
        this.onBusMessage = this.onBusMessage.bind(this);
        this.onLineUp = () => this.hurry();
        this.onBusState = () => this.hasten();
        this.onOffline = () => this.lineDown();
        this.onVisible = () => document.visibilityState === "visible" && this.hurry();
    }

    // --------------------------------------------------------------------------
    // Opening and closing the app
    // --------------------------------------------------------------------------

    /** Called by the app when it appears: finds the counter and goes on with acts. */
    async open() {
        this.opened += 1;
        if (this.opened > 1) {
            return;
        }
        Object.assign(this.state, initialState());
        this.listen("addEventListener");
        this.bus.subscribe("epay/changed", this.onBusMessage);
        await this.loadCounters();
        if (!this.opened || this.state.signedOut) {
            return;
        }
        const counter = this.firstCounter();
        if (counter) {
            await this.chooseCounter(counter.id);
        }
        this.state.ready = true;
        this.resume();
    }

    /** Called by the app when it goes away. Acts under way are still brought home. */
    close() {
        this.opened -= 1;
        if (this.opened) {
            return;
        }
        this.listen("removeEventListener");
        this.bus.unsubscribe("epay/changed", this.onBusMessage);
        this.leaveChannel();
        this.customerWindow.close();
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

    /** The clerk's counters, asked for until the server answers. */
    async loadCounters() {
        for (;;) {
            try {
                this.state.counters = await this.read("get_my_counters", []);
                return;
            } catch (error) {
                if (errorKind(error) !== "lost") {
                    this.state.ready = true;
                    this.fail(error);
                    return;
                }
            }
            await new Promise((resolve) => browser.setTimeout(resolve, POLL_BUSY));
            if (!this.opened) {
                return;
            }
        }
    }

    /** The counter of an act under way, else the device's last one, else the only one. */
    firstCounter() {
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

    // --------------------------------------------------------------------------
    // Counter, view, focus
    // --------------------------------------------------------------------------

    /**
     * @param {Number} counterId
     */
    async chooseCounter(counterId) {
        const {state} = this;
        if (state.counterId !== counterId) {
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
        await this.unfocus();
    }

    leaveChannel() {
        if (this.state.counterId) {
            this.bus.deleteChannel(`epay_counter:${this.state.counterId}`);
        }
    }

    /**
     * Shows a screen that the clerk asked for (day list, counters, one of another
     * add-on); without a name, the deal again.
     *
     * @param {String|false} view
     */
    async go(view = false) {
        this.state.view = view;
        if (view === "counters") {
            await this.loadCounters();
        }
    }

    /**
     * Shows a deal of the day list without touching the counter.
     *
     * @param {Number} sessionId
     */
    async focus(sessionId) {
        this.setFocus(sessionId);
        Object.assign(this.state, {view: false, message: false});
        await this.refresh();
    }

    /** Back from a deal of the day list to what the counter holds. */
    async unfocus() {
        this.setFocus(false);
        Object.assign(this.state, {view: false, message: false});
        await this.refresh();
    }

    /** What is shown next is another deal: it has to be read in full. */
    setFocus(sessionId) {
        Object.assign(this.state, {focusId: sessionId, isPast: false});
        this.since = false;
    }

    // --------------------------------------------------------------------------
    // Reading
    // --------------------------------------------------------------------------

    /** A read on epay.counter, with the line's state noted. */
    async read(method, args, kwargs = {}) {
        try {
            const answer = await call(
                "epay.counter",
                method,
                args,
                kwargs,
                READ_TIMEOUT
            );
            this.lineUp();
            return answer;
        } catch (error) {
            if (errorKind(error) === "lost") {
                this.lineDown();
            }
            throw error;
        }
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
        const {counterId, focusId, signedOut} = this.state;
        if (!counterId || signedOut) {
            return;
        }
        try {
            const since = this.isPhoneSilent() ? false : this.since;
            const answer = focusId
                ? await this.read("focus", [[counterId], focusId])
                : await this.read("get_state", [[counterId]], {since});
            const {state} = this;
            if (state.counterId === counterId && state.focusId === focusId) {
                this.apply(answer);
            }
        } catch (error) {
            this.readFailed(error);
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
        const {counter, session} = this.state;
        if (!counter) {
            return false;
        }
        const phones = [...counter.visits, session && session.visit];
        const limit = this.now() - counter.away_seconds * 1000;
        return phones.some(
            (phone) => phone && !phone.away && parseUtc(phone.last_seen) < limit
        );
    }

    readFailed(error) {
        if (errorKind(error) === "lost") {
            return;
        }
        if (this.state.focusId) {
            this.setFocus(false);
            this.readAgain = true;
        }
        this.fail(error);
    }

    /** Takes an answer, unless the screen already shows something newer. */
    apply(answer) {
        const {state} = this;
        const {counter, session} = answer;
        if (answer.unchanged || !counter || counter.id !== state.counterId) {
            return;
        }
        if (state.counter && counter.version < state.counter.version) {
            return;
        }
        if (counter.server_time) {
            state.clockOffset = parseUtc(counter.server_time) - Date.now();
        }
        this.noteChange(session);
        const before = state.counter;
        if (before) {
            counter.visits = inPlace(counter.visits, before.visits);
        }
        state.counter = counter;
        state.session = session;
        if (before) {
            this.noteParked(before.parked);
        }
        this.since = state.focusId ? false : counter.version;
    }

    /** Notes since when the deal is where it is, for "since …" and for the sounds. */
    noteChange(session) {
        const {state} = this;
        const before = state.session;
        if (state.focusId && session && (!before || before.id !== session.id)) {
            state.isPast = FINAL_STATES.includes(session.state);
        }
        const key = (deal) =>
            deal && [deal.id, deal.state, deal.turn, deal.in_doubt].join();
        if (key(before) === key(session) && state.changedAt) {
            return;
        }
        state.changedAt = Date.now() + state.clockOffset;
        if (before && session && before.id === session.id) {
            this.playFor(session, before);
        }
    }

    playFor(session, before) {
        if (session.state === "settled") {
            this.sound.play("success");
        } else if (session.in_doubt || (session.declined && !before.declined)) {
            this.sound.play("problem");
        } else if (session.turn === "clerk" && before.turn !== "clerk") {
            this.sound.play("turn");
        }
    }

    /** Parked deals go on by themselves: the clerk hears of those that need somebody. */
    noteParked(before) {
        const {parked} = this.state.counter;
        const now = new Map(parked.map((deal) => [deal.id, deal]));
        for (const deal of before) {
            const present = now.get(deal.id);
            if (!present) {
                this.tellEnd(deal);
            } else if (present.turn === "clerk" && deal.turn !== "clerk") {
                this.sound.play("turn");
            }
        }
    }

    /** Tells how a parked deal ended, unless the clerk looks at it. */
    async tellEnd(deal) {
        const {counterId} = this.state;
        if (this.isShown(deal.id)) {
            return;
        }
        try {
            const {session} = await this.read("focus", [[counterId], deal.id]);
            if (
                session &&
                session.id === deal.id &&
                counterId === this.state.counterId
            ) {
                this.addNotice(session);
            }
        } catch (error) {
            if (errorKind(error) !== "lost") {
                this.fail(error);
            }
        }
    }

    isShown(sessionId) {
        const {session} = this.state;
        return Boolean(session && session.id === sessionId);
    }

    addNotice(deal) {
        const {notices} = this.state;
        const isTold = notices.some((notice) => notice.id === deal.id);
        if (isTold || !FINAL_STATES.includes(deal.state) || this.isShown(deal.id)) {
            return;
        }
        const isSettled = deal.state === "settled";
        notices.push({
            id: deal.id,
            type: isSettled ? "success" : "warning",
            code: deal.state,
            text: endText(deal),
        });
        this.sound.play(isSettled ? "success" : "problem");
    }

    /**
     * The clerk has read what became of a parked deal.
     *
     * @param {Number} sessionId
     */
    dismissNotice(sessionId) {
        const {state} = this;
        state.notices = state.notices.filter(({id}) => id !== sessionId);
    }

    /** Plans the next poll: soon while something is expected, else seldom. */
    plan() {
        browser.clearTimeout(this.timer);
        if (this.opened && this.state.counterId && !this.state.signedOut) {
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

    pollTime() {
        const {counter, session, online} = this.state;
        if (!online) {
            return Math.min(POLL_BUSY * this.failures, POLL_IDLE);
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

    onBusMessage({id, version}) {
        const {counterId, counter} = this.state;
        if (id === counterId && (!counter || version > counter.version)) {
            this.refresh();
        }
    }

    /** Something may have been missed, or the line is up again. */
    hurry() {
        this.queue.wake();
        if (this.state.counterId) {
            this.refresh();
        }
    }

    lineUp() {
        this.failures = 0;
        if (!this.state.online) {
            this.state.online = true;
            this.queue.wake();
        }
    }

    lineDown() {
        this.failures += 1;
        this.state.online = false;
    }

    /** The server's clock now, in milliseconds. */
    now() {
        return Date.now() + this.state.clockOffset;
    }

    /**
     * The deals of the day at this counter.
     *
     * @param {String} [query]
     */
    async loadDay(query = this.state.dayQuery) {
        const {state} = this;
        const {counterId} = state;
        state.dayQuery = query;
        if (!counterId) {
            return;
        }
        try {
            const kwargs = {query: query || false};
            const day = await this.read("get_day", [[counterId]], kwargs);
            if (state.counterId === counterId && state.dayQuery === query) {
                state.day = day;
            }
        } catch (error) {
            if (errorKind(error) !== "lost") {
                this.fail(error);
            }
        }
    }

    // --------------------------------------------------------------------------
    // Acting
    // --------------------------------------------------------------------------

    send({model, ids, method, args, key}) {
        return call(model, method, [ids, ...args], {client_key: key}, ACT_TIMEOUT).then(
            (answer) => {
                this.lineUp();
                return answer;
            }
        );
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
            this.fail(error);
            // The screen offered what is refused: it is read in full.
            this.since = false;
            this.refresh();
            return false;
        }
        this.applyAct(act, answer);
        this.plan();
        return true;
    }

    /** An act on a deal that is not on the screen any more changes only the counter. */
    applyAct(act, answer) {
        const {state} = this;
        const {session, message} = answer;
        const isElsewhere = state.focusId
            ? !session || session.id !== state.focusId
            : session && !session.holds;
        if (isElsewhere) {
            this.refresh();
        } else {
            this.apply(answer);
        }
        if (message) {
            const names = [session.amount_text, session.name];
            const text = isElsewhere
                ? `${names.join(" ")}: ${message.text}`
                : message.text;
            state.message = {...message, text};
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
        const {acts} = this.state;
        return acts.some(
            (act) =>
                act.model !== "epay.session" ||
                (this.isShown(act.ids[0]) &&
                    !(method === "next" && SLOW_ACTS.includes(act.method)))
        );
    }

    /**
     * The time of day at the counter's store, as on its receipts.
     *
     * @param {String} iso
     * @returns {String}
     */
    timeAtStore(iso) {
        const {counter} = this.state;
        return formatTime(iso, counter ? counter.store.tz : undefined);
    }

    /** Shows a refusal or an error; what is not understood is logged, too. */
    fail(error) {
        const kind = errorKind(error);
        if (kind === "signed_out") {
            this.state.signedOut = true;
            return;
        }
        if (kind === "unknown") {
            console.error(error);
        }
        this.state.message = errorMessage(error);
    }

    /**
     * Shows a text of the app's own where the server's refusals are shown.
     *
     * @param {String} text
     * @param {String} code
     */
    refuse(text, code) {
        this.state.message = {type: "warning", text, code};
    }

    /** Opens the window that faces the customer, or says why it can't. */
    openCustomerWindow() {
        if (!this.customerWindow.open(this.state)) {
            this.refuse(
                _t("The browser blocked the window. Allow pop-ups for this page."),
                "popup"
            );
        }
    }

    dismissMessage() {
        this.state.message = false;
    }

    /**
     * An act on the counter. It leaves the deal of the day list, if one is shown.
     *
     * @param {String} method
     * @param {...any} args
     * @returns {Promise<Boolean>}
     */
    actOnCounter(method, ...args) {
        const {counterId} = this.state;
        this.setFocus(false);
        return this.perform({
            counterId,
            model: "epay.counter",
            ids: [counterId],
            method,
            args,
        });
    }

    /**
     * An act on the deal on the screen.
     *
     * @param {String} method
     * @param {...any} args
     * @returns {Promise<Boolean>}
     */
    actOnSession(method, ...args) {
        const {counterId, session} = this.state;
        return this.perform({
            counterId,
            model: "epay.session",
            ids: [session.id],
            method,
            args,
        });
    }

    openCounter() {
        return this.actOnCounter("open_counter");
    }

    closeCounter() {
        return this.actOnCounter("close_counter");
    }

    /**
     * @param {String} amount decimal string with a dot
     * @param {String|false} description
     * @returns {Promise<Boolean>}
     */
    registerSale(amount, description) {
        return this.actOnCounter("register_sale", amount, description);
    }

    acceptVisit(visitId) {
        return this.actOnCounter("accept_visit", visitId);
    }

    dismissVisit(visitId) {
        return this.actOnCounter("dismiss_visit", visitId);
    }

    releaseVisit() {
        return this.actOnCounter("release_visit");
    }

    next() {
        return this.actOnCounter("next");
    }

    requestAuthorization() {
        return this.actOnSession("request_authorization");
    }

    settle() {
        return this.actOnSession("settle");
    }

    /**
     * @param {String|false} [reason]
     * @returns {Promise<Boolean>}
     */
    cancel(reason = false) {
        return this.actOnSession("cancel", reason);
    }

    /**
     * A manager ends an operation in doubt by hand.
     *
     * @param {String} outcome "succeeded" or "failed"
     * @param {String} reason
     * @returns {Promise<Boolean>}
     */
    resolve(outcome, reason) {
        return this.actOnSession("resolve", outcome, reason);
    }
}

export const clerkService = {
    dependencies: ["bus_service", "localization"],
    start(env, {bus_service: bus}) {
        return new ClerkService(bus);
    },
};

registry.category("services").add("epay_clerk", clerkService);
