import {Component, useState} from "@odoo/owl";
import {ActButton} from "../../components/act_button/act_button.esm";
import {DealCard} from "../../components/deal_card/deal_card.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {WaitingNote} from "../../components/waiting_note/waiting_note.esm";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useShown} from "../../hooks.esm";

/** Nobody knows yet whether the money moved: it is found out, nothing is repeated. */
export class DoubtScreen extends Component {
    static template = "epay_counter.DoubtScreen";
    static components = {
        ActButton,
        DealCard,
        DropButton,
        MethodCard,
        NextButton,
        ScreenLayout,
        WaitingNote,
    };
    static props = {};

    setup() {
        Object.assign(this, useShown());
        this.form = useState({isOpen: false, reason: ""});
    }

    get canResolve() {
        return this.state.session.allowed.includes("resolve");
    }

    openForm() {
        this.form.isOpen = true;
    }

    /** A manager's word goes into the history: never without a reason. */
    async resolve(outcome) {
        const reason = this.form.reason.trim();
        if (!reason) {
            this.clerk.refuse(
                _t("Write how you found out, for example the provider's reference."),
                "reason"
            );
            return;
        }
        await this.clerk.resolve(outcome, reason);
    }
}

registry.category("epay_clerk_screens").add("doubt", {Component: DoubtScreen});
