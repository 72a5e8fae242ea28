import {useClerk, useWide} from "../../hooks.esm";
import {Component} from "@odoo/owl";
import {DayList} from "../day_list/day_list.esm";
import {Icon} from "../icon/icon.esm";
import {VisitList} from "../visit_list/visit_list.esm";
import {_t} from "@web/core/l10n/translation";

/**
 * One column on a phone, with the actions under the thumb; two on a desk. A screen
 * without something of its own beside it shows the day there, if there is room. What
 * comes and goes by itself belongs into the slot "more": it moves nothing.
 */
export class ScreenLayout extends Component {
    static template = "epay_counter.ScreenLayout";
    static components = {DayList, Icon, VisitList};
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
        const {session, focusId} = this.state;
        const isElsewhere = alone || slots.more || focusId || !session;
        return !isElsewhere && session.allowed.includes("accept_visit");
    }

    /** Phones that wait meanwhile, where the screen itself does not list them. */
    get waiting() {
        const {slots, alone} = this.props;
        const {counter, focusId} = this.state;
        const isListed = alone || slots.more || focusId || !counter;
        return isListed ? [] : counter.visits;
    }

    get waitingText() {
        const {length} = this.waiting;
        const phrases = this.waiting
            .map(({phrase, phrase_here: here}) =>
                here ? `${phrase} (${here})` : phrase
            )
            .join(", ");
        return length === 1
            ? _t("One more phone waits for its turn: %s", phrases)
            : _t("%(count)s more phones wait for their turn: %(phrases)s", {
                  count: length,
                  phrases,
              });
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
