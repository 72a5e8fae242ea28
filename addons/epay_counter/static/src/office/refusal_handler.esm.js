import {RPCError} from "@web/core/network/rpc";
import {UncaughtPromiseError} from "@web/core/errors/error_service";
import {WarningDialog} from "@web/core/errors/error_dialogs";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

const OURS = "odoo.addons.epay_";

/**
 * Shows refusals as the `UserError`s that they are. Each is a class of its own, so that
 * it has a code; the web client goes by the class's exact name and would say "Oops!".
 *
 * @param {Object} env
 * @param {Error} error
 * @param {Error} originalError
 * @returns {Boolean} whether it was one of ours
 */
export function refusalHandler(env, error, originalError) {
    const isRpc =
        error instanceof UncaughtPromiseError && originalError instanceof RPCError;
    if (
        !isRpc ||
        !originalError.exceptionName?.startsWith(OURS) ||
        !originalError.data?.context?.code
    ) {
        return false;
    }
    error.unhandledRejectionEvent?.preventDefault();
    env.services.dialog.add(WarningDialog, {
        traceback: error.traceback,
        message: originalError.data.message,
        name: originalError.name,
        exceptionName: originalError.exceptionName,
        data: originalError.data,
        title: _t("Not possible"),
    });
    return true;
}

// Before Odoo's own handler of RPC errors (97)
registry
    .category("error_handlers")
    .add("epay_counter.refusalHandler", refusalHandler, {sequence: 90});
