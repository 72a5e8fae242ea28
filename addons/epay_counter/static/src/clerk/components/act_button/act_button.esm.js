import {Component} from "@odoo/owl";
import {Icon} from "../icon/icon.esm";
import {_t} from "@web/core/l10n/translation";
import {useClerk} from "../../hooks.esm";

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
        describedBy: {type: String, optional: true},
    };
    static defaultProps = {kind: "quiet"};

    setup() {
        Object.assign(this, useClerk());
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
        return this.props.isHeld || this.clerk.isBusy(this.props.act);
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
