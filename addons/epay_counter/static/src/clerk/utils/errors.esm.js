import {ConnectionAbortedError, ConnectionLostError} from "@web/core/network/rpc";
import {_t} from "@web/core/l10n/translation";

/**
 * What an error of a call means for the act that was tried:
 * - "lost": no answer; nobody knows whether the act was done
 * - "busy": somebody else holds the deal for a moment
 * - "signed_out": the clerk has to sign in again
 * - "refused": the server said no, and why
 * - "unknown": everything else
 *
 * @param {Error} error
 * @returns {String}
 */
export function errorKind(error) {
    if (
        error instanceof ConnectionLostError ||
        error instanceof ConnectionAbortedError
    ) {
        return "lost";
    }
    const name = String(error.exceptionName || "");
    if (error.data?.context?.code === "busy" || name.startsWith("psycopg2.")) {
        return "busy";
    }
    if (name === "odoo.http.SessionExpiredException") {
        return "signed_out";
    }
    const isRefusal = error.data?.context?.code || name.startsWith("odoo.exceptions.");
    return isRefusal ? "refused" : "unknown";
}

/**
 * The message that the clerk reads.
 *
 * @param {Error} error
 * @returns {{type: String, text: String, code: String, seconds: Number|undefined}}
 *      `seconds`: how long to wait before the next try
 */
export function errorMessage(error) {
    const kind = errorKind(error);
    const text = error.data?.message || error.message;
    if (kind === "unknown") {
        return {
            type: "danger",
            text: _t(
                "Something went wrong on the server. What you see is the present state; try again, or tell your manager: %s",
                text
            ),
            code: "unknown",
        };
    }
    const {code, seconds} = error.data?.context || {};
    if (code === "too_many_attempts" && seconds) {
        return {
            type: "warning",
            code,
            text: _t(
                "Too many wrong pairs of number and amount. The store's manager can look for the sale meanwhile."
            ),
            seconds,
        };
    }
    if (kind === "busy" && !code) {
        // The database's driver does not speak to clerks
        return {
            type: "warning",
            text: _t(
                "The database did not answer. The screen shows how far it got; try again."
            ),
            code: kind,
        };
    }
    return {type: "warning", text, code: code || kind};
}
