import {RPCError, rpc} from "@web/core/network/rpc";
import {PaymentForm} from "@payment/interactions/payment_form";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

patch(PaymentForm.prototype, {
    /**
     * The chosen test card; null when the provider's flow is by redirection.
     */
    _standinCard() {
        const radio = this.el.querySelector('input[name="o_payment_radio"]:checked');
        const inlineForm = radio && this._getInlineForm(radio);
        return inlineForm?.querySelector('[name="standin_card"]') ?? null;
    },

    /**
     * @override method from @payment/interactions/payment_form
     */
    async _prepareInlineForm(providerId, providerCode, optionId, methodCode, flow) {
        if (providerCode !== "standin") {
            await super._prepareInlineForm(...arguments);
            return;
        }
        if (flow !== "token" && this._standinCard()) {
            this._setPaymentFlow("direct");
        }
    },

    /**
     * Hand the test card in and go to the status page.
     *
     * @override method from @payment/interactions/payment_form
     */
    async _processDirectFlow(providerCode, optionId, methodCode, processingValues) {
        if (providerCode !== "standin") {
            await super._processDirectFlow(...arguments);
            return;
        }
        const card = this._standinCard()?.value ?? "ok";
        try {
            if (processingValues.confirm_url) {
                await this.waitFor(this._standinConfirm(processingValues, card));
                window.location = processingValues.return_url;
            } else {
                const {reference} = processingValues;
                await this.waitFor(rpc("/payment/standin/pay", {reference, card}));
                window.location = "/payment/status";
            }
        } catch (error) {
            const message =
                error instanceof RPCError ? error.data.message : error.message;
            this._displayErrorDialog(_t("Payment processing failed"), message);
            this._enableButton();
        }
    },

    /**
     * Hand the card to the card company from the browser, past the shop.
     */
    async _standinConfirm(processingValues, card) {
        const response = await fetch(processingValues.confirm_url, {
            method: "POST",
            headers: {"Content-Type": "application/json"},
            body: JSON.stringify({
                client_secret: processingValues.client_secret,
                card,
            }),
        });
        if (!response.ok) {
            const answer = await response.json();
            throw new Error(answer.error?.message ?? response.statusText);
        }
    },
});
