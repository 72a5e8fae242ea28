import {Component, useState} from "@odoo/owl";
import {Icon} from "../icon/icon.esm";
import {_t} from "@web/core/l10n/translation";
import {isolate} from "../../utils/format.esm";
import {momentOfSale} from "../../utils/returns.esm";
import {useShown} from "../../hooks.esm";

/** More lines than these fold up. */
const MOST_LINES = 4;

/**
 * The original deal of a return: what was bought, when, how it was paid, and what went
 * back of it before.
 */
export class OriginCard extends Component {
    static template = "epay_counter.OriginCard";
    static components = {Icon};
    static props = {};

    setup() {
        Object.assign(this, useShown());
        this.fold = useState({isOpen: false});
    }

    get origin() {
        return this.state.session.origin;
    }

    /** When it was settled, in the time of the store. */
    get moment() {
        return momentOfSale(this.origin, this.state.counter.store.tz);
    }

    get title() {
        return _t("Bought with %s", isolate(this.origin.name));
    }

    get moreText() {
        return _t("%s more lines", this.foldedCount);
    }

    leftText(line) {
        return line.left_quantity > 0
            ? _t("%s left", line.left_quantity)
            : _t("Returned");
    }

    get place() {
        const {store, counter, clerk} = this.origin;
        const isHere = store === this.state.counter.store.name;
        return [isHere ? "" : store, counter, clerk].filter(Boolean).join(" · ");
    }

    get lines() {
        const {lines} = this.origin;
        return this.fold.isOpen ? lines : lines.slice(0, MOST_LINES);
    }

    get foldedCount() {
        return this.origin.lines.length - this.lines.length;
    }

    /** Other returns of the deal that gave something back, or are about to. */
    get others() {
        const {session} = this.state;
        return this.origin.returns.filter(
            ({id, state}) =>
                id !== session.id && ["reversing", "reversed"].includes(state)
        );
    }

    isGone(line) {
        return line.left_quantity < line.quantity;
    }
}
