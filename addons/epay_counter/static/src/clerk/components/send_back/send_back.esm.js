import {Component} from "@odoo/owl";
import {ReasonForm} from "../reason_form/reason_form.esm";
import {useShown} from "../../hooks.esm";

/** The clerk sends the customer's amount back and says what is wrong with it. */
export class SendBackForm extends Component {
    static template = "epay_counter.SendBackForm";
    static components = {ReasonForm};
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    get isShown() {
        return this.state.session.allowed.includes("send_back");
    }
}
