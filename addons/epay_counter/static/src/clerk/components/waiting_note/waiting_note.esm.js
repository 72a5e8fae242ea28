import {Component} from "@odoo/owl";
import {Elapsed} from "../clock/clock.esm";
import {Icon} from "../icon/icon.esm";
import {useShown} from "../../hooks.esm";

/** What is being waited for, and since when. */
export class WaitingNote extends Component {
    static template = "epay_counter.WaitingNote";
    static components = {Elapsed, Icon};
    static props = {
        slots: Object,
        icon: {type: String, optional: true},
    };
    static defaultProps = {icon: "clock"};

    setup() {
        Object.assign(this, useShown());
    }

    get since() {
        const {operation, since} = this.state.session;
        return (operation && operation.since) || since || this.state.changedAt;
    }

    get time() {
        const {since} = this;
        return this.clerk.timeAtStore(
            typeof since === "string" ? since : new Date(since).toISOString()
        );
    }
}
