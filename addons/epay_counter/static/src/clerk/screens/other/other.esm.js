import {Component} from "@odoo/owl";
import {DealCard} from "../../components/deal_card/deal_card.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {registry} from "@web/core/registry";
import {useShown} from "../../hooks.esm";

/** A deal in a state that has no screen here: another add-on's, or a newer server's. */
export class OtherScreen extends Component {
    static template = "epay_counter.OtherScreen";
    static components = {DealCard, DropButton, NextButton, ScreenLayout};
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }
}

registry.category("epay_clerk_screens").add("other", {Component: OtherScreen});
