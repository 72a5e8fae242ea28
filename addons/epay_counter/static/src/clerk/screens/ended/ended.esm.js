import {DealScreen} from "../deal_screen.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {_t} from "@web/core/l10n/translation";
import {isolate} from "../../utils/format.esm";
import {registry} from "@web/core/registry";

/** Cancelled or expired: why, and on to the next one. */
export class EndedScreen extends DealScreen {
    static template = "epay_counter.EndedScreen";
    static components = {...DealScreen.components, NextButton};

    /** What the customer had paid, and whether it was given back. */
    get moneyText() {
        const {money, amount_text} = this.state.session;
        const amount = isolate(amount_text);
        if (money === "returned") {
            return _t("%s were given back to the customer.", amount);
        }
        return money === "held"
            ? _t("%s are being given back to the customer.", amount)
            : "";
    }
}

registry.category("epay_clerk_screens").add("ended", {Component: EndedScreen});
