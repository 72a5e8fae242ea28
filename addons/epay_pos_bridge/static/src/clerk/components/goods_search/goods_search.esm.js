import {ActButton} from "@epay_counter/clerk/components/act_button/act_button.esm";
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {useShown} from "@epay_counter/clerk/hooks.esm";

/** What a search by name or a price check has found; each can go into the basket. */
export class GoodsSearch extends Component {
    static template = "epay_pos_bridge.GoodsSearch";
    static components = {ActButton};
    static props = {
        goods: Array,
        onAdded: Function,
        // Given when a code was looked up: more than its product may be in it
        addCode: {type: Function, optional: true},
    };

    setup() {
        Object.assign(this, useShown());
    }

    stockText({is_counted: isCounted, available}) {
        return isCounted ? _t("%s in stock", available) : "";
    }

    /** What a label or a packaging comes to: 0.53 × 2.99 €. */
    countText({quantity, price_text: price}) {
        return quantity && quantity !== 1 ? `${quantity} × ${price}` : "";
    }

    priceText({quantity, price_text: price, total_text: total}) {
        return (quantity && quantity !== 1 ? total : price) || "—";
    }

    async add(productId) {
        if (this.props.addCode) {
            this.props.addCode();
            return;
        }
        if (await this.clerk.addProduct(productId)) {
            this.props.onAdded();
        }
    }
}
