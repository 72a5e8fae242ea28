/**
 * A UUID for one act of the clerk. The same key sent twice acts once.
 *
 * `crypto.randomUUID` exists only on https and localhost; a shop's test server
 * on plain http still has `getRandomValues`.
 *
 * @returns {String}
 */
export function newClientKey() {
    const {crypto} = window;
    if (typeof crypto.randomUUID === "function") {
        return crypto.randomUUID();
    }
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] % 16) + 0x40;
    bytes[8] = (bytes[8] % 64) + 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(
        ""
    );
    return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        hex.slice(12, 16),
        hex.slice(16, 20),
        hex.slice(20),
    ].join("-");
}
