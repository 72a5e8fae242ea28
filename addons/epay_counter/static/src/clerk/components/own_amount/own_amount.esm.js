import {Component} from "@odoo/owl";
import {PhoneWords} from "../phone_words/phone_words.esm";
import {_t} from "@web/core/l10n/translation";
import {isolate} from "../../utils/format.esm";
import {useShown} from "../../hooks.esm";

/**
 * What the customer entered and chose, all three in large letters over half of the
 * screen: the amount with its words, the method, the condition. A digit too few is to be
 * seen from where the clerk stands.
 */
export class OwnAmount extends Component {
    static template = "epay_counter.OwnAmount";
    static components = {PhoneWords};
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    get deal() {
        return this.state.session;
    }

    /** What stood here until the customer changed it under the clerk's eyes. */
    get wasText() {
        const {amountWas} = this.state;
        return amountWas ? _t("Changed: it was %s", isolate(amountWas)) : "";
    }
}
