import {DoneScreen} from "../done/done.esm";
import {OriginCard} from "../../components/origin_card/origin_card.esm";
import {registry} from "@web/core/registry";

/** Given back and reversed. It stays until the clerk goes on. */
export class ReturnDoneScreen extends DoneScreen {
    static template = "epay_counter.ReturnDoneScreen";
    static components = {...DoneScreen.components, OriginCard};

    /** The refund failed after all: the customer has nothing yet. */
    get hasBounced() {
        return this.state.session.return.bounced;
    }
}

registry
    .category("epay_clerk_screens")
    .add("return_done", {Component: ReturnDoneScreen});
