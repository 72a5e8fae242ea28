import {ActButton} from "../../components/act_button/act_button.esm";
import {Component} from "@odoo/owl";
import {DealCard} from "../../components/deal_card/deal_card.esm";
import {Icon} from "../../components/icon/icon.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {WaitingNote} from "../../components/waiting_note/waiting_note.esm";
import {registry} from "@web/core/registry";
import {useShown} from "../../hooks.esm";

/** The money is being taken and the sale booked. */
export class SettlingScreen extends Component {
    static template = "epay_counter.SettlingScreen";
    static components = {
        ActButton,
        DealCard,
        Icon,
        MethodCard,
        NextButton,
        ScreenLayout,
        WaitingNote,
    };
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    /** The money is taken, but the books refused: once corrected, it is tried again. */
    get canRepeat() {
        return this.state.session.allowed.includes("settle");
    }
}

registry.category("epay_clerk_screens").add("settling", {Component: SettlingScreen});
