import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";

/** The first moment: where things will be, before they are there. */
export class SkeletonScreen extends Component {
    static template = "epay_counter.SkeletonScreen";
    static props = {};
}

registry.category("epay_clerk_screens").add("skeleton", {Component: SkeletonScreen});
