import {ActButton} from "../../components/act_button/act_button.esm";
import {DealScreen} from "../deal_screen.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {Icon} from "../../components/icon/icon.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {PhoneCard} from "../../components/phone_card/phone_card.esm";
import {registry} from "@web/core/registry";

/** The clerk checks what the customer chose and has it authorized. */
export class CheckScreen extends DealScreen {
    static template = "epay_counter.CheckScreen";
    static components = {
        ...DealScreen.components,
        ActButton,
        DropButton,
        Icon,
        MethodCard,
        PhoneCard,
    };

    get chargedAtOnce() {
        const {method} = this.state.session;
        return Boolean(method && method.charged_at_once);
    }
}

registry.category("epay_clerk_screens").add("check", {Component: CheckScreen});
