import {Component} from "@odoo/owl";
import {Icon} from "../icon/icon.esm";
import {useShown} from "../../hooks.esm";

/** What the customer chose, as one line: icon, method, condition, when it is charged. */
export class MethodCard extends Component {
    static template = "epay_counter.MethodCard";
    static components = {Icon};
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    get method() {
        return this.state.session.method;
    }
}
