import {ActButton} from "../../components/act_button/act_button.esm";
import {Countdown} from "../../components/clock/clock.esm";
import {DealScreen} from "../deal_screen.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {Icon} from "../../components/icon/icon.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {WaitingNote} from "../../components/waiting_note/waiting_note.esm";
import {_t} from "@web/core/l10n/translation";
import {isolate} from "../../utils/format.esm";
import {registry} from "@web/core/registry";

/** The provider said yes: settle, or drop it. */
export class AuthorizedScreen extends DealScreen {
    static template = "epay_counter.AuthorizedScreen";
    static components = {
        ...DealScreen.components,
        ActButton,
        Countdown,
        DropButton,
        Icon,
        MethodCard,
        NextButton,
        WaitingNote,
    };

    get settleLabel() {
        return _t("Settle %s", isolate(this.state.session.amount_text));
    }
}

registry
    .category("epay_clerk_screens")
    .add("authorized", {Component: AuthorizedScreen});
