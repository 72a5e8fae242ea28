import {ActButton} from "../../components/act_button/act_button.esm";
import {DealScreen} from "../deal_screen.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {WaitingNote} from "../../components/waiting_note/waiting_note.esm";
import {registry} from "@web/core/registry";

/** The authorization runs: on the customer's phone or at the provider. */
export class WaitingScreen extends DealScreen {
    static template = "epay_counter.WaitingScreen";
    static components = {
        ...DealScreen.components,
        ActButton,
        DropButton,
        MethodCard,
        NextButton,
        WaitingNote,
    };

    get isAtProvider() {
        return this.state.session.turn === "provider";
    }

    get canPark() {
        return this.allows("next") && !this.state.focusId;
    }
}

registry.category("epay_clerk_screens").add("waiting", {Component: WaitingScreen});
