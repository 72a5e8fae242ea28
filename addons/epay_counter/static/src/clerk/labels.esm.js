import {_t} from "@web/core/l10n/translation";
import {isolate} from "./utils/format.esm";

const STATES = {
    draft: () => _t("Being entered"),
    open: () => _t("Waiting for a phone"),
    engaged: () => _t("Customer is choosing"),
    chosen: () => _t("To be checked"),
    authorizing: () => _t("Being authorized"),
    authorized: () => _t("To be settled"),
    settling: () => _t("Being settled"),
    settled: () => _t("Settled"),
    cancelled: () => _t("Cancelled"),
    expired: () => _t("Expired"),
    consented: () => _t("Customer agreed"),
    inquiring: () => _t("Provider is asked"),
    cancellable: () => _t("Can be given back"),
    reversing: () => _t("Being given back"),
    reversed: () => _t("Given back"),
    refused: () => _t("Customer refused"),
    rejected: () => _t("Not possible"),
};

/** Where a return is called otherwise than a sale. */
const RETURN_STATES = {
    engaged: () => _t("Customer is deciding"),
    cancelled: () => _t("Return dropped"),
};

/** What went back of a settled sale. */
const RETURNED = {
    part: () => _t("Returned in part"),
    full: () => _t("Returned"),
};

/**
 * How a deal ended, for somebody who looks at another one.
 *
 * @param {Object} deal
 * @returns {String}
 */
export function endText(deal) {
    const values = {amount: isolate(deal.amount_text), number: isolate(deal.name)};
    if (deal.kind === "cancellation") {
        return deal.state === "reversed"
            ? _t("%(amount)s, %(number)s: the money is on its way back.", values)
            : _t("%(amount)s, %(number)s: nothing was given back.", values);
    }
    if (deal.state === "settled") {
        return _t("%(amount)s, %(number)s is settled: hand over the goods.", values);
    }
    if (deal.state === "expired") {
        return _t("%(amount)s, %(number)s has expired: no goods.", values);
    }
    return _t("%(amount)s, %(number)s was cancelled: no goods.", values);
}

/**
 * How much of a sale went back.
 *
 * @param {Object} sale that was returned, in part or in full
 * @returns {String}
 */
export function returnedText({returned_text: returned, amount_text: amount}) {
    return _t("%(returned)s of %(amount)s went back", {
        returned: isolate(returned),
        amount: isolate(amount),
    });
}

/**
 * The state of a deal in the clerk's words.
 *
 * @param {Object} deal with `state` and `in_doubt`
 * @returns {String}
 */
export function stateLabel(deal) {
    if (deal.in_doubt) {
        return _t("In doubt");
    }
    const labels = {
        ...STATES,
        ...(deal.kind === "cancellation" && RETURN_STATES),
        ...(deal.return_state in RETURNED && {settled: RETURNED[deal.return_state]}),
    };
    return labels[deal.state] ? labels[deal.state]() : deal.state;
}
