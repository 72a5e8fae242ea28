import {Component} from "@odoo/owl";
import {DealCard} from "../components/deal_card/deal_card.esm";
import {ScreenLayout} from "../components/screen_layout/screen_layout.esm";
import {useShown} from "../hooks.esm";

/** What the screens of a deal have in common; each adds its template and components. */
export class DealScreen extends Component {
    static components = {DealCard, ScreenLayout};
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }

    /** Since when the deal is where it is, as its receipt says it. */
    get stateTime() {
        return this.clerk.timeAtStore(this.state.session.since);
    }

    /**
     * @param {String} verb an act's name, as the server lists it in `allowed`
     * @returns {Boolean} whether this clerk may do it now
     */
    allows(verb) {
        return this.state.session.allowed.includes(verb);
    }
}
