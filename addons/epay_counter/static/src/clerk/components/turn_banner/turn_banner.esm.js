import {Component} from "@odoo/owl";
import {Icon} from "../icon/icon.esm";
import {turnOf} from "../../turns.esm";
import {useClerk} from "../../hooks.esm";

/** Whose turn it is, over the full width: a colour, an icon and a sentence. */
export class TurnBanner extends Component {
    static template = "epay_counter.TurnBanner";
    static components = {Icon};
    static props = {};

    setup() {
        Object.assign(this, useClerk());
    }

    get turn() {
        return turnOf(this.state);
    }
}
