import {onMounted, onWillUnmount, useEffect} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";

/**
 * The browser's Back, and the back key of a phone: from a page of the menu, or from a
 * deal of the day list, it leads to the counter and not out of the app. Such a page is
 * an entry of its own in the browser's history; what it is entered from is marked, so
 * that Odoo does not load the app anew (`skipRouteChange`).
 *
 * @param {Object} options
 * @param {Function} options.isAway whether the clerk is on such a page
 * @param {Function} options.goBack called to leave it
 */
export function useBackKey({isAway, goBack}) {
    const hold = () => {
        const {history, location} = browser;
        if (!history.state?.epayAway) {
            const before = {...history.state, skipRouteChange: true};
            history.replaceState(before, "", location.href);
            history.pushState({...before, epayAway: true}, "", location.href);
        }
    };
    const onBack = ({state}) => {
        if (!state?.epayAway && isAway()) {
            goBack();
        }
    };
    useEffect(
        (away) => {
            if (away) {
                hold();
            }
        },
        () => [isAway()]
    );
    onMounted(() => browser.addEventListener("popstate", onBack));
    onWillUnmount(() => browser.removeEventListener("popstate", onBack));
}
