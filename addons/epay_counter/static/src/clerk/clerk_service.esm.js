import {errorKind, errorMessage} from "./utils/errors.esm";
import {initialState, isShown} from "./clerk_state.esm";
import {ClerkActs} from "./clerk_acts.esm";
import {CounterChoice} from "./counter_choice.esm";
import {CustomerWindow} from "./customer_window.esm";
import {DealNews} from "./deal_news.esm";
import {PendingStore} from "./utils/pending_store.esm";
import {ServerLine} from "./server_line.esm";
import {Sound} from "./utils/sound.esm";
import {StateReader} from "./state_reader.esm";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {formatTime} from "./utils/time.esm";
import {reactive} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";

/**
 * The one service of the clerk app, and the only way to the server. Screens read `state`
 * and call the methods below; the server decides what is true and what is allowed.
 * Its parts each have one subject: the line to the server, reading, the counter, the
 * news, the acts under way.
 */
export class ClerkService {
    constructor(bus) {
        this.opened = 0;
        this.state = reactive(initialState());
        this.sound = new Sound();
        this.customerWindow = new CustomerWindow();
        const line = new ServerLine(this.state, () => this.acts.wake());
        const store = new PendingStore(
            browser.sessionStorage,
            `epay_clerk.pending.${user.userId}`
        );
        const onError = (error) => this.fail(error);
        const common = {state: this.state, bus, line, store, onError};
        this.choice = new CounterChoice({...common, isOpen: () => this.opened > 0});
        this.news = new DealNews({...common, sound: this.sound});
        this.reader = new StateReader({
            ...common,
            news: this.news,
            onHurry: () => this.acts.wake(),
        });
        this.acts = new ClerkActs({...common, reader: this.reader});
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
        this.reader.start();
        await this.choice.load();
        if (!this.opened || this.state.signedOut) {
            return;
        }
        const counter = this.choice.first();
        if (counter) {
            await this.chooseCounter(counter.id);
        }
        this.state.ready = true;
        this.acts.resume();
    }

    /** Called by the app when it goes away. Acts under way are still brought home. */
    close() {
        this.opened -= 1;
        if (this.opened) {
            return;
        }
        this.reader.stop();
        this.choice.leaveChannel();
        this.customerWindow.close();
    }

    // --------------------------------------------------------------------------
    // Counter, view, focus
    // --------------------------------------------------------------------------

    /**
     * Works at that counter from now on.
     *
     * @param {Number} counterId
     */
    async chooseCounter(counterId) {
        this.choice.choose(counterId);
        await this.unfocus();
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
            await this.choice.load();
        }
    }

    /**
     * Shows the screen on which a sale is found to give its money back.
     *
     * @param {Object|false} sale whose number and amount are filled in
     */
    startReturn(sale = false) {
        Object.assign(this.state, {view: "return_find", returnOf: sale});
    }

    /**
     * Shows a deal of the day list without touching the counter.
     *
     * @param {Number} sessionId
     */
    async focus(sessionId) {
        this.reader.setFocus(sessionId);
        Object.assign(this.state, {view: false, message: false});
        await this.refresh();
    }

    /** Back from a deal of the day list to what the counter holds. */
    async unfocus() {
        this.reader.setFocus(false);
        Object.assign(this.state, {view: false, message: false});
        await this.refresh();
    }

    /**
     * @param {Number} sessionId
     * @returns {Boolean} whether that deal is the one on the screen
     */
    isShown(sessionId) {
        return isShown(this.state, sessionId);
    }

    // --------------------------------------------------------------------------
    // Reading
    // --------------------------------------------------------------------------

    /** Reads what the screen shows, now. */
    refresh() {
        return this.reader.refresh();
    }

    /**
     * The deals of the day at this counter, into `state.day`.
     *
     * @param {String} [query] as before without
     */
    loadDay(query = this.state.dayQuery) {
        return this.reader.readDay(query);
    }

    /** The server's clock now, in milliseconds. */
    now() {
        return Date.now() + this.state.clockOffset;
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

    // --------------------------------------------------------------------------
    // What the clerk is told
    // --------------------------------------------------------------------------

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
     * The clerk has read what became of a parked deal.
     *
     * @param {Number} sessionId
     */
    dismissNotice(sessionId) {
        this.news.dismiss(sessionId);
    }

    // --------------------------------------------------------------------------
    // Acting
    // --------------------------------------------------------------------------

    /**
     * Whether an act has to wait until another one is done.
     *
     * @param {String} method
     * @returns {Boolean}
     */
    isBusy(method) {
        return this.acts.isBusy(method);
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
        this.reader.setFocus(false);
        return this.acts.perform({
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
        return this.acts.perform({
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

    /**
     * Finds a sale by number and amount, and registers its return.
     *
     * @param {String} number as typed, or what the receipt's code holds
     * @param {String} amount of the sale, decimal string with a dot
     * @returns {Promise<Boolean>}
     */
    async registerReturn(number, amount) {
        const isDone = await this.actOnCounter("register_cancellation", number, amount);
        if (isDone) {
            this.state.view = false;
        }
        return isDone;
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
     * What a return gives back; without both, everything that is left.
     *
     * @param {Object[]|false} lines [{line_id, quantity}] of the original deal
     * @param {String|false} amount decimal string with a dot
     * @returns {Promise<Boolean>}
     */
    choosePart(lines, amount) {
        return this.actOnSession("choose_part", lines, amount);
    }

    inquire() {
        return this.actOnSession("inquire");
    }

    executeCancellation() {
        return this.actOnSession("execute_cancellation");
    }

    /**
     * A manager goes on with a return without the customer's phone.
     *
     * @param {String} reason
     * @returns {Promise<Boolean>}
     */
    waiveConsent(reason) {
        return this.actOnSession("waive_consent", reason);
    }

    /**
     * A manager records what was given back at the provider's own pages.
     *
     * @param {String} reason
     * @returns {Promise<Boolean>}
     */
    recordRefund(reason) {
        return this.actOnSession("record_refund", reason);
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
