import {Component, onWillStart} from "@odoo/owl";
import {Icon} from "../../components/icon/icon.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {registry} from "@web/core/registry";
import {useClerk} from "../../hooks.esm";
import {useService} from "@web/core/utils/hooks";
import {user} from "@web/core/user";

const MANAGER = "epay_counter.group_epay_manager";

/** Which counter this device stands at. */
export class CountersScreen extends Component {
    static template = "epay_counter.CountersScreen";
    static components = {Icon, ScreenLayout};
    static props = {};

    setup() {
        Object.assign(this, useClerk());
        this.action = useService("action");
        onWillStart(async () => {
            this.isManager = await user.hasGroup(MANAGER);
        });
    }

    /** The wizard that makes store, way of payment and counter (managers). */
    firstSteps() {
        this.action.doAction("epay_counter.epay_first_steps_action");
    }

    /** The counters, store by store. */
    get stores() {
        const stores = new Map();
        for (const counter of this.state.counters) {
            const {store} = counter;
            if (!stores.has(store.id)) {
                stores.set(store.id, {...store, counters: []});
            }
            stores.get(store.id).counters.push(counter);
        }
        return [...stores.values()];
    }
}

registry.category("epay_clerk_screens").add("counters", {Component: CountersScreen});
