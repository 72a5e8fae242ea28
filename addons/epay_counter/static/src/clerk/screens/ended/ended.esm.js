import {Component} from "@odoo/owl";
import {DealCard} from "../../components/deal_card/deal_card.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {registry} from "@web/core/registry";
import {useShown} from "../../hooks.esm";

/** Cancelled or expired: why, and on to the next one. */
export class EndedScreen extends Component {
    static template = "epay_counter.EndedScreen";
    static components = {DealCard, NextButton, ScreenLayout};
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }
}

registry.category("epay_clerk_screens").add("ended", {Component: EndedScreen});
