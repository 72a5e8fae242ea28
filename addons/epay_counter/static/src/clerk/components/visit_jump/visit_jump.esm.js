import {Component} from "@odoo/owl";
import {Icon} from "../icon/icon.esm";
import {_t} from "@web/core/l10n/translation";
import {isolate} from "../../utils/format.esm";
import {useShown} from "../../hooks.esm";

/** What of the page stays above the list, in pixels. */
const MARGIN = 16;

/** Says how many phones wait, and leads to them: the list never covers the code. */
export class VisitJump extends Component {
    static template = "epay_counter.VisitJump";
    static components = {Icon};
    static props = {
        // Whether it has the words of the phone that did something last
        isNamed: {type: Boolean, optional: true},
    };

    setup() {
        Object.assign(this, useShown());
    }

    get count() {
        return this.state.counter.visits.length;
    }

    get newest() {
        return this.state.counter.visits[0];
    }

    get label() {
        if (this.props.isNamed) {
            return this.count === 1
                ? this.newest.phrase
                : _t("%(phrase)s, and %(others)s more", {
                      phrase: isolate(this.newest.phrase),
                      others: this.count - 1,
                  });
        }
        return this.count === 1
            ? _t("One phone waits")
            : _t("%s phones wait", this.count);
    }

    /**
     * Brings the list's beginning into sight, and moves nothing but what is below the
     * banner. The keyboard goes to the heading: Enter compares no words.
     */
    jump() {
        const list = document.querySelector(".o_epay_clerk .epay-visits");
        const main = list.closest(".epay-main");
        // On low screens all of the app scrolls
        const scroller =
            main.scrollHeight > main.clientHeight ? main : main.parentElement;
        const {top} = list.getBoundingClientRect();
        scroller.scrollTop += top - scroller.getBoundingClientRect().top - MARGIN;
        list.querySelector("h2").focus({preventScroll: true});
    }
}
