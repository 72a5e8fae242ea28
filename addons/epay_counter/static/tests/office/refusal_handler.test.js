import {expect, test} from "@odoo/hoot";
import {UncaughtPromiseError} from "@web/core/errors/error_service";
import {WarningDialog} from "@web/core/errors/error_dialogs";
import {makeServerError} from "@web/../tests/web_test_helpers";
import {refusalHandler} from "@epay_counter/office/refusal_handler.esm";
import {registry} from "@web/core/registry";

/**
 * The dialog that is opened for an error of the server, if we open one.
 *
 * @param {Object} values
 */
function shown(values) {
    const dialogs = [];
    const add = (Dialog, props) => dialogs.push({Dialog, props});
    const env = {services: {dialog: {add}}};
    const handled = refusalHandler(
        env,
        new UncaughtPromiseError(),
        makeServerError(values)
    );
    expect(handled).toBe(dialogs.length === 1);
    return dialogs[0];
}

test("a refusal is shown in its own words, not as a crash", () => {
    const {Dialog, props} = shown({
        errorName: "odoo.addons.epay_counter.exceptions.DealsOpen",
        context: {code: "deals_open"},
        description: "2 deals are still open.",
        args: ["2 deals are still open."],
    });
    expect(Dialog).toBe(WarningDialog);
    expect(props.data.arguments).toEqual(["2 deals are still open."]);
});

test("what is no refusal is left to Odoo", () => {
    const errorName = "odoo.addons.epay_counter.exceptions.ProviderOutcomeUnknown";
    expect(shown({errorName, description: "?"})).toBe(undefined);
});

test("errors of others are left to Odoo", () => {
    expect(shown({context: {code: "theirs"}, args: ["Theirs"]})).toBe(undefined);
});

test("it comes before Odoo's own handler", () => {
    const handlers = registry.category("error_handlers").getEntries();
    const names = handlers.map(([name]) => name);
    const ours = names.indexOf("epay_counter.refusalHandler");
    expect(ours).not.toBe(-1);
    expect(ours).toBeLessThan(names.indexOf("rpcErrorHandler"));
});
