import {EngagedScreen} from "../engaged/engaged.esm";
import {OriginCard} from "../../components/origin_card/origin_card.esm";
import {WaiveForm} from "../../components/reason_form/waive_form.esm";
import {registry} from "@web/core/registry";

/** The customer sees on the phone what is given back, and agrees or refuses. */
export class ReturnEngagedScreen extends EngagedScreen {
    static template = "epay_counter.ReturnEngagedScreen";
    static components = {...EngagedScreen.components, OriginCard, WaiveForm};
}

registry
    .category("epay_clerk_screens")
    .add("return_engaged", {Component: ReturnEngagedScreen});
