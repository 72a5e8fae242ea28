import {DealScreen} from "../deal_screen.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {WaitingNote} from "../../components/waiting_note/waiting_note.esm";
import {registry} from "@web/core/registry";

/** The provider is asked whether the money can be given back; none moves yet. */
export class ReturnInquiringScreen extends DealScreen {
    static template = "epay_counter.ReturnInquiringScreen";
    static components = {
        ...DealScreen.components,
        MethodCard,
        NextButton,
        WaitingNote,
    };
}

registry
    .category("epay_clerk_screens")
    .add("return_inquiring", {Component: ReturnInquiringScreen});
