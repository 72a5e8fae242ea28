import {Component} from "@odoo/owl";
import {ReasonForm} from "./reason_form.esm";
import {useShown} from "../../hooks.esm";

/** A manager goes on with a return though the customer has no phone at hand. */
export class WaiveForm extends Component {
    static template = "epay_counter.WaiveForm";
    static components = {ReasonForm};
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    get isShown() {
        return this.state.session.allowed.includes("waive_consent");
    }
}
