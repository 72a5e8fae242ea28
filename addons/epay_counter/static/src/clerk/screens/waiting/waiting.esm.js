import {Component} from "@odoo/owl";
import {DealCard} from "../../components/deal_card/deal_card.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {WaitingNote} from "../../components/waiting_note/waiting_note.esm";
import {registry} from "@web/core/registry";
import {useShown} from "../../hooks.esm";

/** The authorization runs: on the customer's phone or at the provider. */
export class WaitingScreen extends Component {
    static template = "epay_counter.WaitingScreen";
    static components = {
        DealCard,
        DropButton,
        MethodCard,
        NextButton,
        ScreenLayout,
        WaitingNote,
    };
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    get isAtProvider() {
        return this.state.session.turn === "provider";
    }

    get canPark() {
        return this.state.session.allowed.includes("next") && !this.state.focusId;
    }
}

registry.category("epay_clerk_screens").add("waiting", {Component: WaitingScreen});
