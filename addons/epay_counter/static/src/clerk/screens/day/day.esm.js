import {Component} from "@odoo/owl";
import {DayList} from "../../components/day_list/day_list.esm";
import {Icon} from "../../components/icon/icon.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {formatMoment} from "../../utils/time.esm";
import {registry} from "@web/core/registry";
import {useShown} from "../../hooks.esm";

/** The counter's deals of the day, over the whole width. */
export class DayScreen extends Component {
    static template = "epay_counter.DayScreen";
    static components = {DayList, Icon, ScreenLayout};
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    get date() {
        return formatMoment(this.clerk.now(), {
            weekday: "long",
            day: "numeric",
            month: "long",
            timeZone: this.state.counter.store.tz,
        });
    }
}

registry.category("epay_clerk_screens").add("day", {Component: DayScreen});
