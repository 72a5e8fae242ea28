import {DealScreen} from "../deal_screen.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {_t} from "@web/core/l10n/translation";
import {isolate} from "../../utils/format.esm";
import {registry} from "@web/core/registry";

/** Cancelled or expired: why, and on to the next one. */
export class EndedScreen extends DealScreen {
    static template = "epay_counter.EndedScreen";
    static components = {...DealScreen.components, NextButton};

    /** What the customer had paid or set aside, and what became of it. */
    get moneyText() {
        const {money, amount_text, authorized_until} = this.state.session;
        const amount = isolate(amount_text);
        if (money === "returned") {
            return _t("%s were given back to the customer.", amount);
        }
        if (money === "held") {
            return _t("%s are being given back to the customer.", amount);
        }
        return authorized_until
            ? _t("Nothing was charged. The authorization of %s is released.", amount)
            : "";
    }
}

registry.category("epay_clerk_screens").add("ended", {Component: EndedScreen});
