import {onMounted, onWillUnmount, useState} from "@odoo/owl";
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
