import {EngagedScreen} from "../engaged/engaged.esm";
import {registry} from "@web/core/registry";

/** The payment was declined, or the clerk sent it back: the customer chooses again. */
export class DeclinedScreen extends EngagedScreen {
    static template = "epay_counter.DeclinedScreen";
}

registry.category("epay_clerk_screens").add("declined", {Component: DeclinedScreen});
