import {Component, onWillUnmount, useEffect, useRef, useState} from "@odoo/owl";
import {amountFormat, isolate} from "../../utils/format.esm";
import {amountToText, parseAmount} from "../../utils/amount.esm";
import {useBus, useService} from "@web/core/utils/hooks";
import {useClerk, useShown} from "../../hooks.esm";
import {ActButton} from "../../components/act_button/act_button.esm";
import {FINAL_STATES} from "../../clerk_state.esm";
import {Icon} from "../../components/icon/icon.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {_t} from "@web/core/l10n/translation";
import {amountRefusal} from "../../utils/typed_amount.esm";
import {isReceiptAddress} from "../../utils/returns.esm";
import {registry} from "@web/core/registry";
import {useCamera} from "../../camera.esm";

/**
 * A sale is found by its number and its amount, both as on the receipt. The number is
 * typed, or comes from the receipt's code: by the camera, or by a scanner that types.
 */
export class ReturnFindScreen extends Component {
    static template = "epay_counter.ReturnFindScreen";
    static components = {ActButton, Icon, ScreenLayout};
    static props = {};

    setup() {
        Object.assign(this, useShown());
        this.live = useClerk().state;
        this.number = useRef("number");
        this.amount = useRef("amount");
        this.camera = useCamera(
            (code) => this.takeCode(code),
            (why) => _t("The camera can't be used: %s Type the number instead.", why)
        );
        this.entry = useState(this.firstEntry());
        this.keepDraft();
        this.dealAtFirst = this.dealAtCounter;
        useEffect(
            () => this.giveWay(),
            () => [this.dealAtCounter]
        );
        useBus(useService("barcode").bus, "barcode_scanned", ({detail}) =>
            this.takeCode(detail.barcode)
        );
    }

    /** What is known of the sale already, or was typed before a reload of the page. */
    firstEntry() {
        const {returnOf: sale, counterId} = this.state;
        const [draft] = this.clerk.findDraft.load();
        if (!sale && draft && draft.counterId === counterId) {
            return {number: draft.number, amount: draft.amount};
        }
        return {
            number: sale ? sale.name : "",
            amount: this.isFilledIn ? amountToText(sale.amount, this.format) : "",
        };
    }

    /** A reload keeps what is typed; leaving the page, or finding the sale, does not. */
    keepDraft() {
        const {findDraft} = this.clerk;
        useEffect(
            (number, amount, counterId) => {
                const isTyped = number || amount;
                findDraft.save(isTyped ? [{number, amount, counterId}] : []);
            },
            () => [this.entry.number, this.entry.amount, this.live.counterId]
        );
        onWillUnmount(() => findDraft.save([]));
    }

    get currency() {
        return this.state.counter.currency;
    }

    get format() {
        return amountFormat(this.currency);
    }

    get isFilledIn() {
        return Boolean(this.state.returnOf?.amount);
    }

    /** The deal that holds the counter: another one can't be opened beside it. */
    get dealAtCounter() {
        const {session, focusId} = this.live;
        const isLive = session && !focusId && !FINAL_STATES.includes(session.state);
        return isLive ? session.name : false;
    }

    get atCounterText() {
        return _t("%s is at the counter.", isolate(this.dealAtCounter));
    }

    /** Found on another device meanwhile: nobody has to see that here by chance. */
    giveWay() {
        const {number, amount} = this.entry;
        const isNew = this.dealAtCounter && this.dealAtCounter !== this.dealAtFirst;
        if (isNew && !number && !amount) {
            this.clerk.go();
        }
    }

    get isScanned() {
        return isReceiptAddress(this.entry.number);
    }

    /** A code was read: only the amount is missing now. */
    takeCode(code) {
        this.entry.number = code.trim();
        this.amount.el.focus();
    }

    /** Enter, also the one that a scanner sends after what it read. */
    onSubmit() {
        const {entry} = this;
        if (isReceiptAddress(entry.amount)) {
            const code = entry.amount;
            entry.amount = "";
            // Also when it was typed since the page was drawn
            this.amount.el.value = "";
            this.takeCode(code);
        } else if (entry.number.trim() && !entry.amount.trim()) {
            this.amount.el.focus();
        } else if (!this.clerk.isBusy("register_cancellation")) {
            this.find();
        }
    }

    /** What can't be right is not sent: wrong pairs are counted. */
    async find() {
        const number = this.entry.number.trim();
        const {value, error} = parseAmount(this.entry.amount, this.format);
        if (!number) {
            this.clerk.refuse(_t("Enter or scan the number first."), "no_number");
            this.number.el.focus();
        } else if (error) {
            this.clerk.refuse(amountRefusal(error, this.currency), "bad_amount");
            this.amount.el.focus();
        } else {
            await this.register(number, value);
        }
    }

    /** Refused, both fields stay; the number is what is corrected first. */
    async register(number, amount) {
        if (!(await this.clerk.registerReturn(number, amount))) {
            this.number.el?.focus();
            this.number.el?.select();
        }
    }
}

registry
    .category("epay_clerk_screens")
    .add("return_find", {Component: ReturnFindScreen});
