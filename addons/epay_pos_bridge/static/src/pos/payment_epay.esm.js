import {AlertDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {ConnectionLostError} from "@web/core/network/rpc";
import {PaymentInterface} from "@point_of_sale/app/utils/payment/payment_interface";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {reactive} from "@odoo/owl";
import {register_payment_method} from "@point_of_sale/app/services/pos_store";

export const TERMINAL = "epay_counter";
/** How often the register asks how far it is, in milliseconds; the bus says it sooner. */
const POLL = 2000;
const NEVER = new Promise(() => {
    // Nobody waits for an answer any more
});
/** States of a payment line in which nothing is under way. */
const IDLE = ["pending", "retry", "done", "reversed"];

/**
 * The customer's own phone as a payment terminal. What is rung up is registered at the
 * register's counter; the customer reads the code on the screen and pays; the line becomes
 * paid by itself. Each line finds its deal again by its UUID: after a reload, over a bad
 * line, and however often it is asked for.
 */
export class PaymentEpay extends PaymentInterface {
    setup() {
        super.setup(...arguments);
        // What the server says of each line, by its UUID: drawn on the payment screen
        this.deals = reactive({});
        // Those who wait for news of a line: called when there may be some
        this.wakers = {};
        // The lines whose end somebody waits for
        this.following = new Set();
        // Who waits for the end of a line: a token of the latest, by the line's UUID
        this.turns = {};
    }

    // --------------------------------------------------------------------------
    // What Odoo's payment screen asks for
    // --------------------------------------------------------------------------

    async sendPaymentRequest(uuid) {
        // At once: the screen that has just come up must not take it up a second time
        return this.whileFollowing(uuid, async () => {
            await super.sendPaymentRequest(uuid);
            await this.writeDown();
            const line = this.lineOf(uuid);
            return line.amount < 0 ? this.refund(line) : this.pay(line);
        });
    }

    async sendPaymentCancel(order, uuid) {
        await super.sendPaymentCancel(...arguments);
        const turn = this.turns[uuid];
        try {
            return await this.cancelDeal(uuid, () => {
                if (this.turns[uuid] === turn) {
                    // The cashier wanted it: nobody waits any more, nor is told why
                    this.newTurn(uuid);
                }
            });
        } catch (error) {
            this.failed(error);
            return false;
        }
    }

    /**
     * Before a line, or its order, is removed: what was registered for it is cancelled.
     *
     * @param {Object} line
     * @returns {Promise<Boolean>} whether nobody can pay it any more
     */
    async letGo(line) {
        try {
            return await this.cancelDeal(line.uuid);
        } catch (error) {
            this.failed(error);
            // Who has no network takes money otherwise; closing the register says more
            return error instanceof ConnectionLostError && !line.isDone();
        }
    }

    /**
     * Cancel what is registered for a line, or say why it can't be.
     *
     * @param {String} uuid
     * @param {Function} [onCancelled] called before those who wait look again
     * @returns {Promise<Boolean>} whether nobody can pay it any more
     */
    async cancelDeal(uuid, onCancelled) {
        const status = await this.call("epay_cancel", uuid);
        this.note(uuid, status);
        if (status.cancelled) {
            onCancelled?.();
        } else {
            this.tell(_t("Not cancelled"), status.text || this.sentence(status));
        }
        this.wake(uuid);
        return status.cancelled;
    }

    // --------------------------------------------------------------------------
    // Paying and giving back
    // --------------------------------------------------------------------------

    pay(line) {
        const order = line.pos_order_id;
        return this.begin(line, "epay_pay", [
            this.decimals(line.amount),
            this.shownLines(order),
            order.pos_reference || order.name || false,
        ]);
    }

    /** A refund order gives back what the original's payment line took. */
    refund(line) {
        const origins = this.originsOf(line);
        if (!origins.length) {
            this.tell(
                _t("Not paid on a phone"),
                _t(
                    "The original order was not paid on the customer's phone. Choose another payment method."
                )
            );
            return false;
        }
        return this.begin(line, "epay_refund", [this.decimals(-line.amount), origins]);
    }

    /**
     * Before anybody can pay: Odoo keeps orders a moment later only, and a page that is
     * left in that moment would find neither the order nor the payment of it again.
     */
    async writeDown() {
        try {
            await this.pos.data.synchronizeLocalDataInIndexedDB();
        } catch (error) {
            // A browser that keeps nothing sells all the same
            console.warn("The order could not be kept in this browser.", error);
        }
    }

    async begin(line, method, args) {
        // What ended before, if the line is tried again, is over
        delete this.deals[line.uuid];
        const turn = this.newTurn(line.uuid);
        try {
            this.note(line.uuid, await this.call(method, line.uuid, ...args));
        } catch (error) {
            this.failed(error);
            if (!(error instanceof ConnectionLostError)) {
                return false;
            }
            // Nobody knows whether it was registered: asking again finds out
        }
        line.setPaymentStatus("waitingCard");
        return this.untilEnded(line.uuid, turn);
    }

    /** A new wait for a line's end; whoever waited before waits, and tells, no more. */
    newTurn(uuid) {
        this.turns[uuid] = {};
        return this.turns[uuid];
    }

    /** Says that somebody waits for the end of this line, as long as `work` lasts. */
    async whileFollowing(uuid, work) {
        this.following.add(uuid);
        try {
            return await work();
        } finally {
            this.following.delete(uuid);
        }
    }

    /**
     * Waits until the payment of a line has ended.
     *
     * @param {String} uuid
     * @param {Object} turn of `newTurn`
     * @returns {Promise<Boolean>} whether it was paid
     */
    async untilEnded(uuid, turn) {
        while (this.turns[uuid] === turn) {
            const line = this.lineOf(uuid);
            const status = this.deals[uuid];
            if (!line || line.isDone()) {
                // Removed, or forced by the cashier: Odoo's screen has gone on by then
                this.following.delete(uuid);
                return NEVER;
            }
            if (status && status.paid) {
                this.fill(line, status);
                return true;
            }
            if (status && (status.ended || status.state === false)) {
                if (line.getPaymentStatus() !== "waitingCancel") {
                    this.tellEnd(status);
                }
                return false;
            }
            await this.pause(uuid);
            await this.ask(uuid, turn);
        }
        return NEVER;
    }

    /** Reads how far it is; without an answer the last one stays on the screen. */
    async ask(uuid, turn) {
        try {
            const status = await this.call("epay_status", uuid);
            if (this.turns[uuid] === turn) {
                this.note(uuid, status);
            }
        } catch (error) {
            const known = this.deals[uuid] || {};
            if (error instanceof ConnectionLostError) {
                this.deals[uuid] = {...known, isOffline: true};
            } else {
                this.deals[uuid] = {...known, reason: this.textOf(error)};
            }
        }
    }

    /** After a reload of the page: the line goes on waiting for its deal. */
    resume(line) {
        return this.whileFollowing(line.uuid, async () => {
            line.setPaymentStatus("waitingCard");
            const turn = this.newTurn(line.uuid);
            await this.ask(line.uuid, turn);
            return line.handlePaymentResponse(await this.untilEnded(line.uuid, turn));
        });
    }

    // --------------------------------------------------------------------------
    // What the cashier may press besides
    // --------------------------------------------------------------------------

    accept(uuid, visitId) {
        return this.press("epay_accept", uuid, visitId);
    }

    goOn(uuid) {
        return this.press("epay_go_on", uuid);
    }

    async press(method, uuid, ...args) {
        try {
            this.note(uuid, await this.call(method, uuid, ...args));
            this.wake(uuid);
        } catch (error) {
            this.failed(error);
        }
    }

    // --------------------------------------------------------------------------
    // Helpers
    // --------------------------------------------------------------------------

    /** Not by the register's own `silentCall`: that one keeps errors to itself. */
    call(method, uuid, ...args) {
        const ids = [this.pos.config.id];
        return this.env.services.orm.silent.call("pos.config", method, [
            ids,
            uuid,
            ...args,
        ]);
    }

    note(uuid, status) {
        this.deals[uuid] = {...status, isOffline: false};
    }

    lineOf(uuid) {
        return this.pos.models["pos.payment"].getBy("uuid", uuid);
    }

    /** The UUIDs of the payment lines that took the money which is given back. */
    originsOf(line) {
        const refunded = line.pos_order_id.lines
            .map((orderLine) => orderLine.refunded_orderline_id?.order_id)
            .filter(Boolean);
        const paid = refunded
            .flatMap((order) => order.payment_ids)
            .filter(
                (payment) =>
                    payment.payment_method_id?.use_payment_terminal === TERMINAL &&
                    payment.amount > 0
            );
        return [...new Set(paid.map((payment) => payment.uuid))];
    }

    /** The order's lines, when this line pays all of the order. */
    shownLines(order) {
        if (order.payment_ids.length > 1) {
            return false;
        }
        return order.lines.map((orderLine) => ({
            name: `${orderLine.getQuantity()} × ${orderLine.getFullProductName()}`,
            total: this.round(orderLine.priceIncl ?? orderLine.price_subtotal_incl),
        }));
    }

    round(amount) {
        return Number(this.decimals(amount));
    }

    decimals(amount) {
        return amount.toFixed(this.pos.currency.decimal_places);
    }

    /** What the register keeps of a payment that was made. */
    fill(line, status) {
        line.transaction_id = status.number;
        line.payment_ref_no = status.reference;
        line.card_type = status.method || "";
    }

    pause(uuid) {
        return new Promise((resolve) => {
            const timer = browser.setTimeout(resolve, POLL);
            this.wakers[uuid] = () => {
                browser.clearTimeout(timer);
                resolve();
            };
        });
    }

    /** There may be news of this line. */
    wake(uuid) {
        this.wakers[uuid]?.();
    }

    sentence(status) {
        return status.reason || _t("The customer is just paying. Please wait.");
    }

    tellEnd(status) {
        if (status.state === false) {
            this.tell(_t("Not registered"), _t("The payment was never registered."));
        } else if (status.reason) {
            this.tell(_t("Not paid"), status.reason);
        }
    }

    textOf(error) {
        return error.data?.message || error.message;
    }

    failed(error) {
        const text =
            error instanceof ConnectionLostError
                ? _t(
                      "The server did not answer. The payment is asked for until it is known."
                  )
                : this.textOf(error);
        this.tell(_t("Customer's phone"), text);
    }

    tell(title, body) {
        this.env.services.dialog.add(AlertDialog, {title, body});
    }
}

/**
 * Whether a payment line waits for a phone.
 *
 * @param {Object} line
 * @returns {Boolean}
 */
export function isUnderWay(line) {
    const status = line.getPaymentStatus();
    const isOurs = line.payment_method_id?.use_payment_terminal === TERMINAL;
    return Boolean(isOurs && status && !IDLE.includes(status));
}

/**
 * Whether a deal may have been registered for a line, alive or not.
 *
 * @param {Object} line
 * @returns {Boolean}
 */
export function wasSent(line) {
    const status = line.getPaymentStatus();
    // Methods of another register have no terminal here
    const isOurs = line.payment_method_id?.payment_terminal instanceof PaymentEpay;
    return Boolean(isOurs && status && status !== "pending");
}

register_payment_method(TERMINAL, PaymentEpay);
