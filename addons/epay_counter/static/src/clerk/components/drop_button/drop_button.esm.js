import {Component, useState} from "@odoo/owl";
import {ActButton} from "../act_button/act_button.esm";
import {_t} from "@web/core/l10n/translation";
import {useShown} from "../../hooks.esm";

/** States in which money is held or taken: dropping the deal asks once. */
const ASKING_STATES = ["authorizing", "authorized", "settling"];

/** Drops the deal. Where money is held or taken it asks once, naming the amount. */
export class DropButton extends Component {
    static template = "epay_counter.DropButton";
    static components = {ActButton};
    static props = {};

    setup() {
        Object.assign(this, useShown());
        this.question = useState({isAsked: false});
    }

    get isShown() {
        return this.state.session.allowed.includes("cancel");
    }

    get mustAsk() {
        const {session} = this.state;
        return session.charged_at_once || ASKING_STATES.includes(session.state);
    }

    get sentence() {
        const {session} = this.state;
        if (session.charged_at_once && session.state === "authorized") {
            return _t(
                "Drop this deal and give %s back to the customer?",
                session.amount_text
            );
        }
        return _t(
            "Drop this deal and release the authorization of %s?",
            session.amount_text
        );
    }

    get label() {
        return this.question.isAsked
            ? _t("Yes, drop %s", this.state.session.amount_text)
            : _t("Drop this deal");
    }

    keep() {
        this.question.isAsked = false;
    }

    onKeydown(ev) {
        if (ev.key === "Escape") {
            this.keep();
        }
    }

    async press() {
        if (this.mustAsk && !this.question.isAsked) {
            this.question.isAsked = true;
            return;
        }
        this.keep();
        await this.clerk.cancel();
    }
}
