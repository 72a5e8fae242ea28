import {ActButton} from "../../components/act_button/act_button.esm";
import {DealScreen} from "../deal_screen.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {Icon} from "../../components/icon/icon.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {OwnAmount} from "../../components/own_amount/own_amount.esm";
import {PhoneCard} from "../../components/phone_card/phone_card.esm";
import {SendBackForm} from "../../components/send_back/send_back.esm";
import {_t} from "@web/core/l10n/translation";
import {isolate} from "../../utils/format.esm";
import {registry} from "@web/core/registry";
import {useState} from "@odoo/owl";

/**
 * The clerk checks what the customer chose and has it authorized. An amount that the
 * customer entered is confirmed by that, or sent back.
 */
export class CheckScreen extends DealScreen {
    static template = "epay_counter.CheckScreen";
    static components = {
        ...DealScreen.components,
        ActButton,
        DropButton,
        Icon,
        MethodCard,
        OwnAmount,
        PhoneCard,
        SendBackForm,
    };

    setup() {
        super.setup();
        // While a reason is typed there is no other button to send it with
        this.reason = useState({isOpen: false});
    }

    get chargedAtOnce() {
        const {method} = this.state.session;
        return Boolean(method && method.charged_at_once);
    }

    get isOwnAmount() {
        return this.state.session.amount_by === "customer";
    }

    get requestLabel() {
        return this.isOwnAmount
            ? _t(
                  "Confirm %s and request authorization",
                  isolate(this.state.session.amount_text)
              )
            : _t("Request authorization");
    }

    /** The customer may choose anew meanwhile: what was shown is sent along. */
    async request() {
        const {amount, choice} = this.state.session;
        const {decimals} = this.state.counter.currency;
        await this.clerk.requestAuthorization(amount.toFixed(decimals), choice);
    }
}

registry.category("epay_clerk_screens").add("check", {Component: CheckScreen});
