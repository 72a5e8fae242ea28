import {ActButton} from "../act_button/act_button.esm";
import {Component} from "@odoo/owl";
import {useShown} from "../../hooks.esm";

/** On to the next customer; a deal that is not finished is parked. */
export class NextButton extends Component {
    static template = "epay_counter.NextButton";
    static components = {ActButton};
    static props = {
        kind: {type: String, optional: true},
        focused: {type: Boolean, optional: true},
    };
    static defaultProps = {kind: "quiet"};

    setup() {
        Object.assign(this, useShown());
    }

    get isShown() {
        const {session, focusId} = this.state;
        return !focusId && session.allowed.includes("next");
    }
}
