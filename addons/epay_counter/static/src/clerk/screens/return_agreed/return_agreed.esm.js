import {ActButton} from "../../components/act_button/act_button.esm";
import {DealScreen} from "../deal_screen.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {Icon} from "../../components/icon/icon.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {OriginCard} from "../../components/origin_card/origin_card.esm";
import {ReasonForm} from "../../components/reason_form/reason_form.esm";
import {_t} from "@web/core/l10n/translation";
import {isolate} from "../../utils/format.esm";
import {registry} from "@web/core/registry";
import {wasNotAnswered} from "../../utils/returns.esm";

/** The customer agreed, or a manager did instead: the clerk has it inquired. */
export class ReturnAgreedScreen extends DealScreen {
    static template = "epay_counter.ReturnAgreedScreen";
    static components = {
        ...DealScreen.components,
        ActButton,
        DropButton,
        Icon,
        MethodCard,
        OriginCard,
        ReasonForm,
    };

    get wasNotAnswered() {
        return wasNotAnswered(this.state.session);
    }

    get inquireLabel() {
        return this.wasNotAnswered ? _t("Ask again") : _t("Ask the provider");
    }

    get recordLabel() {
        return _t("Record %s as given back", isolate(this.state.session.amount_text));
    }
}

registry
    .category("epay_clerk_screens")
    .add("return_agreed", {Component: ReturnAgreedScreen});
