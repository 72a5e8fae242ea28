import {ActButton} from "../../components/act_button/act_button.esm";
import {DealScreen} from "../deal_screen.esm";
import {Icon} from "../../components/icon/icon.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {WaitingNote} from "../../components/waiting_note/waiting_note.esm";
import {registry} from "@web/core/registry";

/** The money is being taken and the sale booked. */
export class SettlingScreen extends DealScreen {
    static template = "epay_counter.SettlingScreen";
    static components = {
        ...DealScreen.components,
        ActButton,
        Icon,
        MethodCard,
        NextButton,
        WaitingNote,
    };

    /** The money is taken, but the books refused: once corrected, it is tried again. */
    get canRepeat() {
        return this.allows("settle");
    }
}

registry.category("epay_clerk_screens").add("settling", {Component: SettlingScreen});
