import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {errorKind, errorMessage} from "@epay_counter/clerk/utils/errors.esm";
import {allowTranslations} from "@web/../tests/web_test_helpers";

describe.current.tags("headless");
beforeEach(allowTranslations);

function serverError(exceptionName, message, code) {
    const data = {message, context: code ? {code} : {}};
    return Object.assign(new Error(message), {exceptionName, data});
}

test("what the database's driver says is not for the clerk", () => {
    const error = serverError(
        "psycopg2.OperationalError",
        "server closed the connection unexpectedly"
    );
    expect(errorKind(error)).toBe("busy");
    const message = errorMessage(error);
    expect(message.code).toBe("busy");
    expect(String(message.text)).not.toMatch(/connection/);
    expect(String(message.text)).toMatch(/try again/);
});

test("our own words are shown as they are", () => {
    const error = serverError(
        "odoo.addons.epay_counter.exceptions.Busy",
        "Somebody else is working on this deal.",
        "busy"
    );
    expect(errorMessage(error).text).toBe("Somebody else is working on this deal.");
});
