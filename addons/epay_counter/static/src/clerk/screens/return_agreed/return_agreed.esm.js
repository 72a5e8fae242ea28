import {ActButton} from "../../components/act_button/act_button.esm";
import {DealScreen} from "../deal_screen.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {Icon} from "../../components/icon/icon.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {OriginCard} from "../../components/origin_card/origin_card.esm";
import {RecordForm} from "../../components/reason_form/record_form.esm";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useState} from "@odoo/owl";
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
        RecordForm,
    };

    setup() {
        super.setup();
        // While a reason is typed there is no other button to send it with
        this.reason = useState({isOpen: false});
    }

    get wasNotAnswered() {
        return wasNotAnswered(this.state.session);
    }

    get inquireLabel() {
        return this.wasNotAnswered ? _t("Ask again") : _t("Ask the provider");
    }
}

registry
    .category("epay_clerk_screens")
    .add("return_agreed", {Component: ReturnAgreedScreen});
