import {TERMINAL, isUnderWay, wasSent} from "./payment_epay.esm";
import {EpayDeal} from "./epay_deal.esm";
import {PaymentScreen} from "@point_of_sale/app/screens/payment_screen/payment_screen";
import {PaymentScreenPaymentLines} from "@point_of_sale/app/screens/payment_screen/payment_lines/payment_lines";
import {PosStore} from "@point_of_sale/app/services/pos_store";
import {onMounted} from "@odoo/owl";
import {patch} from "@web/core/utils/patch";

patch(PaymentScreenPaymentLines, {
    components: {...PaymentScreenPaymentLines.components, EpayDeal},
});

patch(PaymentScreenPaymentLines.prototype, {
    /** Whether the line is being paid on a phone just now. */
    isOnPhone(line) {
        return isUnderWay(line);
    },
});

patch(PaymentScreen.prototype, {
    setup() {
        super.setup(...arguments);
        onMounted(() => this.resumePhones());
    },

    /**
     * A line that a customer just pays is removed only when its payment was cancelled:
     * Odoo would remove it in any case, and the money would be in no order.
     */
    async deletePaymentLine(uuid) {
        const line = this.paymentLines.find((other) => other.uuid === uuid);
        if (line && isUnderWay(line)) {
            await this.sendPaymentCancel(line);
            if (isUnderWay(line) || line.isDone()) {
                return;
            }
        } else if (line && wasSent(line) && !(await this.letGo(line))) {
            // “Force cancel” only says that the cashier waits no longer
            return;
        }
        super.deletePaymentLine(uuid);
    },

    letGo(line) {
        return line.payment_method_id.payment_terminal.letGo(line);
    },

    /** A reload of the page has forgotten who waits; the deals go on all the same. */
    async resumePhones() {
        const line = this.currentOrder?.payment_ids.find(isUnderWay);
        const terminal = line?.payment_method_id.payment_terminal;
        if (!line || terminal.following.has(line.uuid)) {
            return;
        }
        this.pos.paymentTerminalInProgress = true;
        const isPaid = await terminal.resume(line);
        this.pos.paymentTerminalInProgress = false;
        const order = line.pos_order_id;
        if (
            isPaid &&
            order?.isPaid() &&
            this.pos.config.auto_validate_terminal_payment &&
            !order.isRefundInProcess()
        ) {
            this.validateOrder(false);
        }
    },
});

patch(PosStore.prototype, {
    /** An order that a customer just pays, or has paid, is not simply forgotten. */
    async _onBeforeDeleteOrder(order) {
        for (const line of order?.payment_ids.filter(wasSent) || []) {
            if (!(await line.payment_method_id.payment_terminal.letGo(line))) {
                return false;
            }
        }
        return super._onBeforeDeleteOrder(...arguments);
    },

    async setup() {
        await super.setup(...arguments);
        this.data.connectWebSocket("EPAY_CHANGED", ({payment_uuid: uuid}) => {
            const line = this.models["pos.payment"].getBy("uuid", uuid);
            if (line?.payment_method_id?.use_payment_terminal === TERMINAL) {
                line.payment_method_id.payment_terminal.wake(uuid);
            }
        });
    },
});
