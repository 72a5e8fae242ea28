import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";
import {Icon} from "../icon/icon.esm";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {useClerk} from "../../hooks.esm";

/** What came up so short a time ago (milliseconds) nobody has aimed at. */
export const FRESH = 700;

/**
 * A button that does one of the clerk's acts. While an act on the same deal is under way
 * no other can be started; the one that was pressed says that it works, or tries again.
 */
export class ActButton extends Component {
    static template = "epay_counter.ActButton";
    static components = {Icon};
    static props = {
        act: String,
        label: String,
        run: Function,
        mark: {type: String, optional: true},
        icon: {type: String, optional: true},
        kind: {type: String, optional: true},
        focused: {type: Boolean, optional: true},
        recordId: {type: Number, optional: true},
        // Not yet: what it does was shown only this moment
        isHeld: {type: Boolean, optional: true},
        // It comes up by itself, perhaps under a finger that meant something else
        comesUp: {type: Boolean, optional: true},
        describedBy: {type: String, optional: true},
    };
    static defaultProps = {kind: "quiet"};

    setup() {
        Object.assign(this, useClerk());
        this.fresh = useState({isFresh: Boolean(this.props.comesUp)});
        let timer = 0;
        onMounted(() => {
            timer = browser.setTimeout(() => {
                this.fresh.isFresh = false;
            }, FRESH);
        });
        onWillUnmount(() => browser.clearTimeout(timer));
    }

    /** The act under way that this button started. */
    get pending() {
        const {act, recordId} = this.props;
        return this.state.acts.find(
            ({model, method, ids, args}) =>
                method === act &&
                (model !== "epay.session" || this.clerk.isShown(ids[0])) &&
                (!recordId || args.includes(recordId))
        );
    }

    get isBlocked() {
        const isHeld = this.props.isHeld || this.fresh.isFresh;
        return isHeld || this.clerk.isBusy(this.props.act);
    }

    get text() {
        if (!this.pending) {
            return this.props.label;
        }
        return this.pending.attempt ? _t("Trying again…") : _t("One moment…");
    }

    onClick() {
        if (!this.isBlocked) {
            this.props.run();
        }
    }

    /** A key held down must not press the main button of the next screen, too. */
    onKeydown(ev) {
        if (ev.repeat) {
            ev.preventDefault();
        }
    }
}
