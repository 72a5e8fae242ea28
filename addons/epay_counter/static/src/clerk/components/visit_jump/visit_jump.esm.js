import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {useShown} from "../../hooks.esm";

/** Says how many phones wait, and leads to them: the list never covers the code. */
export class VisitJump extends Component {
    static template = "epay_counter.VisitJump";
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    get count() {
        return this.state.counter.visits.length;
    }

    get label() {
        return this.count === 1
            ? _t("One phone waits")
            : _t("%s phones wait", this.count);
    }

    jump() {
        const list = document.querySelector(".o_epay_clerk .epay-visits");
        list.scrollIntoView({block: "center"});
        list.querySelector("[data-epay=accept-visit]")?.focus({preventScroll: true});
    }
}
