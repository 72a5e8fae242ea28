import {ActButton} from "../../components/act_button/act_button.esm";
import {Component} from "@odoo/owl";
import {Countdown} from "../../components/clock/clock.esm";
import {DealCard} from "../../components/deal_card/deal_card.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {Icon} from "../../components/icon/icon.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {WaitingNote} from "../../components/waiting_note/waiting_note.esm";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useShown} from "../../hooks.esm";

/** The provider said yes: settle, or drop it. */
export class AuthorizedScreen extends Component {
    static template = "epay_counter.AuthorizedScreen";
    static components = {
        ActButton,
        Countdown,
        DealCard,
        DropButton,
        Icon,
        MethodCard,
        NextButton,
        ScreenLayout,
        WaitingNote,
    };
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    get canSettle() {
        return this.state.session.allowed.includes("settle");
    }

    get settleLabel() {
        return _t("Settle %s", this.state.session.amount_text);
    }
}

registry
    .category("epay_clerk_screens")
    .add("authorized", {Component: AuthorizedScreen});
