import {insertThousandsSep} from "@web/core/utils/numbers";
import {localization} from "@web/core/l10n/localization";
import {toAscii} from "./amount.esm";

const NBSP = "\u00A0";

/**
 * How amounts are typed at a counter: the currency's decimals, the separators of the
 * clerk's language.
 *
 * @param {Object} currency of the counter
 * @returns {{decimals: Number, decimalPoint: String, thousandsSep: String}}
 */
export function amountFormat(currency) {
    return {
        decimals: currency.decimals,
        decimalPoint: toAscii(localization.decimalPoint) || ".",
        thousandsSep: toAscii(localization.thousandsSep || ""),
    };
}

/**
 * An amount, a number or a name inside a sentence of a language that is written from
 * right to left: it keeps its own direction, as in `bdi`.
 *
 * @param {String} text
 * @returns {String}
 */
export function isolate(text) {
    return localization.direction === "rtl" ? `\u2068${text}\u2069` : text;
}

/**
 * An amount with its currency, for texts that the server has not written.
 *
 * @param {String} value decimal string with a dot
 * @param {Object} currency
 * @returns {String}
 */
export function formatMoney(value, currency) {
    const [whole, fraction = ""] = value.split(".");
    const {decimalPoint, thousandsSep, grouping} = localization;
    let number = insertThousandsSep(whole, thousandsSep || "", grouping);
    if (currency.decimals) {
        number += decimalPoint + fraction.padEnd(currency.decimals, "0");
    }
    return currency.position === "before"
        ? `${currency.symbol}${NBSP}${number}`
        : `${number}${NBSP}${currency.symbol}`;
}
