import {Component, onPatched, onWillUnmount, useRef, useState} from "@odoo/owl";
import {ActButton} from "../act_button/act_button.esm";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {isolate} from "../../utils/format.esm";
import {useShown} from "../../hooks.esm";

/** States in which money is held or taken: dropping the deal asks once. */
const ASKING_STATES = ["authorizing", "authorized", "settling"];
/** A second tap this soon (milliseconds) was meant for what stood there before. */
const DOUBLE_TAP = 500;

/**
 * Drops the deal. Where money is held or taken it asks once, naming the amount. The
 * question opens above everything else and moves nothing: where the finger is, and the
 * keyboard, is the answer that does no harm.
 */
export class DropButton extends Component {
    static template = "epay_counter.DropButton";
    static components = {ActButton};
    static props = {
        // Not yet: it came up under a finger that meant something else
        isHeld: {type: Boolean, optional: true},
    };

    setup() {
        Object.assign(this, useShown());
        this.question = useState({isAsked: false, isFresh: false});
        this.keepButton = useRef("keep");
        this.timer = 0;
        onPatched(() => {
            if (this.question.isFresh) {
                this.keepButton.el?.focus();
            }
        });
        onWillUnmount(() => browser.clearTimeout(this.timer));
    }

    get isShown() {
        return this.state.session.allowed.includes("cancel");
    }

    get label() {
        return this.state.session.kind === "cancellation"
            ? _t("Drop this return")
            : _t("Drop this deal");
    }

    get mustAsk() {
        const {session} = this.state;
        return session.captured_amount > 0 || ASKING_STATES.includes(session.state);
    }

    get sentence() {
        const {state, charged_at_once: isCharged, amount_text} = this.state.session;
        const amount = isolate(amount_text);
        if (state === "authorizing") {
            return _t(
                "Drop this deal? The customer may just be confirming %s on the phone.",
                amount
            );
        }
        return isCharged
            ? _t("Drop this deal and give %s back to the customer?", amount)
            : _t("Drop this deal and release the authorization of %s?", amount);
    }

    get confirmLabel() {
        return _t("Yes, drop %s", isolate(this.state.session.amount_text));
    }

    ask() {
        Object.assign(this.question, {isAsked: true, isFresh: true});
        this.timer = browser.setTimeout(() => {
            this.question.isFresh = false;
        }, DOUBLE_TAP);
    }

    keep() {
        if (!this.question.isFresh) {
            this.question.isAsked = false;
        }
    }

    onKeydown(ev) {
        if (ev.key === "Escape") {
            this.question.isAsked = false;
        }
    }

    async press() {
        if (this.mustAsk) {
            this.ask();
        } else {
            await this.clerk.cancel();
        }
    }

    async confirm() {
        this.question.isAsked = false;
        await this.clerk.cancel();
    }
}
