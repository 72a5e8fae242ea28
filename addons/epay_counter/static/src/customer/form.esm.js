/** The page with the provider's form, beside `customer.esm.js`: what Odoo's form leaves out. */

// How long a slow network may take for the scripts of the provider's form.
const FORM_PATIENCE = 20000;

const button = document.querySelector('.ep-strip [data-epay="pay"]');
const note = document.querySelector("#unloaded");
const bar = document.querySelector("#offline");

/** Odoo's form frees its button once the provider's part is there; else we have to say it. */
function tell() {
    note.hidden = !button.disabled || Boolean(bar.dataset.paying);
}

/** Without a connection nothing sends the payment again by itself. */
function onPress() {
    bar.dataset.paying = "1";
    const said = bar.querySelector("[data-unsent]");
    said.hidden = false;
    said.previousElementSibling.hidden = true;
}

/**
 * Odoo's form waits for ever for an answer that the network has lost. The page is read
 * again: the server knows whether there is still something to pay.
 */
function onReconnected() {
    if (button.disabled) {
        location.reload();
    }
}

function watch() {
    const patience = setTimeout(tell, FORM_PATIENCE);
    const failed = ({target}) => target.tagName === "SCRIPT" && tell();
    // Also one that failed before we listened: Odoo's first bundle brings the loader.
    addEventListener("load", () => window.odoo?.loader || tell());
    addEventListener("error", failed, true);
    new MutationObserver((_changes, observer) => {
        if (!button.disabled) {
            observer.disconnect();
            removeEventListener("error", failed, true);
            clearTimeout(patience);
            note.hidden = true;
        }
    }).observe(button, {attributes: true, attributeFilter: ["disabled"]});
}

/** Where the page before had the focus: Tab goes on to the form, not through the header. */
function focusStrip() {
    if (document.activeElement === document.body) {
        document.querySelector(".ep-strip").focus({preventScroll: true});
    }
}

if (button) {
    focusStrip();
    button.addEventListener("click", onPress);
    document.addEventListener("reconnected", onReconnected);
    watch();
}
