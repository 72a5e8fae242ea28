/**
 * What a clerk may order, each as the call of the contract. The clerk service's own part:
 * it brings `state`, `reader` and `acts`.
 */
export class ClerkVerbs {
    /**
     * An act on the counter. It leaves the deal of the day list, if one is shown.
     *
     * @param {String} method
     * @param {...any} args
     * @returns {Promise<Boolean>}
     */
    actOnCounter(method, ...args) {
        const {counterId} = this.state;
        this.reader.setFocus(false);
        return this.acts.perform({
            counterId,
            model: "epay.counter",
            ids: [counterId],
            method,
            args,
        });
    }

    /**
     * An act on the deal on the screen.
     *
     * @param {String} method
     * @param {...any} args
     * @returns {Promise<Boolean>}
     */
    actOnSession(method, ...args) {
        const {counterId, session} = this.state;
        return this.acts.perform({
            counterId,
            model: "epay.session",
            ids: [session.id],
            method,
            args,
        });
    }

    openCounter() {
        return this.actOnCounter("open_counter");
    }

    closeCounter() {
        return this.actOnCounter("close_counter");
    }

    /**
     * @param {String} amount decimal string with a dot
     * @param {String|false} description
     * @returns {Promise<Boolean>}
     */
    async registerSale(amount, description) {
        const isDone = await this.actOnCounter("register_sale", amount, description);
        if (isDone) {
            this.state.clerkEnters = false;
        }
        return isDone;
    }

    /**
     * Opens a deal whose amount the customer will enter.
     *
     * @param {String|false} description
     * @returns {Promise<Boolean>}
     */
    inviteAmount(description) {
        return this.actOnCounter("invite_amount", description);
    }

    /**
     * Finds a sale by number and amount, and registers its return.
     *
     * @param {String} number as typed, or what the receipt's code holds
     * @param {String} amount of the sale, decimal string with a dot
     * @returns {Promise<Boolean>}
     */
    async registerReturn(number, amount) {
        const isDone = await this.actOnCounter("register_cancellation", number, amount);
        if (isDone) {
            this.state.view = false;
        }
        return isDone;
    }

    acceptVisit(visitId) {
        return this.actOnCounter("accept_visit", visitId);
    }

    dismissVisit(visitId) {
        return this.actOnCounter("dismiss_visit", visitId);
    }

    releaseVisit() {
        return this.actOnCounter("release_visit");
    }

    next() {
        return this.actOnCounter("next");
    }

    /**
     * @param {String} amount that the clerk has seen, decimal string with a dot: an
     *      amount of the customer's is confirmed by it
     * @param {String} choice that the clerk has seen, as the deal's `choice` has it
     * @returns {Promise<Boolean>}
     */
    requestAuthorization(amount, choice) {
        return this.actOnSession("request_authorization", amount, choice);
    }

    /**
     * Sends the customer's amount back.
     *
     * @param {String} reason that the customer reads
     * @returns {Promise<Boolean>}
     */
    sendBack(reason) {
        return this.actOnSession("send_back", reason);
    }

    settle() {
        return this.actOnSession("settle");
    }

    /**
     * @param {String|false} [reason]
     * @returns {Promise<Boolean>}
     */
    cancel(reason = false) {
        return this.actOnSession("cancel", reason);
    }

    /**
     * What a return gives back; without both, everything that is left.
     *
     * @param {Object[]|false} lines [{line_id, quantity}] of the original deal
     * @param {String|false} amount decimal string with a dot
     * @returns {Promise<Boolean>}
     */
    choosePart(lines, amount) {
        return this.actOnSession("choose_part", lines, amount);
    }

    inquire() {
        return this.actOnSession("inquire");
    }

    executeCancellation() {
        return this.actOnSession("execute_cancellation");
    }

    /**
     * A manager goes on with a return without the customer's phone.
     *
     * @param {String} reason
     * @returns {Promise<Boolean>}
     */
    waiveConsent(reason) {
        return this.actOnSession("waive_consent", reason);
    }

    /**
     * A manager records what was given back at the provider's own pages.
     *
     * @param {String} reason
     * @returns {Promise<Boolean>}
     */
    recordRefund(reason) {
        return this.actOnSession("record_refund", reason);
    }

    /**
     * A manager ends an operation in doubt by hand.
     *
     * @param {String} outcome "succeeded" or "failed"
     * @param {String} reason
     * @returns {Promise<Boolean>}
     */
    resolve(outcome, reason) {
        return this.actOnSession("resolve", outcome, reason);
    }
}
