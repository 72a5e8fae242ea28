import {onMounted, onWillUnmount, useState} from "@odoo/owl";
import {ActButton} from "../../components/act_button/act_button.esm";
import {DealScreen} from "../deal_screen.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {Icon} from "../../components/icon/icon.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {OriginCard} from "../../components/origin_card/origin_card.esm";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {isolate} from "../../utils/format.esm";
import {registry} from "@web/core/registry";

/**
 * A tap or Enter this soon (milliseconds) was meant for what stood there before: the
 * clerk can't have read the question.
 */
export const UNREAD = 1500;

/**
 * It can be given back, and how. This screen is the one question before the money
 * moves: a sentence that names the amount, and a button that repeats it. The keyboard is
 * on the text, and where the last button was pressed there is none that gives money.
 */
export class ReturnReadyScreen extends DealScreen {
    static template = "epay_counter.ReturnReadyScreen";
    static components = {
        ...DealScreen.components,
        ActButton,
        DropButton,
        Icon,
        MethodCard,
        OriginCard,
    };

    setup() {
        super.setup();
        this.question = useState({isFresh: true});
        let timer = 0;
        onMounted(() => {
            timer = browser.setTimeout(() => {
                this.question.isFresh = false;
            }, UNREAD);
        });
        onWillUnmount(() => browser.clearTimeout(timer));
    }

    get isVoid() {
        return this.state.session.return.way === "void";
    }

    get sentence() {
        const {amount_text, method} = this.state.session;
        const amount = isolate(amount_text);
        return this.isVoid
            ? _t("Void the payment of %s? It is never charged then.", amount)
            : _t("Give %(amount)s back to %(method)s?", {
                  amount,
                  method: isolate(method ? method.name : ""),
              });
    }

    get executeLabel() {
        return _t("Yes, give %s back", isolate(this.state.session.amount_text));
    }
}

registry
    .category("epay_clerk_screens")
    .add("return_ready", {Component: ReturnReadyScreen});
