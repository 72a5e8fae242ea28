import {useClerk, useWide} from "../../hooks.esm";
import {Component} from "@odoo/owl";
import {DayList} from "../day_list/day_list.esm";
import {Icon} from "../icon/icon.esm";
import {VisitJump} from "../visit_jump/visit_jump.esm";
import {VisitList} from "../visit_list/visit_list.esm";
import {_t} from "@web/core/l10n/translation";

/** So many waiting phones are named where they can't be accepted. */
const MOST_NAMED = 3;

/**
 * One column on a phone, with the actions under the thumb; two on a desk. A screen
 * without something of its own beside it shows the day there, if there is room. What
 * comes and goes by itself belongs into the slot "more": it moves nothing. The slot
 * "phones" is for the waiting ones where they are compared: above what is beside it.
 */
export class ScreenLayout extends Component {
    static template = "epay_counter.ScreenLayout";
    static components = {DayList, Icon, VisitJump, VisitList};
    static props = {
        slots: Object,
        name: String,
        alone: {type: Boolean, optional: true},
    };

    setup() {
        Object.assign(this, useClerk());
        this.layout = useWide();
    }

    /** Whether the deal goes on with another phone, where its screen says nothing of it. */
    get wantsPhone() {
        const {slots, alone} = this.props;
        const {session, focusId, view} = this.state;
        const isListed = slots.phones || slots.more;
        const isElsewhere = alone || isListed || view || focusId || !session;
        return !isElsewhere && session.allowed.includes("accept_visit");
    }

    /** Whether phones wait where the screen compares their words. */
    get hasPhones() {
        const {counter} = this.state;
        return Boolean(this.props.slots.phones && counter && counter.visits.length);
    }

    /** Phones that wait meanwhile, where the screen itself does not list them. */
    get waiting() {
        const {slots, alone} = this.props;
        const {counter, focusId} = this.state;
        const isListed = alone || slots.phones || slots.more || focusId || !counter;
        return isListed ? [] : counter.visits;
    }

    get waitingText() {
        const {length} = this.waiting;
        const phrases = this.waiting
            .slice(0, MOST_NAMED)
            .map(({phrase, phrase_here: here}) =>
                here ? `${phrase} (${here})` : phrase
            )
            .join(", ");
        if (length === 1) {
            return _t("One more phone waits for its turn: %s", phrases);
        }
        const values = {count: length, phrases, others: length - MOST_NAMED};
        return length > MOST_NAMED
            ? _t(
                  "%(count)s more phones wait for their turn: %(phrases)s, and %(others)s more",
                  values
              )
            : _t("%(count)s more phones wait for their turn: %(phrases)s", values);
    }

    /** Where the phone at the counter may be dead, and its customer comes by another. */
    get swapText() {
        const {session} = this.state;
        return session?.visit?.away && session.allowed.includes("release_visit")
            ? _t("To go on with it, let the phone at the counter go first.")
            : "";
    }

    get isDayShown() {
        const {slots, alone} = this.props;
        return this.layout.isWide && !slots.side && !alone;
    }
}
