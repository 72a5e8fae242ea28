import {Component} from "@odoo/owl";
import {Icon} from "../icon/icon.esm";
import {Remaining} from "../clock/clock.esm";
import {stateLabel} from "../../labels.esm";
import {useShown} from "../../hooks.esm";

/** Deals that wait for somebody else, one tap away. */
export class ParkedList extends Component {
    static template = "epay_counter.ParkedList";
    static components = {Icon, Remaining};
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    label(deal) {
        return stateLabel(deal);
    }

    title(deal) {
        return [deal.name, this.label(deal)].join(" · ");
    }
}
