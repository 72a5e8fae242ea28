import {Component} from "@odoo/owl";
import {ReasonForm} from "./reason_form.esm";
import {_t} from "@web/core/l10n/translation";
import {isolate} from "../../utils/format.esm";
import {useShown} from "../../hooks.esm";

/** A manager records that the money went back at the provider's own pages. */
export class RecordForm extends Component {
    static template = "epay_counter.RecordForm";
    static components = {ReasonForm};
    static props = {onToggle: {type: Function, optional: true}};

    setup() {
        Object.assign(this, useShown());
    }

    get isShown() {
        return this.state.session.allowed.includes("record_refund");
    }

    get label() {
        return _t("Record %s as given back", isolate(this.state.session.amount_text));
    }
}
