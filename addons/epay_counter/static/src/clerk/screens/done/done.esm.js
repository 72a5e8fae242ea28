import {Component} from "@odoo/owl";
import {DealCard} from "../../components/deal_card/deal_card.esm";
import {Icon} from "../../components/icon/icon.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {registry} from "@web/core/registry";
import {useShown} from "../../hooks.esm";

/** Settled and booked. It stays until the clerk goes on. */
export class DoneScreen extends Component {
    static template = "epay_counter.DoneScreen";
    static components = {DealCard, Icon, MethodCard, NextButton, ScreenLayout};
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    get books() {
        const {sale_order: order, invoice} = this.state.session;
        return [order, invoice].filter(Boolean).join(" · ");
    }
}

registry.category("epay_clerk_screens").add("done", {Component: DoneScreen});
