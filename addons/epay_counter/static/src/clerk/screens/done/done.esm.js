import {returnedText, stateLabel} from "../../labels.esm";
import {DealScreen} from "../deal_screen.esm";
import {Icon} from "../../components/icon/icon.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {registry} from "@web/core/registry";

/** Settled and booked. It stays until the clerk goes on. */
export class DoneScreen extends DealScreen {
    static template = "epay_counter.DoneScreen";
    static components = {...DealScreen.components, Icon, MethodCard, NextButton};

    /** What went back of the sale, or is on its way. */
    get returns() {
        return this.state.session.returns.filter(({state}) =>
            ["reversing", "reversed"].includes(state)
        );
    }

    /** Whether the sale was opened from the day list, and something of it went back. */
    get isReturned() {
        const {isPast, session} = this.state;
        return isPast && session.return_state !== "none";
    }

    get returnedTitle() {
        return stateLabel(this.state.session);
    }

    get returnedText() {
        return returnedText(this.state.session);
    }

    label(deal) {
        return stateLabel({...deal, kind: "cancellation"});
    }

    get books() {
        const {sale_order: order, invoice} = this.state.session;
        return [order, invoice].filter(Boolean).join(" · ");
    }
}

registry.category("epay_clerk_screens").add("done", {Component: DoneScreen});
