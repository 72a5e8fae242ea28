import {ActButton} from "../act_button/act_button.esm";
import {Component} from "@odoo/owl";
import {Elapsed} from "../clock/clock.esm";
import {Icon} from "../icon/icon.esm";
import {useShown} from "../../hooks.esm";

/** The phones in the waiting room, each with the words that its customer sees. */
export class VisitList extends Component {
    static template = "epay_counter.VisitList";
    static components = {ActButton, Elapsed, Icon};
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    get visits() {
        return this.state.counter.visits;
    }

    get canAccept() {
        const {session} = this.state;
        return Boolean(session && session.allowed.includes("accept_visit"));
    }
}
