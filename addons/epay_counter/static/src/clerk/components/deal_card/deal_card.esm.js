import {Component} from "@odoo/owl";
import {FINAL_STATES} from "../../clerk_state.esm";
import {useShown} from "../../hooks.esm";

/** The amount, the number and what it is for: the same on every screen of a deal. */
export class DealCard extends Component {
    static template = "epay_counter.DealCard";
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    get deal() {
        return this.state.session;
    }

    get isReturn() {
        return this.deal.kind === "cancellation";
    }

    /** A return looks like no sale: its amount goes the other way. */
    get isToGiveBack() {
        return this.isReturn && !FINAL_STATES.includes(this.deal.state);
    }

    /** Whether there is no amount yet, because the customer enters it. */
    get isAwaited() {
        return !this.deal.amount_text && this.deal.amount_by === "customer";
    }
}
