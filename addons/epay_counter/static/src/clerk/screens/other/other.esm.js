import {DealScreen} from "../deal_screen.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {registry} from "@web/core/registry";

/** A deal in a state that has no screen here: another add-on's, or a newer server's. */
export class OtherScreen extends DealScreen {
    static template = "epay_counter.OtherScreen";
    static components = {...DealScreen.components, DropButton, NextButton};
}

registry.category("epay_clerk_screens").add("other", {Component: OtherScreen});
