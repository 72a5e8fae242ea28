import {Component} from "@odoo/owl";
import {Elapsed} from "../clock/clock.esm";
import {Icon} from "../icon/icon.esm";
import {PhoneWords} from "../phone_words/phone_words.esm";
import {useShown} from "../../hooks.esm";

/** Which phone is at the counter, by the words and the colour that it shows. */
export class PhoneCard extends Component {
    static template = "epay_counter.PhoneCard";
    static components = {Elapsed, Icon, PhoneWords};
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    get visit() {
        return this.state.session.visit;
    }
}
