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
