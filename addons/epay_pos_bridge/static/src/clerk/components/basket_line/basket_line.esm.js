import {Component, onWillUpdateProps, useState} from "@odoo/owl";
import {amountToText, parseAmount} from "@epay_counter/clerk/utils/amount.esm";
import {ActButton} from "@epay_counter/clerk/components/act_button/act_button.esm";
import {Icon} from "@epay_counter/clerk/components/icon/icon.esm";
import {_t} from "@web/core/l10n/translation";
import {amountFormat} from "@epay_counter/clerk/utils/format.esm";
import {useShown} from "@epay_counter/clerk/hooks.esm";

/** More decimals than any quantity has; the server says how many there may be. */
const DECIMALS = 6;

/** One line of the basket: more, less, away; and under it what else may be changed. */
export class BasketLine extends Component {
    static template = "epay_pos_bridge.BasketLine";
    static components = {ActButton, Icon};
    static props = {line: Object, isLast: Boolean};

    setup() {
        Object.assign(this, useShown());
        this.entry = useState({isOpen: false, quantity: "", note: "", discount: ""});
        this.scans = useState(this.clerk.scans.state);
        onWillUpdateProps(({line}) => this.followQuantity(line));
    }

    get format() {
        return {...amountFormat(this.state.counter.currency), decimals: DECIMALS};
    }

    get quantityText() {
        const {quantity, uom, is_pieces: isPieces} = this.props.line;
        const text = this.shortText(quantity);
        return isPieces ? text : `${text} ${uom}`;
    }

    get mayDiscount() {
        return this.state.session.most_discount > 0;
    }

    get stockText() {
        const {is_counted: isCounted, available, quantity} = this.props.line;
        if (!isCounted) {
            return "";
        }
        return available < quantity
            ? _t("only %s in stock", this.shortText(available))
            : _t("%s in stock", this.shortText(available));
    }

    get isShort() {
        const {is_counted: isCounted, available, quantity} = this.props.line;
        return isCounted && available < quantity;
    }

    /** A code on its way may be one more of these: what is set would take it back. */
    get isBusy() {
        return this.clerk.isBusy("set_line") || this.scans.count > 0;
    }

    /** Whether the clerk has left the quantity in the form as it is. */
    get isQuantityKept() {
        return this.entry.quantity === this.shortText(this.props.line.quantity);
    }

    /** One more was scanned while the form is open. */
    followQuantity(line) {
        if (this.isQuantityKept) {
            this.entry.quantity = this.shortText(line.quantity);
        }
    }

    shortText(number) {
        const {decimalPoint} = this.format;
        return String(Number(number.toFixed(DECIMALS))).replace(".", decimalPoint);
    }

    /** One more, or one less: of the last one nothing is left. */
    step(by) {
        const {id, quantity} = this.props.line;
        if (!this.isBusy) {
            const wanted = Math.max(0, Number((quantity + by).toFixed(DECIMALS)));
            this.clerk.setLine(id, String(wanted));
        }
    }

    remove() {
        if (!this.isBusy) {
            this.clerk.setLine(this.props.line.id, "0");
        }
    }

    toggle() {
        const {line} = this.props;
        Object.assign(this.entry, {
            isOpen: !this.entry.isOpen,
            quantity: this.shortText(line.quantity),
            note: line.note || "",
            discount: line.own_discount
                ? amountToText(line.own_discount, this.format)
                : "",
        });
    }

    async save() {
        const {quantity, note, discount} = this.entry;
        const wanted = parseAmount(quantity, this.format);
        const percent = parseAmount(discount, this.format);
        if (wanted.error || (discount.trim() && percent.error)) {
            this.clerk.refuse(_t("Enter numbers, like 1.5."), "bad_quantity");
            return;
        }
        const isDone = await this.clerk.setLine(
            this.props.line.id,
            this.isQuantityKept ? false : wanted.value,
            note.trim(),
            this.mayDiscount ? percent.value || "0" : null
        );
        if (isDone) {
            this.entry.isOpen = false;
        }
    }

    onSubmit() {
        if (!this.isBusy) {
            this.save();
        }
    }
}
