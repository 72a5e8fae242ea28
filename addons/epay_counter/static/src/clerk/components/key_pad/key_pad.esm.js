import {Component} from "@odoo/owl";
import {Icon} from "../icon/icon.esm";
import {_t} from "@web/core/l10n/translation";
import {keypadKeys} from "../../utils/amount.esm";

/** Keys made for money: 00, and the decimal point only where the currency has one. */
export class KeyPad extends Component {
    static template = "epay_counter.KeyPad";
    static components = {Icon};
    static props = {
        decimals: Number,
        decimalPoint: String,
        onKey: Function,
    };

    get keys() {
        const {decimals, decimalPoint} = this.props;
        return keypadKeys(decimals).map((key) => ({
            key,
            text: key === "point" ? decimalPoint : key,
            label: key === "point" ? _t("Decimal point") : key,
        }));
    }
}
