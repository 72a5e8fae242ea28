import {Component} from "@odoo/owl";
import {Icon} from "../icon/icon.esm";
import {useClerk} from "../../hooks.esm";

/** The line is down, or the clerk is signed out: what that means, in one sentence. */
export class OfflineBar extends Component {
    static template = "epay_counter.OfflineBar";
    static components = {Icon};
    static props = {};

    setup() {
        Object.assign(this, useClerk());
    }

    get isRepeating() {
        return this.state.acts.length > 0;
    }
}
