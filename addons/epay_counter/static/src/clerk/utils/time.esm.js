import {_t} from "@web/core/l10n/translation";
import {user} from "@web/core/user";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * The server's times are UTC, with or without saying so.
 *
 * @param {String} iso
 * @returns {Number} milliseconds
 */
export function parseUtc(iso) {
    const text = iso.trim().replace(" ", "T");
    return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
}

const pad = (number) => String(number).padStart(2, "0");

/**
 * A length of time, as short as it can be said: "0:42", "12:05", "3 h 20 min", "6 d 4 h".
 *
 * @param {Number} milliseconds
 * @returns {String}
 */
export function formatDuration(milliseconds) {
    const seconds = Math.max(0, Math.floor(milliseconds / 1000));
    if (seconds < HOUR) {
        return `${Math.floor(seconds / MINUTE)}:${pad(seconds % MINUTE)}`;
    }
    const hours = Math.floor((seconds % DAY) / HOUR);
    if (seconds < DAY) {
        const minutes = Math.floor((seconds % HOUR) / MINUTE);
        return _t("%(hours)s h %(minutes)s min", {hours, minutes});
    }
    return _t("%(days)s d %(hours)s h", {days: Math.floor(seconds / DAY), hours});
}

/**
 * A moment in the clerk's language. A time zone that the browser doesn't know is left
 * out.
 *
 * @param {Number} milliseconds
 * @param {Object} options of Intl.DateTimeFormat
 * @returns {String}
 */
export function formatMoment(milliseconds, options) {
    try {
        return new Intl.DateTimeFormat(user.lang || undefined, options).format(
            milliseconds
        );
    } catch (error) {
        if (!(error instanceof RangeError) || !options.timeZone) {
            throw error;
        }
        return formatMoment(milliseconds, {...options, timeZone: undefined});
    }
}

/**
 * The time of day in the clerk's language.
 *
 * @param {String} iso
 * @param {String} [timeZone] of the store; the device's own without
 * @returns {String}
 */
export function formatTime(iso, timeZone) {
    return formatMoment(parseUtc(iso), {timeStyle: "short", timeZone});
}
