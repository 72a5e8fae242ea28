import {Component} from "@odoo/owl";
import {Icon} from "../icon/icon.esm";

/**
 * The words of a phone beyond those that it shows itself: the same in the clerk's
 * language, whether it came by a sticker that was replaced, and whether the clerk has
 * sent it away before.
 */
export class PhoneWords extends Component {
    static template = "epay_counter.PhoneWords";
    static components = {Icon};
    static props = {visit: Object};

    get isOld() {
        return this.props.visit.sticker === "old";
    }
}
