import {Component, onWillUnmount, useEffect} from "@odoo/owl";
import {DONE_STATES, FINAL_STATES} from "../../clerk_state.esm";
import {Icon} from "../icon/icon.esm";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {isolate} from "../../utils/format.esm";
import {stateLabel} from "../../labels.esm";
import {useShown} from "../../hooks.esm";

const SEARCH_DELAY = 250;
const FRESH_DELAY = 400;

/** The counter's deals of the day, those that wait for somebody on top. */
export class DayList extends Component {
    static template = "epay_counter.DayList";
    static components = {Icon};
    static props = {isCompact: {type: Boolean, optional: true}};

    setup() {
        Object.assign(this, useShown());
        this.timer = 0;
        useEffect(
            () => this.load(this.state.dayQuery, this.state.day ? FRESH_DELAY : 0),
            () => [this.state.counter.id, this.state.counter.version]
        );
        onWillUnmount(() => browser.clearTimeout(this.timer));
    }

    get day() {
        return this.state.day;
    }

    /** One list, those that wait for somebody on top: [parked deals, all others]. */
    get groups() {
        const isParked = (deal) => deal.parked;
        return [
            this.day.deals.filter(isParked),
            this.day.deals.filter((deal) => !isParked(deal)),
        ].filter((deals) => deals.length);
    }

    load(query, delay) {
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.clerk.loadDay(query), delay);
    }

    onSearch(ev) {
        this.load(ev.target.value.trim(), SEARCH_DELAY);
    }

    time(deal) {
        return this.clerk.timeAtStore(deal.time);
    }

    returnOf(deal) {
        return _t("return of %s", isolate(deal.origin));
    }

    /** What came in; of a return that was done what went out. */
    amount(deal) {
        const text = deal.amount_text || "—";
        return deal.kind === "cancellation" && deal.state === "reversed"
            ? `− ${text}`
            : text;
    }

    /** Whether no money moved, so that nobody adds it up. */
    isNothing(deal) {
        return FINAL_STATES.includes(deal.state) && !DONE_STATES.includes(deal.state);
    }

    label(deal) {
        return stateLabel(deal);
    }

    print() {
        window.print();
    }
}
