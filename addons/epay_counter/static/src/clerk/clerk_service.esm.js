import {errorKind, errorMessage} from "./utils/errors.esm";
import {initialState, isShown} from "./clerk_state.esm";
import {ClerkActs} from "./clerk_acts.esm";
import {ClerkVerbs} from "./clerk_verbs.esm";
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
 * news, the acts under way, and what a clerk may order.
 */
export class ClerkService extends ClerkVerbs {
    constructor(bus) {
        super();
        this.opened = 0;
        this.state = reactive(initialState());
        this.sound = new Sound();
        this.customerWindow = new CustomerWindow();
        const line = new ServerLine(this.state, () => this.acts.wake());
        this.line = line;
        const store = new PendingStore(
            browser.sessionStorage,
            `epay_clerk.pending.${user.userId}`
        );
        // What was typed to find a sale, over a reload of the page
        this.findDraft = new PendingStore(
            browser.sessionStorage,
            `epay_clerk.find.${user.userId}`
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
        this.reopenFind();
        this.state.ready = true;
        this.acts.resume();
    }

    /** A reload of the page while a sale was looked for, unless it is being found. */
    reopenFind() {
        const [draft] = this.findDraft.load();
        const isFound = this.acts.isStored("register_cancellation");
        if (draft && draft.counterId === this.state.counterId && !isFound) {
            this.startReturn();
        }
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
        this.state.clerkEnters = false;
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

    /** Whether the clerk is elsewhere than at what the counter holds. */
    get isAway() {
        const {counter, view, focusId} = this.state;
        return Boolean(counter && (view || focusId));
    }

    /** To what the counter holds, from wherever the clerk is. */
    async goBack() {
        await (this.state.focusId ? this.unfocus() : this.go());
    }

    /**
     * Whether the clerk enters the next amount where it is the customer's to enter.
     *
     * @param {Boolean} isClerk
     */
    enterAmount(isClerk) {
        this.state.clerkEnters = isClerk;
    }

    /**
     * Shows the screen on which a sale is found to give its money back.
     *
     * @param {Object|false} sale whose number, and amount if known, are filled in
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

    /**
     * Whether a printed code is this counter's own.
     *
     * @param {String} text that was scanned or typed
     * @returns {Promise<Object|false>} {sticker, serial, text}; false when it is not known
     */
    async checkSticker(text) {
        try {
            return await this.line.read("check_sticker", [
                [this.state.counterId],
                text,
            ]);
        } catch (error) {
            if (errorKind(error) === "lost") {
                this.refuse(_t("The server did not answer. Check it again."), "lost");
            } else {
                this.fail(error);
            }
            return false;
        }
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
        const {seconds, ...message} = errorMessage(error);
        const until = seconds && this.now() + seconds * 1000;
        this.state.message = until ? {...message, until} : message;
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
}

export const clerkService = {
    dependencies: ["bus_service", "localization"],
    start(env, {bus_service: bus}) {
        return new ClerkService(bus);
    },
};

registry.category("services").add("epay_clerk", clerkService);
