import {Component} from "@odoo/owl";
import {Icon} from "../icon/icon.esm";
import {useClerk} from "../../hooks.esm";

const ICONS = {success: "check", info: "info", warning: "alert", danger: "alert"};

/** What the server (or the app) has to say: refusals, warnings, news. */
export class MessageBar extends Component {
    static template = "epay_counter.MessageBar";
    static components = {Icon};
    static props = {};

    setup() {
        Object.assign(this, useClerk());
    }

    get icon() {
        return ICONS[this.state.message.type] || "info";
    }
}
