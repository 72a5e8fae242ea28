import {_t} from "@web/core/l10n/translation";

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
};

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
    return STATES[deal.state] ? STATES[deal.state]() : deal.state;
}
