import {useBus, useService} from "@web/core/utils/hooks";
import {useExternalListener} from "@odoo/owl";

/**
 * Scanners are quicker (milliseconds between two keys), also over Bluetooth; it is what
 * Odoo's barcode service goes by outside of fields.
 */
const SCANNER_PACE = 150;
/** Shorter bursts are fingers. */
const SHORTEST = 6;
const EDITABLE = "input, textarea, [contenteditable]";

/**
 * Whether digits are an article number (EAN, UPC, GTIN) by their check digit. Amounts
 * hardly ever are.
 *
 * @param {String} code
 * @returns {Boolean}
 */
export function isArticleNumber(code) {
    if (!/^(\d{8}|\d{12,14})$/.test(code)) {
        return false;
    }
    const [check, ...digits] = [...code].reverse().map(Number);
    const sum = digits.reduce(
        (total, digit, place) => total + digit * (place % 2 ? 1 : 3),
        0
    );
    return (10 - (sum % 10)) % 10 === check;
}

/**
 * Collects keys that come as fast as a scanner sends them.
 */
export class KeyBurst {
    constructor() {
        this.reset();
    }

    reset() {
        Object.assign(this, {text: "", last: 0, before: "", target: null});
    }

    /**
     * @param {KeyboardEvent} ev
     * @param {Number} now milliseconds
     */
    take(ev, now) {
        if (ev.key.length !== 1 || ev.ctrlKey || ev.metaKey) {
            return;
        }
        if (now - this.last > SCANNER_PACE) {
            this.reset();
            this.before = ev.target.value || "";
        }
        this.text += ev.key;
        this.last = now;
    }

    /**
     * What was scanned, if the keys until now came from a scanner.
     *
     * @param {Number} now milliseconds
     * @returns {String}
     */
    scanned(now) {
        const isScanner =
            this.text.length >= SHORTEST && now - this.last <= SCANNER_PACE;
        return isScanner ? this.text : "";
    }

    /** A busy device gets a code in two parts: the first one stands in the field. */
    join() {
        const whole = this.before + this.text;
        if (this.before && isArticleNumber(whole)) {
            Object.assign(this, {text: whole, before: ""});
        }
    }
}

/** A field gets back what stood in it before the scanner typed. */
function putBack(field, text) {
    field.value = text;
    field.dispatchEvent(new Event("input", {bubbles: true}));
}

/**
 * Hears a scanner that types, wherever the keyboard is. Outside of fields Odoo's barcode
 * service hears it; in a field its keys are told from a hand's by their pace, and the
 * field stays as it was.
 *
 * @param {Function} onCode called with the code
 * @param {Function} [isMeant] whether a code that was typed into a field is one: an
 *      amount is typed into fields, too
 */
export function useScanner(onCode, isMeant = () => true) {
    const burst = new KeyBurst();
    useBus(useService("barcode").bus, "barcode_scanned", ({detail}) =>
        onCode(detail.barcode)
    );
    const onKeydown = (ev) => {
        const field = ev.target.closest?.(EDITABLE);
        const now = ev.timeStamp;
        if (!["Enter", "Tab"].includes(ev.key)) {
            burst.take(ev, now);
            return;
        }
        burst.join();
        const code = burst.scanned(now);
        if (field && code && isMeant(code)) {
            ev.preventDefault();
            ev.stopPropagation();
            putBack(field, burst.before);
            onCode(code);
        }
        burst.reset();
    };
    useExternalListener(window, "keydown", onKeydown, {capture: true});
}
