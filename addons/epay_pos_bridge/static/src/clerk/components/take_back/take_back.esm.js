import {ActButton} from "@epay_counter/clerk/components/act_button/act_button.esm";
import {CheckScreen} from "@epay_counter/clerk/screens/check/check.esm";
import {Component} from "@odoo/owl";
import {DeclinedScreen} from "@epay_counter/clerk/screens/declined/declined.esm";
import {EngagedScreen} from "@epay_counter/clerk/screens/engaged/engaged.esm";
import {ShowScreen} from "@epay_counter/clerk/screens/show/show.esm";
import {patch} from "@web/core/utils/patch";
import {useShown} from "@epay_counter/clerk/hooks.esm";

/** An article was forgotten: takes the basket back from the customer's phone. */
export class TakeBackButton extends Component {
    static template = "epay_pos_bridge.TakeBackButton";
    static components = {ActButton};
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    get isShown() {
        return this.state.session.allowed.includes("take_back");
    }
}

for (const Screen of [ShowScreen, EngagedScreen, DeclinedScreen, CheckScreen]) {
    patch(Screen, {components: {...Screen.components, TakeBackButton}});
}
