import {Component, useExternalListener, useRef, useState} from "@odoo/owl";
import {amountFormat, formatMoney} from "../../utils/format.esm";
import {amountToText, parseAmount, pressKey} from "../../utils/amount.esm";
import {useBus, useService} from "@web/core/utils/hooks";
import {ActButton} from "../../components/act_button/act_button.esm";
import {Icon} from "../../components/icon/icon.esm";
import {KeyPad} from "../../components/key_pad/key_pad.esm";
import {ParkedList} from "../../components/parked_list/parked_list.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {VisitJump} from "../../components/visit_jump/visit_jump.esm";
import {VisitList} from "../../components/visit_list/visit_list.esm";
import {_t} from "@web/core/l10n/translation";
import {amountRefusal} from "../../utils/typed_amount.esm";
import {browser} from "@web/core/browser/browser";
import {isReceiptAddress} from "../../utils/returns.esm";
import {registry} from "@web/core/registry";
import {useShown} from "../../hooks.esm";

const TYPED_INTO = "input, textarea, select, [contenteditable]";

const HINTS = {
    unreadable: () => _t("Not an amount"),
    negative: () => _t("Not above zero"),
    decimals: () => _t("Too many decimals"),
};

/** The amount, by keypad, keyboard or paste; what it is for; Register. */
export class KeyInScreen extends Component {
    static template = "epay_counter.KeyInScreen";
    static components = {
        ActButton,
        Icon,
        KeyPad,
        ParkedList,
        ScreenLayout,
        VisitJump,
        VisitList,
    };
    static props = {};

    setup() {
        Object.assign(this, useShown());
        this.entry = useState({text: "", description: ""});
        this.input = useRef("amount");
        // Touch devices type with the keypad: their own keyboard would cover it
        this.inputMode = browser.matchMedia("(pointer: coarse)").matches
            ? "none"
            : "decimal";
        useExternalListener(window, "keydown", this.onWindowKeydown);
        useExternalListener(window, "paste", this.onWindowPaste);
        useBus(useService("barcode").bus, "barcode_scanned", ({detail}) =>
            this.takeReceipt(detail.barcode)
        );
    }

    get currency() {
        return this.state.counter.currency;
    }

    get format() {
        return amountFormat(this.currency);
    }

    get parsed() {
        return parseAmount(this.entry.text, this.format);
    }

    /** What will be registered, in large letters, or what is wrong with it. */
    get figure() {
        const {value, error} = this.parsed;
        return this.isWrong ? HINTS[error]() : formatMoney(value || "0", this.currency);
    }

    get isWrong() {
        const {error} = this.parsed;
        return Boolean(error && error !== "empty");
    }

    get placeholder() {
        return amountToText(0, this.format);
    }

    get recents() {
        return this.state.counter.recent_amounts.map((amount) => {
            const text = amountToText(amount, this.format);
            const value = amount.toFixed(this.currency.decimals);
            return {text, label: formatMoney(value, this.currency)};
        });
    }

    press(key) {
        const {el} = this.input;
        const isAllSelected =
            el.value && el.selectionStart === 0 && el.selectionEnd === el.value.length;
        const text = isAllSelected ? "" : this.entry.text;
        this.entry.text = pressKey(text, key, this.format);
        el.value = this.entry.text;
    }

    pick(text) {
        this.entry.text = text;
        this.input.el.focus();
    }

    /** Digits typed anywhere go to the amount. */
    onWindowKeydown(ev) {
        const isCommand = ev.ctrlKey || ev.metaKey || ev.altKey;
        if (
            !isCommand &&
            /^\p{Nd}$/u.test(ev.key) &&
            !ev.target.closest?.(TYPED_INTO)
        ) {
            this.input.el.focus();
        }
    }

    /** So does an amount pasted anywhere. */
    onWindowPaste(ev) {
        const text = ev.clipboardData?.getData("text/plain");
        if (text && !ev.target.closest?.(TYPED_INTO)) {
            ev.preventDefault();
            this.pick(text.trim());
        }
    }

    /**
     * A customer who holds out a receipt wants money back.
     *
     * @param {String} text typed, pasted or scanned
     * @returns {Boolean} whether it is what a receipt's code holds
     */
    takeReceipt(text) {
        const isReceipt = isReceiptAddress(text);
        if (isReceipt) {
            this.entry.text = "";
            this.clerk.startReturn({name: text.trim()});
        }
        return isReceipt;
    }

    async register() {
        const {value, error} = this.parsed;
        if (
            this.takeReceipt(this.entry.text) ||
            this.takeReceipt(this.entry.description)
        ) {
            return;
        }
        if (error) {
            this.clerk.refuse(amountRefusal(error, this.currency), "bad_amount");
            this.input.el.focus();
            return;
        }
        await this.clerk.registerSale(value, this.entry.description.trim() || false);
    }

    onSubmit() {
        if (!this.clerk.isBusy("register_sale")) {
            this.register();
        }
    }
}

registry.category("epay_clerk_screens").add("keyin", {Component: KeyInScreen});
