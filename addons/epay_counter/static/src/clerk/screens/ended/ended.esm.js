import {DealScreen} from "../deal_screen.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {registry} from "@web/core/registry";

/** Cancelled or expired: why, and on to the next one. */
export class EndedScreen extends DealScreen {
    static template = "epay_counter.EndedScreen";
    static components = {...DealScreen.components, NextButton};
}

registry.category("epay_clerk_screens").add("ended", {Component: EndedScreen});
