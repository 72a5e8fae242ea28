import {ActButton} from "@epay_counter/clerk/components/act_button/act_button.esm";
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {useShown} from "@epay_counter/clerk/hooks.esm";

/** What a search by name or a price check has found; each can go into the basket. */
export class GoodsSearch extends Component {
    static template = "epay_pos_bridge.GoodsSearch";
    static components = {ActButton};
    static props = {goods: Array, onAdded: Function};

    setup() {
        Object.assign(this, useShown());
    }

    stockText({is_counted: isCounted, available}) {
        return isCounted ? _t("%s in stock", available) : "";
    }

    async add(productId) {
        if (await this.clerk.addProduct(productId)) {
            this.props.onAdded();
        }
    }
}
