import {Component} from "@odoo/owl";
import {Icon} from "../icon/icon.esm";
import {ReasonForm} from "./reason_form.esm";
import {useShown} from "../../hooks.esm";

/** A manager goes on with a return though the customer has no phone at hand. */
export class WaiveForm extends Component {
    static template = "epay_counter.WaiveForm";
    static components = {Icon, ReasonForm};
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    /** A clerk is told who may do it. */
    get isTold() {
        return !this.isShown && ["open", "engaged"].includes(this.state.session.state);
    }

    get isShown() {
        return this.state.session.allowed.includes("waive_consent");
    }
}
