import {ActButton} from "../../components/act_button/act_button.esm";
import {DealScreen} from "../deal_screen.esm";
import {Icon} from "../../components/icon/icon.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {WaitingNote} from "../../components/waiting_note/waiting_note.esm";
import {registry} from "@web/core/registry";

/** The money is being given back and the sale reversed. */
export class ReturnReversingScreen extends DealScreen {
    static template = "epay_counter.ReturnReversingScreen";
    static components = {
        ...DealScreen.components,
        ActButton,
        Icon,
        MethodCard,
        NextButton,
        WaitingNote,
    };

    /** What a manager wrote down is no trouble. */
    get isRecorded() {
        return this.state.session.return.way === "by_hand" && !this.canRepeat;
    }

    /** The money is on its way, but the books refused: corrected, it is tried again. */
    get canRepeat() {
        return this.allows("execute_cancellation");
    }
}

registry
    .category("epay_clerk_screens")
    .add("return_reversing", {Component: ReturnReversingScreen});
