import {EngagedScreen} from "../engaged/engaged.esm";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** The payment was declined, or the clerk sent it back: the customer chooses again. */
export class DeclinedScreen extends EngagedScreen {
    static template = "epay_counter.DeclinedScreen";

    /** Only a decline is one: the customer may as well have turned back. */
    get headline() {
        const {declined, sent_back: isSentBack} = this.state.session;
        if (isSentBack) {
            return _t("Another amount asked for");
        }
        if (declined === "declined") {
            return _t("Declined");
        }
        return declined === "cancelled" ? _t("Cancelled on the phone") : "";
    }
}

registry.category("epay_clerk_screens").add("declined", {Component: DeclinedScreen});
