import {Component, markup, useEffect, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";

/** What the cashier tells the customer, by the state of the deal. */
const SENTENCES = {
    open: () => _t("Show the code to the customer."),
    engaged: () => _t("The customer is choosing how to pay."),
    chosen: () => _t("The payment is being authorized."),
    authorizing: () => _t("The customer is confirming on the phone."),
    authorized: () => _t("Authorized. The payment is being completed."),
    settling: () => _t("The payment is being completed."),
    consented: () => _t("The customer has agreed."),
    inquiring: () => _t("The provider is asked whether it can be given back."),
    cancellable: () => _t("It can be given back."),
    reversing: () => _t("The money is being given back."),
};

/** A payment on the customer's phone, on the cashier's screen. */
export class EpayDeal extends Component {
    static template = "epay_pos_bridge.EpayDeal";
    static props = {line: Object, cancel: Function};

    setup() {
        this.deals = useState(this.terminal.deals);
        this.root = useRef("deal");
        // The lines above scroll; the customer has to see the whole code
        useEffect(
            () => {
                this.root.el?.scrollIntoView({block: "end"});
            },
            () => [this.deal.state]
        );
    }

    get terminal() {
        return this.props.line.payment_method_id.payment_terminal;
    }

    get uuid() {
        return this.props.line.uuid;
    }

    get deal() {
        return this.deals[this.uuid] || false;
    }

    get code() {
        return markup(this.deal.code_svg.replace(/^\s*<\?xml[^>]*\?>/, ""));
    }

    /** Odoo's own screen lets nobody cancel a refund. */
    get mayCancelRefund() {
        const {is_return: isReturn, can_cancel: canCancel} = this.deal;
        const isWaiting = this.props.line.getPaymentStatus() === "waitingCard";
        return isReturn && canCancel && isWaiting;
    }

    get sentence() {
        const {in_doubt: isInDoubt, state, is_return: isReturn} = this.deal;
        if (isInDoubt) {
            return _t("The bank is being asked. Do not take the money twice.");
        }
        if (isReturn && state === "engaged") {
            return _t("The customer is agreeing to the refund.");
        }
        return SENTENCES[state] ? SENTENCES[state]() : "";
    }
}
