import {onMounted, onWillUnmount, useEnv, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {useService} from "@web/core/utils/hooks";

const WIDE = "(min-width: 960px)";
const BODY_CLASS = "o_epay_clerk_open";

/**
 * The clerk service and its state, for a component that is drawn again when what it
 * reads of the state changes.
 *
 * @returns {{clerk: ClerkService, state: Object}}
 */
export function useClerk() {
    const clerk = useService("epay_clerk");
    return {clerk, state: useState(clerk.state)};
}

/**
 * Like `useClerk`, for what shows a deal or a counter: while the next screen is on its
 * way, the present one still has what it was drawn with, and never reads of a deal that
 * is gone.
 *
 * @returns {{clerk: ClerkService, state: Object}}
 */
export function useShown() {
    const {clerk, state} = useClerk();
    const last = {...useEnv().epayDrawn};
    const keep = (name) => ({
        get() {
            last[name] = state[name] || last[name] || false;
            return last[name];
        },
    });
    const shown = Object.create(state, {
        counter: keep("counter"),
        session: keep("session"),
    });
    return {clerk, state: shown};
}

function setAttribute(node, name, value) {
    const before = node.getAttribute(name);
    node.setAttribute(name, value);
    return () =>
        before === null ? node.removeAttribute(name) : node.setAttribute(name, before);
}

/** What the back office's page keeps from people, each with what puts it right. */
function pageRepairs(lang) {
    const viewport = document.querySelector("meta[name=viewport]");
    // The barcode service's own field on phones
    const scanner = document.querySelector("body > input[name=barcode]");
    return [
        setAttribute(document.documentElement, "lang", lang),
        viewport &&
            setAttribute(viewport, "content", "width=device-width, initial-scale=1"),
        scanner && setAttribute(scanner, "aria-label", _t("Barcode scanner")),
    ].filter(Boolean);
}

/**
 * While the app is open, the page says its language, can be zoomed, and has no unnamed
 * field; no chat window opens over the till.
 *
 * @param {String} lang BCP 47
 */
export function usePage(lang) {
    let undo = [];
    onMounted(() => {
        document.body.classList.add(BODY_CLASS);
        undo = pageRepairs(lang);
    });
    onWillUnmount(() => {
        document.body.classList.remove(BODY_CLASS);
        undo.forEach((putBack) => putBack());
    });
}

/**
 * The server's clock, ticking once a second.
 *
 * @returns {{now: Number}} milliseconds
 */
export function useClock() {
    const clerk = useService("epay_clerk");
    const clock = useState({now: clerk.now()});
    let timer = 0;
    onMounted(() => {
        timer = browser.setInterval(() => {
            clock.now = clerk.now();
        }, 1000);
    });
    onWillUnmount(() => browser.clearInterval(timer));
    return clock;
}

/**
 * Whether there is room for two columns.
 *
 * @returns {{isWide: Boolean}}
 */
export function useWide() {
    const query = browser.matchMedia(WIDE);
    const layout = useState({isWide: query.matches});
    const onChange = () => {
        layout.isWide = query.matches;
    };
    onMounted(() => query.addEventListener("change", onChange));
    onWillUnmount(() => query.removeEventListener("change", onChange));
    return layout;
}
