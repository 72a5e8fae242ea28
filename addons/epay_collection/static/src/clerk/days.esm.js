import {formatMoment} from "@epay_counter/clerk/utils/time.esm";

/**
 * A day in the clerk's language, whatever the device's time zone.
 *
 * @param {String} day as the server names it: 2026-11-22
 * @param {Object} [options] of Intl.DateTimeFormat
 * @returns {String}
 */
export function formatDay(day, options = {dateStyle: "medium"}) {
    // Noon: no time zone of the world makes it another day.
    return formatMoment(Date.parse(`${day}T12:00:00Z`), {...options, timeZone: "UTC"});
}
