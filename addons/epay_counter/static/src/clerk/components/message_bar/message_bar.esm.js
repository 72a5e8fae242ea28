import {Component} from "@odoo/owl";
import {Icon} from "../icon/icon.esm";
import {Wait} from "../clock/clock.esm";
import {_t} from "@web/core/l10n/translation";
import {useClerk} from "../../hooks.esm";

const ICONS = {success: "check", info: "info", warning: "alert", danger: "alert"};

/**
 * What the server (or the app) has to say: refusals, warnings, and one after the other
 * what became of parked deals.
 */
export class MessageBar extends Component {
    static template = "epay_counter.MessageBar";
    static components = {Icon, Wait};
    static props = {};

    setup() {
        Object.assign(this, useClerk());
    }

    get bars() {
        const {message, notices} = this.state;
        const [notice] = notices;
        return [
            message && {
                ...message,
                head: "",
                key: "message",
                mark: "message",
                dismiss: () => this.clerk.dismissMessage(),
            },
            notice && {
                ...notice,
                head: _t("Another deal"),
                key: `notice-${notice.id}`,
                mark: "notice",
                dismiss: () => this.clerk.dismissNotice(notice.id),
            },
        ].filter(Boolean);
    }

    icon(bar) {
        return ICONS[bar.type] || "info";
    }
}
