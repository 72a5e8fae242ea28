import {PendingStore} from "@epay_counter/clerk/utils/pending_store.esm";
import {browser} from "@web/core/browser/browser";
import {newClientKey} from "@epay_counter/clerk/utils/client_key.esm";
import {reactive} from "@odoo/owl";
import {user} from "@web/core/user";

/** The server takes so many in one call. */
const MOST_SCANS = 50;
/** More refused codes are no help any more. */
const MOST_REFUSED = 5;

/**
 * The codes on their way to the server. A scanner is quicker than the network: while one
 * call is under way the next codes gather, and go together. Each has a key of its own, so
 * that none counts twice, and is kept over a reload until the server has said what came
 * of it.
 */
export class ScanQueue {
    /**
     * @param {ClerkService} clerk
     */
    constructor(clerk) {
        this.clerk = clerk;
        this.store = new PendingStore(
            browser.sessionStorage,
            `epay_clerk.scans.${user.userId}`
        );
        this.waiting = [];
        this.isSending = false;
        // What the screen shows: how many are under way, and which were refused
        this.state = reactive({count: 0, refused: []});
    }

    /** Goes on with what a reload of the page interrupted. */
    resume() {
        const known = new Set(this.waiting.map(({key}) => key));
        if (!this.isSending) {
            const stored = this.store.load().filter(({key}) => !known.has(key));
            this.waiting = [...stored, ...this.waiting];
            this.changed();
            this.send();
        }
    }

    /**
     * @param {String} barcode
     * @param {Number|String} [quantity]
     * @returns {Promise}
     */
    add(barcode, quantity = 1) {
        const {counterId} = this.clerk.state;
        this.waiting.push({key: newClientKey(), counterId, barcode, quantity});
        this.changed();
        return this.send();
    }

    /** Sends what has gathered, one call after the other. */
    async send() {
        if (this.isSending) {
            return;
        }
        this.isSending = true;
        try {
            while (this.waiting.length) {
                const {counterId} = this.waiting[0];
                const batch = this.waiting
                    .filter((scan) => scan.counterId === counterId)
                    .slice(0, MOST_SCANS);
                if (!(await this.sendBatch(counterId, batch))) {
                    // Signed out: they are sent when somebody is back
                    return;
                }
                this.waiting = this.waiting.filter((scan) => !batch.includes(scan));
                this.changed();
            }
        } finally {
            this.isSending = false;
        }
    }

    /** Whether there was an answer, good or bad. */
    async sendBatch(counterId, batch) {
        const scans = batch.map(({key, barcode, quantity}) => ({
            key,
            barcode,
            quantity,
        }));
        const {answer, error, kind} = await this.clerk.sendScans(counterId, scans);
        if (error) {
            this.clerk.fail(error);
            if (kind === "signed_out") {
                return false;
            }
            this.refuse(
                batch.map(({key, barcode}) => ({
                    key,
                    barcode,
                    code: "not_sent",
                    text: this.clerk.state.message.text || error.message,
                }))
            );
            return true;
        }
        this.refuse((answer.scans || []).filter(({taken}) => !taken));
        return true;
    }

    refuse(scans) {
        if (!scans.length) {
            return;
        }
        this.state.refused = [...scans, ...this.state.refused].slice(0, MOST_REFUSED);
        this.clerk.buzz();
    }

    /**
     * The clerk has read why a code was refused.
     *
     * @param {String} key
     */
    dismiss(key) {
        this.state.refused = this.state.refused.filter((scan) => scan.key !== key);
    }

    changed() {
        this.state.count = this.waiting.length;
        this.store.save(this.waiting);
    }
}
