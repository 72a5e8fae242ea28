/**
 * Amounts as people type, paste and scan them. Everything here works on text: an
 * amount never passes through a floating point number on its way to the server.
 *
 * `format` is {decimals, decimalPoint, thousandsSep}: the currency's decimals and
 * the separators of the clerk's language.
 */

const ARABIC_DECIMAL = /\u066B/g;
const ARABIC_THOUSANDS = /\u066C/g;
const MAX_LENGTH = 15;

/** The value of a decimal digit of any script: each script has ten in a row. */
function digitValue(char) {
    let point = char.codePointAt(0);
    let value = 0;
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(point - 1))) {
        point -= 1;
        value += 1;
    }
    return String(value);
}

/**
 * Full-width, Arabic-Indic and other digits and separators as ASCII.
 *
 * @param {String} text
 * @returns {String}
 */
export function toAscii(text) {
    return text
        .normalize("NFKC")
        .replace(ARABIC_DECIMAL, ".")
        .replace(ARABIC_THOUSANDS, "")
        .replace(/\u2212/g, "-")
        .replace(/\p{Nd}/gu, digitValue);
}

/** Without spaces, apostrophes, direction marks and a currency around the number. */
function strip(text) {
    return toAscii(text)
        .replace(/[\s'\u2019\u200E\u200F\u061C]/g, "")
        .replace(/^[^\d.,-]+[.,]?/, "")
        .replace(/[^\d.,-]+$/, "")
        .replace(/[.,]-$/, "");
}

/** Whether the separators of a whole number stand where a language puts them. */
function isGrouped(text) {
    return /^\d{1,3}([.,]\d{2,3})*[.,]\d{3}$/.test(text);
}

function isThousands(text, separator, format) {
    return (
        separator !== format.decimalPoint &&
        separator === format.thousandsSep &&
        /^[1-9]\d{0,2}[.,]\d{3}$/.test(text)
    );
}

/**
 * Which separator is the decimal one: the last of two kinds; a single one, unless it
 * stands where the clerk's language puts thousands.
 *
 * @param {String} text digits and separators
 * @param {Object} format
 * @returns {[String, String]|false} whole part and decimals, false when unreadable
 */
function splitNumber(text, format) {
    const separators = text.match(/[.,]/g) || [];
    if (!separators.length) {
        return [text, ""];
    }
    const last = separators.at(-1);
    const position = text.lastIndexOf(last);
    const parts = [text.slice(0, position), text.slice(position + 1)];
    if (separators.length === 1) {
        return isThousands(text, last, format) ? [parts.join(""), ""] : parts;
    }
    if (new Set(separators).size === 1) {
        return isGrouped(text) && [text.replace(/[.,]/g, ""), ""];
    }
    if (separators.indexOf(last) !== separators.length - 1 || !isGrouped(parts[0])) {
        return false;
    }
    return [parts[0].replace(/[.,]/g, ""), parts[1]];
}

/**
 * Reads a typed amount.
 *
 * @param {String} typed
 * @param {Object} format {decimals, decimalPoint, thousandsSep}
 * @returns {{value: String}|{error: "empty"|"unreadable"|"negative"|"decimals"}}
 *      `value` is a decimal string with a dot, as the server takes it
 */
export function parseAmount(typed, format) {
    if (!typed.trim()) {
        return {error: "empty"};
    }
    const text = strip(typed);
    const digits = text.replace(/^-/, "");
    const parts = /^[\d.,]*\d[\d.,]*$/.test(digits) && splitNumber(digits, format);
    if (!parts) {
        return {error: "unreadable"};
    }
    if (text.startsWith("-")) {
        return {error: "negative"};
    }
    const [whole, fraction] = parts;
    if (fraction.length > format.decimals) {
        return {error: "decimals"};
    }
    const integer = whole.replace(/^0+(?=\d)/, "") || "0";
    return {value: integer + (fraction ? `.${fraction}` : "")};
}

/** What the keypad goes on from: an amount pasted with thousands loses them. */
function plainText(text, format) {
    const ascii = toAscii(text);
    const [whole, fraction, ...rest] = ascii.split(format.decimalPoint);
    if (!rest.length && /^\d*$/.test(whole) && /^\d*$/.test(fraction || "")) {
        return ascii;
    }
    const {value} = parseAmount(text, format);
    return value ? value.replace(".", format.decimalPoint) : "";
}

function addDigits(text, digits, format) {
    const position = text.indexOf(format.decimalPoint);
    if (position < 0) {
        return (text + digits).replace(/^0+(?=\d)/, "").slice(0, MAX_LENGTH);
    }
    return (text + digits).slice(0, position + 1 + format.decimals);
}

/**
 * The text after a key of the keypad.
 *
 * @param {String} text
 * @param {String} key digits ("7", "00"), "point", "back" or "clear"
 * @param {Object} format
 * @returns {String}
 */
export function pressKey(text, key, format) {
    if (key === "clear") {
        return "";
    }
    const plain = plainText(text, format);
    if (key === "back") {
        return plain.slice(0, -1);
    }
    if (key !== "point") {
        return addDigits(plain, key, format);
    }
    if (!format.decimals || plain.includes(format.decimalPoint)) {
        return plain;
    }
    return (plain || "0") + format.decimalPoint;
}

/**
 * The keys of the keypad, row by row.
 *
 * @param {Number} decimals of the currency
 * @returns {String[]}
 */
export function keypadKeys(decimals) {
    return [..."123456789", "00", "0", decimals ? "point" : "000"];
}

/**
 * A number of the server as the amount field shows it.
 *
 * @param {Number} amount
 * @param {Object} format
 * @returns {String}
 */
export function amountToText(amount, format) {
    return amount.toFixed(format.decimals).replace(".", format.decimalPoint);
}
