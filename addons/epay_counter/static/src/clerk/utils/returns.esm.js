import {formatMoment, parseUtc} from "./time.esm";

const RECEIPT_ADDRESS = /\/epay\/r\/[0-9A-Za-z-]+/;

/**
 * @param {String} text typed or scanned
 * @returns {Boolean} whether it is what the code on a receipt holds
 */
export function isReceiptAddress(text) {
    return RECEIPT_ADDRESS.test(text);
}

/**
 * @param {Object} session a return that is agreed
 * @returns {Boolean} whether the provider was asked already, and did not answer
 */
export function wasNotAnswered(session) {
    const {reason, return: values} = session;
    return Boolean(reason) && reason !== values.consent_reason;
}

/**
 * @param {Object} session a return
 * @returns {Boolean} whether it is everything that earlier returns have left
 */
export function isRest({amount, origin, return: values}) {
    const isLess = !values.whole && origin.returned_amount > 0;
    return isLess && Math.abs(amount - origin.left_to_return) < 1e-6;
}

/**
 * @param {Object} origin the original deal of a return
 * @param {String} timeZone of the store
 * @returns {String} when it was settled
 */
export function momentOfSale({date}, timeZone) {
    const options = {dateStyle: "medium", timeStyle: "short", timeZone};
    return date ? formatMoment(parseUtc(date), options) : "";
}
