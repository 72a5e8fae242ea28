import {_t} from "@web/core/l10n/translation";
import {formatMoney} from "./format.esm";

/** Why an amount can't be sent, in words that say what to do. */
const REFUSALS = {
    empty: () => _t("Enter the amount first."),
    unreadable: (currency) =>
        _t(
            "This is not an amount. Type digits, like %s.",
            formatMoney("12.5", currency)
        ),
    negative: () => _t("Enter an amount above zero."),
    decimals: ({name, decimals}) =>
        decimals
            ? _t("%(currency)s has only %(decimals)s decimals: correct the amount.", {
                  currency: name,
                  decimals,
              })
            : _t("%s has no decimals: correct the amount.", name),
};

/**
 * @param {String} error of `parseAmount`
 * @param {Object} currency of the counter
 * @returns {String} what to do about it
 */
export function amountRefusal(error, currency) {
    return REFUSALS[error](currency);
}
