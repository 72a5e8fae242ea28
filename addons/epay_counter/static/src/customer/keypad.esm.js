/**
 * The keys for the customer's own amount, and how the server reads what stands there.
 * Loaded only by the page that asks for an amount, which works without it as well.
 */

const PAUSE = 350;

/** What stands in the field, with a key's digits put in or the last one taken out. */
function press(field, key) {
    const begin = field.selectionStart ?? field.value.length;
    const end = field.selectionEnd ?? begin;
    if (key === "back") {
        field.setRangeText(
            "",
            begin === end ? Math.max(0, begin - 1) : begin,
            end,
            "end"
        );
    } else if (field.value.length + key.length <= field.maxLength) {
        field.setRangeText(key, begin, end, "end");
    }
    field.dispatchEvent(new Event("input", {bubbles: true}));
}

/** The amount and its words each for itself, whichever way the words are read. */
function say(reading, {error, amount, words}) {
    const parts = (error ? [error] : [amount, words]).filter(Boolean).map((text) => {
        const part = document.createElement("bdi");
        part.textContent = text;
        return part;
    });
    reading.replaceChildren(...parts.slice(0, 1));
    for (const part of parts.slice(1)) {
        reading.append(" · ", part);
    }
}

/** Ask how the server reads the amount: with its currency, and in words from 1,000 up. */
async function read(field, reading) {
    const typed = field.value.trim();
    let told = {};
    if (typed) {
        const url = `${field.dataset.words}?amount=${encodeURIComponent(typed)}`;
        const answer = await fetch(url, {cache: "no-store"});
        told = answer.ok ? await answer.json() : {};
    }
    if (typed === field.value.trim()) {
        say(reading, told);
        reading.classList.toggle("ep-wrong", Boolean(told.error));
    }
}

/** What was refused, here or by the server, is over with the next key. */
function forgive(field) {
    document.querySelector("#refused")?.remove();
    field.removeAttribute("aria-invalid");
}

/**
 * Bring the part of the page that asks for the amount to life.
 *
 * @param {HTMLElement} part
 */
export function start(part) {
    if (part.dataset.alive) {
        return;
    }
    part.dataset.alive = "1";
    const field = part.querySelector("input");
    const reading = part.querySelector("#reading");
    let timer = 0;
    for (const keys of part.querySelectorAll(".ep-keys, [data-key=back]")) {
        keys.hidden = false;
    }
    if (matchMedia("(pointer: coarse)").matches) {
        // The page has its own keys; pasting goes on working.
        field.inputMode = "none";
    }
    // The field keeps the focus, and the caret its place.
    part.addEventListener("pointerdown", (event) => {
        if (event.target.closest("[data-key]")) {
            event.preventDefault();
        }
    });
    part.addEventListener("click", (event) => {
        const {key} = event.target.closest("[data-key]")?.dataset || {};
        if (key) {
            press(field, key);
        }
    });
    field.addEventListener("input", () => {
        clearTimeout(timer);
        forgive(field);
        // A sum that is not the field's is worse than none, also without a network.
        reading.textContent = "";
        timer = setTimeout(() => read(field, reading).catch(() => 0), PAUSE);
    });
    // What was refused is told above.
    if (field.value && !field.ariaInvalid) {
        read(field, reading).catch(() => 0);
    }
}
