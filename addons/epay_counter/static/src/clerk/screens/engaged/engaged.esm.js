import {ActButton} from "../../components/act_button/act_button.esm";
import {Component} from "@odoo/owl";
import {DealCard} from "../../components/deal_card/deal_card.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {PhoneCard} from "../../components/phone_card/phone_card.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {registry} from "@web/core/registry";
import {useShown} from "../../hooks.esm";

/** Somebody's phone is at the counter and chooses how to pay. */
export class EngagedScreen extends Component {
    static template = "epay_counter.EngagedScreen";
    static components = {ActButton, DealCard, DropButton, PhoneCard, ScreenLayout};
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    allows(verb) {
        return this.state.session.allowed.includes(verb);
    }
}

registry.category("epay_clerk_screens").add("engaged", {Component: EngagedScreen});
