import {ClerkService} from "@epay_counter/clerk/clerk_service.esm";
import {ScanQueue} from "./scan_queue.esm";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {errorKind} from "@epay_counter/clerk/utils/errors.esm";
import {patch} from "@web/core/utils/patch";

/** What a clerk may do with barcodes, added to the clerk service. */
patch(ClerkService.prototype, {
    /** The codes on their way. */
    get scans() {
        this.scanQueue ||= new ScanQueue(this);
        return this.scanQueue;
    },

    /** Shows the scanning, and goes on with what a reload interrupted. */
    async startScanning() {
        this.scans.resume();
        if (this.state.focusId) {
            // A deal of the day list is on the screen
            await this.unfocus();
        }
        await this.go("scan");
    },

    /**
     * Sends codes as one act, and shows what came of it.
     *
     * @param {Number} counterId
     * @param {Object[]} scans {key, barcode, quantity}
     * @returns {Promise<{answer: Object}|{error: Error}>}
     */
    async sendScans(counterId, scans) {
        const {acts, reader} = this;
        const outcome = await acts.queue.add({
            counterId,
            model: "epay.counter",
            ids: [counterId],
            method: "scan_many",
            args: [scans],
        });
        if (outcome.answer) {
            acts.show(outcome.answer);
            reader.plan();
        }
        return outcome;
    },

    /**
     * @param {Number} productId found by its name
     * @returns {Promise<Boolean>}
     */
    addProduct(productId) {
        return this.actOnCounter("add_product", productId);
    },

    /**
     * Changes a line of the basket; a quantity of "0" removes it.
     *
     * @param {Number} lineId
     * @param {String|false} quantity decimal string with a dot; false: as it is
     * @param {String|null} [note] null: as it is
     * @param {String|null} [discount] percent; null: as it is
     * @returns {Promise<Boolean>}
     */
    setLine(lineId, quantity, note = null, discount = null) {
        return this.actOnCounter("set_line", lineId, quantity, note, discount);
    },

    /**
     * Gives back the goods of a code, of the return on the screen.
     *
     * @param {String} barcode
     * @returns {Promise<Boolean>}
     */
    async scanBack(barcode) {
        const isDone = await this.actOnSession("scan_back", barcode);
        if (!isDone) {
            this.buzz();
        }
        return isDone;
    },

    /** The clerk's eyes are on the goods: what was refused is heard and felt. */
    buzz() {
        this.sound.play("problem");
        browser.navigator.vibrate?.([200, 80, 200]);
    },

    /**
     * Shows the basket to the customer.
     *
     * @param {String} amount that the clerk has seen, decimal string with a dot
     * @returns {Promise<Boolean>}
     */
    async publish(amount) {
        const isDone = await this.actOnCounter("publish", amount);
        const {session} = this.state;
        if (isDone && session && session.state !== "draft") {
            this.state.view = false;
        }
        return isDone;
    },

    /**
     * Takes the shown basket back: something was forgotten.
     *
     * @returns {Promise<Boolean>}
     */
    async takeBack() {
        const isDone = await this.actOnCounter("take_back");
        if (isDone) {
            this.state.view = false;
        }
        return isDone;
    },

    /**
     * Goods by their name, or by a code, with their prices; nothing is changed.
     *
     * @param {String} method "search_products" or "check_price"
     * @param {String} text
     * @returns {Promise<Object[]|false>} false when it is not known
     */
    async lookUp(method, text) {
        try {
            const found = await this.line.read(method, [[this.state.counterId], text]);
            return Array.isArray(found) ? found : [found];
        } catch (error) {
            if (errorKind(error) === "lost") {
                this.refuse(_t("The server did not answer. Try it again."), "lost");
            } else {
                this.fail(error);
            }
            return false;
        }
    },
});
