import {amountFormat, isolate} from "../../utils/format.esm";
import {Component} from "@odoo/owl";
import {ReasonForm} from "../reason_form/reason_form.esm";
import {_t} from "@web/core/l10n/translation";
import {amountToText} from "../../utils/amount.esm";
import {useShown} from "../../hooks.esm";

// What stands in the example, in the currency of the counter
const SOME_AMOUNT = 8078;

/** The clerk sends the customer's amount back and says what is wrong with it. */
export class SendBackForm extends Component {
    static template = "epay_counter.SendBackForm";
    static components = {ReasonForm};
    static props = {onToggle: Function};

    setup() {
        Object.assign(this, useShown());
    }

    get isShown() {
        return this.state.session.allowed.includes("send_back");
    }

    /** Written so that the customer may enter it just like that, and as an example: it
     * is not there yet. */
    get example() {
        const format = amountFormat(this.state.counter.currency);
        const amount = isolate(amountToText(SOME_AMOUNT, format));
        return _t("For example: it was %s", amount);
    }
}
