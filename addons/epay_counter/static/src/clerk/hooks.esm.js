import {onMounted, onWillUnmount, useEnv, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {useService} from "@web/core/utils/hooks";

const WIDE = "(min-width: 960px)";

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
