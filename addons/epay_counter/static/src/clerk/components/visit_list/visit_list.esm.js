import {ActButton, FRESH} from "../act_button/act_button.esm";
import {
    Component,
    onPatched,
    onWillPatch,
    onWillRender,
    onWillUnmount,
    useEffect,
    useRef,
} from "@odoo/owl";
import {Elapsed} from "../clock/clock.esm";
import {Icon} from "../icon/icon.esm";
import {PhoneWords} from "../phone_words/phone_words.esm";
import {_t} from "@web/core/l10n/translation";
import {arrange} from "../../utils/visit_order.esm";
import {browser} from "@web/core/browser/browser";
import {useShown} from "../../hooks.esm";

/** So long after the last touch (milliseconds) the rows may move again. */
export const HANDS_OFF = 3000;

/**
 * The phones in the waiting room, each with the words and the place that its customer
 * sees, newest activity first. Rows don't move while a hand is at them; when they do all the same,
 * because a phone has left, a tap that was meant for another one does nothing. No
 * button takes the keyboard's focus by itself: a second Enter compares no words.
 */
export class VisitList extends Component {
    static template = "epay_counter.VisitList";
    static components = {ActButton, Elapsed, Icon, PhoneWords};
    static props = {};

    setup() {
        Object.assign(this, useShown());
        this.list = useRef("list");
        this.rows = [];
        this.shownIds = [];
        this.isTouched = false;
        this.hasMoved = false;
        this.timers = {};
        onWillRender(() => {
            const {visits} = this.state.counter;
            this.isTouched = this.isTouched && visits.length > 0;
            this.rows = arrange(visits, this.rows, this.isTouched);
        });
        useEffect(
            () => this.noteMove(),
            () => [this.rows.map(({id}) => id).join()]
        );
        this.keepFocus();
        useEffect(
            (hasPhones) => () => hasPhones && this.showTop(),
            () => [this.rows.length > 0]
        );
        onWillUnmount(() => Object.values(this.timers).forEach(browser.clearTimeout));
    }

    /** A row that moves takes the keyboard's focus along. */
    keepFocus() {
        let focused = null;
        onWillPatch(() => {
            const {activeElement: active} = document;
            focused = this.list.el?.contains(active) ? active : null;
        });
        onPatched(() => {
            if (focused?.isConnected && focused !== document.activeElement) {
                focused.focus({preventScroll: true});
            }
        });
    }

    placeText({place}) {
        return _t("Place %s", place);
    }

    /** The last phone has gone: what stood above the list is not left cut off. */
    showTop() {
        const main = document.querySelector(".o_epay_clerk .epay-main");
        if (main) {
            main.scrollTop = 0;
        }
    }

    get canAccept() {
        const {session} = this.state;
        return Boolean(session && session.allowed.includes("accept_visit"));
    }

    later(name, milliseconds, callback) {
        browser.clearTimeout(this.timers[name]);
        this.timers[name] = browser.setTimeout(callback, milliseconds);
    }

    /** A finger or the mouse is at the list. */
    onHand() {
        browser.clearTimeout(this.timers.hand);
        this.isTouched = true;
    }

    onHandOff() {
        this.later("hand", HANDS_OFF, () => {
            this.isTouched = false;
            this.render();
        });
    }

    /** Notes when another row than before is under the finger. */
    noteMove() {
        const ids = this.rows.map(({id}) => id);
        if (this.shownIds.some((id, place) => ids[place] !== id)) {
            this.hasMoved = true;
            this.later("move", FRESH, () => {
                this.hasMoved = false;
            });
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
