import {ActButton} from "../../components/act_button/act_button.esm";
import {Component} from "@odoo/owl";
import {ParkedList} from "../../components/parked_list/parked_list.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {registry} from "@web/core/registry";
import {useShown} from "../../hooks.esm";

/** The counter is closed: no phone can join, nothing can be registered. */
export class ClosedScreen extends Component {
    static template = "epay_counter.ClosedScreen";
    static components = {ActButton, ParkedList, ScreenLayout};
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }
}

registry.category("epay_clerk_screens").add("closed", {Component: ClosedScreen});
