import {Component} from "@odoo/owl";
import {PhoneWords} from "../phone_words/phone_words.esm";
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
}
