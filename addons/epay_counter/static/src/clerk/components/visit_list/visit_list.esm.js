import {Component, onWillUnmount, useEffect} from "@odoo/owl";
import {ActButton} from "../act_button/act_button.esm";
import {Elapsed} from "../clock/clock.esm";
import {Icon} from "../icon/icon.esm";
import {browser} from "@web/core/browser/browser";
import {useShown} from "../../hooks.esm";

/** After a row has moved, a tap this soon (milliseconds) was meant for another one. */
const DOUBLE_TAP = 500;

/** The phones in the waiting room, each with the words that its customer sees. */
export class VisitList extends Component {
    static template = "epay_counter.VisitList";
    static components = {ActButton, Elapsed, Icon};
    static props = {};

    setup() {
        Object.assign(this, useShown());
        this.shownIds = [];
        this.hasMoved = false;
        this.timer = 0;
        useEffect(
            () => this.noteMove(),
            () => [this.visits.map(({id}) => id).join()]
        );
        onWillUnmount(() => browser.clearTimeout(this.timer));
    }

    get visits() {
        return this.state.counter.visits;
    }

    get canAccept() {
        const {session} = this.state;
        return Boolean(session && session.allowed.includes("accept_visit"));
    }

    /** Notes when a phone that left has let another one move up under the finger. */
    noteMove() {
        const ids = this.visits.map(({id}) => id);
        if (this.shownIds.some((id, place) => ids[place] !== id)) {
            this.hasMoved = true;
            browser.clearTimeout(this.timer);
            this.timer = browser.setTimeout(() => {
                this.hasMoved = false;
            }, DOUBLE_TAP);
        }
        this.shownIds = ids;
    }

    accept(visitId) {
        if (!this.hasMoved) {
            this.clerk.acceptVisit(visitId);
        }
    }

    dismiss(visitId) {
        if (!this.hasMoved) {
            this.clerk.dismissVisit(visitId);
        }
    }
}
