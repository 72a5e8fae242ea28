import {ActButton} from "../../components/act_button/act_button.esm";
import {DealScreen} from "../deal_screen.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {PhoneCard} from "../../components/phone_card/phone_card.esm";
import {registry} from "@web/core/registry";

/** Somebody's phone is at the counter and chooses how to pay. */
export class EngagedScreen extends DealScreen {
    static template = "epay_counter.EngagedScreen";
    static components = {...DealScreen.components, ActButton, DropButton, PhoneCard};

    /** Whether the customer enters the amount, too. */
    get isOwnAmount() {
        return this.state.session.amount_by === "customer";
    }
}

registry.category("epay_clerk_screens").add("engaged", {Component: EngagedScreen});
