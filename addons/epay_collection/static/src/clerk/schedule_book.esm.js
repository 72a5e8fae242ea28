import {errorKind} from "@epay_counter/clerk/utils/errors.esm";

/**
 * What the clerk app knows of the schedule, in the service's own `state`: today's lines
 * (`schedule`), what a search found (`found`), the line that is looked at
 * (`collectionId`, `collection`). All of it stays when the line to the server is gone, so
 * that the route can be read in a cellar. The only place of this add-on that asks the
 * server.
 */
export class ScheduleBook {
    /** @param {ClerkService} clerk */
    constructor(clerk) {
        this.clerk = clerk;
        this.searches = 0;
    }

    get state() {
        return this.clerk.state;
    }

    // --------------------------------------------------------------------------
    // Reading
    // --------------------------------------------------------------------------

    /** Today's lines of the clerk's routes, into `state.schedule`. */
    async load() {
        const {counterId} = this.state;
        const schedule = await this.read("get_schedule", [[counterId]]);
        if (schedule && counterId === this.state.counterId) {
            this.state.schedule = {...schedule, counterId};
        }
    }

    /**
     * What fits a text: at once of what is known, then of what the server finds.
     *
     * @param {String} query as typed or scanned
     */
    async search(query) {
        this.searches += 1;
        const turn = this.searches;
        this.state.scheduleQuery = query;
        this.state.found = false;
        if (!query) {
            return;
        }
        const {counterId} = this.state;
        const found = await this.read("search_collections", [[counterId], query]);
        if (found && turn === this.searches) {
            this.state.found = found.lines;
        }
    }

    /**
     * Looks at a line: at once with what the list has of it, then with its history.
     *
     * @param {Object} line of the list
     */
    async show(line) {
        this.clerk.dismissMessage();
        Object.assign(this.state, {
            collectionId: line.id,
            collection: {...line, attempts: line.attempts || []},
        });
        this.clerk.go("collection");
        await this.loadLine();
    }

    /** The line that is looked at, as it is now. */
    async loadLine() {
        const {counterId, collectionId} = this.state;
        const line = await this.read("get_collection", [[counterId], collectionId]);
        if (line && collectionId === this.state.collectionId) {
            this.state.collection = line;
        }
    }

    async read(method, args) {
        try {
            return await this.clerk.reader.line.read(method, args);
        } catch (error) {
            if (errorKind(error) !== "lost") {
                this.clerk.fail(error);
            }
            return false;
        }
    }

    // --------------------------------------------------------------------------
    // Acting
    // --------------------------------------------------------------------------

    /**
     * Opens a line at the counter; then it goes on as any sale.
     *
     * @param {Number} lineId
     * @param {String|false} amount a part, decimal string with a dot
     * @returns {Promise<Boolean>}
     */
    async open(lineId, amount = false) {
        const {clerk} = this;
        const isDone = await clerk.actOnCounter("open_collection", lineId, amount);
        if (isDone) {
            clerk.go(false);
        } else {
            await Promise.all([
                this.load(),
                this.state.collectionId && this.loadLine(),
            ]);
        }
        return isDone;
    }

    /**
     * Notes what happened at the door.
     *
     * @param {Number} lineId
     * @param {String} outcome
     * @param {Object} details {reason, amount, date}
     * @returns {Promise<Boolean>}
     */
    async report(lineId, outcome, {reason = "", amount = false, date = false}) {
        const isDone = await this.act(lineId, "report", [
            outcome,
            reason,
            amount,
            date,
        ]);
        if (isDone) {
            await this.back();
        }
        return isDone;
    }

    /**
     * Keeps a signature.
     *
     * @param {Number} lineId
     * @param {String} image data URL
     * @param {String} name
     * @returns {Promise<Boolean>}
     */
    async sign(lineId, image, name) {
        const isDone = await this.act(lineId, "sign", [image, name]);
        await this.loadLine();
        return isDone;
    }

    act(lineId, method, args) {
        const {counterId} = this.state;
        return this.clerk.acts.perform({
            counterId,
            model: "epay.collection.line",
            ids: [lineId],
            method,
            args,
        });
    }

    /** From a line back to the list, as it is now. */
    async back() {
        this.state.collectionId = false;
        this.clerk.go("schedule");
        await this.load();
    }
}

const books = new WeakMap();

/**
 * The book of a clerk service, one each.
 *
 * @param {ClerkService} clerk
 * @returns {ScheduleBook}
 */
export function bookOf(clerk) {
    if (!books.has(clerk)) {
        books.set(clerk, new ScheduleBook(clerk));
    }
    return books.get(clerk);
}

const plain = (text) =>
    text
        .normalize("NFKD")
        .replace(/\p{Mn}/gu, "")
        .toLowerCase();

/**
 * Lines of the list that fit, for the time until the server has answered, or when it
 * can't be reached.
 *
 * @param {Object[]} lines
 * @param {String} query
 * @returns {Object[]}
 */
export function fitting(lines, query) {
    const words = plain(query).split(/\s+/u).filter(Boolean);
    return lines.filter((line) => {
        const {partner, name, address, phone, source, code} = line;
        const text = plain([partner, name, address, phone, source, code].join(" "));
        const digits = text.replace(/\D/g, "");
        return words.every(
            (word) =>
                text.includes(word) || (/^\d{3,}$/.test(word) && digits.includes(word))
        );
    });
}
