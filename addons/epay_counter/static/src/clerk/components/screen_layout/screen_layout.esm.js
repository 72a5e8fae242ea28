import {useClerk, useWide} from "../../hooks.esm";
import {Component} from "@odoo/owl";
import {DayList} from "../day_list/day_list.esm";
import {Icon} from "../icon/icon.esm";

/**
 * One column on a phone, with the actions under the thumb; two on a desk. A screen
 * without something of its own beside it shows the day there, if there is room.
 */
export class ScreenLayout extends Component {
    static template = "epay_counter.ScreenLayout";
    static components = {DayList, Icon};
    static props = {
        slots: Object,
        name: String,
        alone: {type: Boolean, optional: true},
    };

    setup() {
        Object.assign(this, useClerk());
        this.layout = useWide();
    }

    get isDayShown() {
        const {slots, alone} = this.props;
        return this.layout.isWide && !slots.side && !alone;
    }
}
