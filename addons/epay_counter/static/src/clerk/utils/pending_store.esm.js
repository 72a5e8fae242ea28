/**
 * Acts whose answer has not come yet, kept over a reload of the page. A storage that
 * refuses (private windows) costs only that.
 */
export class PendingStore {
    /**
     * @param {Storage} storage
     * @param {String} name
     */
    constructor(storage, name) {
        this.storage = storage;
        this.name = name;
    }

    load() {
        try {
            return JSON.parse(this.storage.getItem(this.name)) || [];
        } catch {
            return [];
        }
    }

    save(acts) {
        try {
            if (acts.length) {
                this.storage.setItem(this.name, JSON.stringify(acts));
            } else {
                this.storage.removeItem(this.name);
            }
        } catch (error) {
            console.warn("epay: pending acts can't be kept over a reload", error);
        }
    }
}
