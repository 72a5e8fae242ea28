import {ActButton} from "../../components/act_button/act_button.esm";
import {Component} from "@odoo/owl";
import {DealCard} from "../../components/deal_card/deal_card.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {Icon} from "../../components/icon/icon.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {PhoneCard} from "../../components/phone_card/phone_card.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {registry} from "@web/core/registry";
import {useShown} from "../../hooks.esm";

/** The clerk checks what the customer chose and has it authorized. */
export class CheckScreen extends Component {
    static template = "epay_counter.CheckScreen";
    static components = {
        ActButton,
        DealCard,
        DropButton,
        Icon,
        MethodCard,
        PhoneCard,
        ScreenLayout,
    };
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    allows(verb) {
        return this.state.session.allowed.includes(verb);
    }

    get chargedAtOnce() {
        const {method} = this.state.session;
        return Boolean(method && method.charged_at_once);
    }
}

registry.category("epay_clerk_screens").add("check", {Component: CheckScreen});
