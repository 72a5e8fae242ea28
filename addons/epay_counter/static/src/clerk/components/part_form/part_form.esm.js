import {Component, onMounted, useRef, useState} from "@odoo/owl";
import {amountFormat, formatMoney, isolate} from "../../utils/format.esm";
import {amountToText, parseAmount} from "../../utils/amount.esm";
import {ActButton} from "../act_button/act_button.esm";
import {Icon} from "../icon/icon.esm";
import {_t} from "@web/core/l10n/translation";
import {amountRefusal} from "../../utils/typed_amount.esm";
import {browser} from "@web/core/browser/browser";
import {isRest} from "../../utils/returns.esm";
import {useShown} from "../../hooks.esm";

/** Quantities have more decimals than money; they are typed in the same way. */
const QUANTITY_DECIMALS = 6;

/**
 * What of the original deal goes back: lines and quantities with steppers, or an
 * amount. The server says what the chosen lines were paid with.
 */
export class PartForm extends Component {
    static template = "epay_counter.PartForm";
    static components = {ActButton, Icon};
    static props = {onDone: Function};

    setup() {
        Object.assign(this, useShown());
        this.section = useRef("form");
        this.form = useState(this.chosenBefore());
        // A touch device's own keyboard would cover what is to be chosen
        const isTouch = browser.matchMedia("(pointer: coarse)").matches;
        const first = isTouch ? "button" : "input";
        onMounted(() => this.section.el.querySelector(first).focus());
    }

    /** As it was chosen, when it was: opened again it is corrected, not begun anew. */
    chosenBefore() {
        const {return: values, lines, amount} = this.state.session;
        const format = amountFormat(this.currency);
        const isPart = !values.whole && !this.isRest;
        const isByLines = isPart ? lines.length : this.lines.length;
        const quantities = isPart
            ? lines.map((line) => [line.origin_line_id, this.decimal(line.quantity)])
            : [];
        return {
            by: isByLines ? "lines" : "amount",
            amount: isPart && !isByLines ? amountToText(amount, format) : "",
            quantities: Object.fromEntries(quantities),
        };
    }

    /** Whether everything that is left goes back, which nobody chose. */
    get isRest() {
        return isRest(this.state.session);
    }

    decimal(number) {
        return String(number).replace(".", this.format.decimalPoint);
    }

    get origin() {
        return this.state.session.origin;
    }

    /** The lines of which something is left. */
    get lines() {
        return this.origin.lines.filter((line) => line.left_quantity > 0);
    }

    get currency() {
        return this.state.counter.currency;
    }

    get format() {
        return amountFormat(this.currency);
    }

    get quantityFormat() {
        return {...this.format, decimals: QUANTITY_DECIMALS};
    }

    leftText(line) {
        return _t("%(quantity)s left · %(amount)s", {
            quantity: line.left_quantity,
            amount: isolate(line.left_text),
        });
    }

    text(line) {
        return this.form.quantities[line.id] ?? "0";
    }

    /** The typed quantity; NaN when it is none. */
    quantity(line) {
        return Number(parseAmount(this.text(line), this.quantityFormat).value ?? NaN);
    }

    setText(line, text) {
        this.form.quantities[line.id] = text;
    }

    /** One more or one less, within what is left. */
    step(line, difference) {
        const next = (this.quantity(line) || 0) + difference;
        const within = Math.min(Math.max(next, 0), line.left_quantity);
        this.setText(line, this.decimal(within));
    }

    isWrong(line) {
        const quantity = this.quantity(line);
        return !(quantity <= line.left_quantity) || this.isCut(line, quantity);
    }

    /** Half a lamp is a slip; what is left of one cut earlier may go. */
    isCut(line, quantity) {
        const isPart = !Number.isInteger(quantity) && quantity !== line.left_quantity;
        return Boolean(line.is_whole) && isPart;
    }

    /** Lines and quantities as the server takes them. */
    get chosen() {
        return this.lines
            .map((line) => ({line_id: line.id, quantity: this.quantity(line)}))
            .filter(({quantity}) => quantity !== 0);
    }

    /** What is chosen so far; NaN while something is wrong. */
    get total() {
        if (this.form.by === "amount") {
            return Number(parseAmount(this.form.amount, this.format).value ?? NaN);
        }
        const subtotals = this.lines.map((line) =>
            this.isWrong(line) ? NaN : this.subtotal(line)
        );
        return subtotals.reduce((sum, subtotal) => sum + subtotal, 0);
    }

    /** A part of what is left of a line; the rest of it to the cent. */
    subtotal(line) {
        const share = this.quantity(line) / line.left_quantity;
        return Number((line.left_subtotal * share).toFixed(this.currency.decimals));
    }

    get takeLabel() {
        const {total} = this;
        if (!(total > 0)) {
            return _t("Take this part");
        }
        const amount = formatMoney(
            total.toFixed(this.currency.decimals),
            this.currency
        );
        return _t("Take this part: %s", isolate(amount));
    }

    async submit() {
        const isDone = await (this.form.by === "lines"
            ? this.submitLines()
            : this.submitAmount());
        if (isDone) {
            this.props.onDone();
        }
    }

    submitLines() {
        if (this.lines.some((line) => this.isWrong(line))) {
            this.clerk.refuse(
                _t(
                    "A quantity is no number, more than is left, or half a piece. Correct it."
                ),
                "bad_amount"
            );
            return false;
        }
        if (!this.chosen.length) {
            this.clerk.refuse(_t("Choose what is given back first."), "bad_amount");
            return false;
        }
        return this.clerk.choosePart(this.chosen, false);
    }

    submitAmount() {
        const {value, error} = parseAmount(this.form.amount, this.format);
        if (error) {
            this.clerk.refuse(amountRefusal(error, this.currency), "bad_amount");
            return false;
        }
        return this.clerk.choosePart(false, value);
    }

    async chooseWhole() {
        if (await this.clerk.choosePart(false, false)) {
            this.props.onDone();
        }
    }
}
