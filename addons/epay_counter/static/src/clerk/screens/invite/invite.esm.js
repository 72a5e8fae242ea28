import {Component, useState} from "@odoo/owl";
import {formatMoney, isolate} from "../../utils/format.esm";
import {ActButton} from "../../components/act_button/act_button.esm";
import {Icon} from "../../components/icon/icon.esm";
import {ParkedList} from "../../components/parked_list/parked_list.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {VisitList} from "../../components/visit_list/visit_list.esm";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useShown} from "../../hooks.esm";

/**
 * At counters where the customer enters the amount: what it is for, and the invitation.
 * The clerk may enter it all the same, for a customer who would rather not.
 */
export class InviteScreen extends Component {
    static template = "epay_counter.InviteScreen";
    static components = {ActButton, Icon, ParkedList, ScreenLayout, VisitList};
    static props = {};

    setup() {
        Object.assign(this, useShown());
        this.entry = useState({description: ""});
    }

    money(amount) {
        const {currency} = this.state.counter;
        return isolate(formatMoney(amount.toFixed(currency.decimals), currency));
    }

    /** Which amounts this counter takes; "" for all. */
    get limits() {
        const {min_amount: least, max_amount: most} = this.state.counter;
        if (least && most) {
            const values = {least: this.money(least), most: this.money(most)};
            return _t("This counter takes from %(least)s to %(most)s.", values);
        }
        if (least) {
            return _t("This counter takes at least %s.", this.money(least));
        }
        return most ? _t("This counter takes at most %s.", this.money(most)) : "";
    }

    async invite() {
        await this.clerk.inviteAmount(this.entry.description.trim() || false);
    }

    onSubmit() {
        if (!this.clerk.isBusy("invite_amount")) {
            this.invite();
        }
    }
}

registry.category("epay_clerk_screens").add("invite", {Component: InviteScreen});
