import {Component} from "@odoo/owl";
import {DealCard} from "../../components/deal_card/deal_card.esm";
import {Icon} from "../../components/icon/icon.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {WaitingNote} from "../../components/waiting_note/waiting_note.esm";
import {registry} from "@web/core/registry";
import {useClerk} from "../../hooks.esm";

/** The money is being taken and the sale booked. */
export class SettlingScreen extends Component {
    static template = "epay_counter.SettlingScreen";
    static components = {
        DealCard,
        Icon,
        MethodCard,
        NextButton,
        ScreenLayout,
        WaitingNote,
    };
    static props = {};

    setup() {
        Object.assign(this, useClerk());
    }
}

registry.category("epay_clerk_screens").add("settling", {Component: SettlingScreen});
