import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {redirect} from "@web/core/utils/urls";
import {registry} from "@web/core/registry";

/**
 * The clerk app's menu. Other add-ons add entries of their own:
 *
 *     registry.category("epay_clerk_menu").add("schedule", {
 *         icon: "list",
 *         label: () => _t("Schedule"),
 *         isShown: (clerk) => clerk.state.counter.kind === "route",
 *         run: (clerk) => clerk.go("schedule"),
 *     }, {sequence: 20});
 *
 * `isShown` may be left out. `run` also gets the environment.
 */
export const clerkMenu = registry.category("epay_clerk_menu");

const isOpen = ({state}) => state.counter && state.counter.state === "open";

clerkMenu
    .add(
        "day",
        {
            icon: "list",
            label: () => _t("Day list"),
            isShown: ({state}) => Boolean(state.counter),
            run: (clerk) => clerk.go("day"),
        },
        {sequence: 10}
    )
    .add(
        "return",
        {
            icon: "undo",
            label: () => _t("Return"),
            isShown: isOpen,
            run: (clerk) => clerk.startReturn(),
        },
        {sequence: 20}
    )
    .add(
        "sticker",
        {
            icon: "qr",
            label: () => _t("Sticker check"),
            isShown: ({state}) => Boolean(state.counter),
            run: (clerk) => clerk.go("sticker"),
        },
        {sequence: 30}
    )
    .add(
        "counters",
        {
            icon: "swap",
            label: () => _t("Change counter"),
            isShown: ({state}) => state.counters.length > 1 && Boolean(state.counter),
            run: (clerk) => clerk.go("counters"),
        },
        {sequence: 60}
    )
    .add(
        "close",
        {
            icon: "lock",
            label: () => _t("Close this counter"),
            isShown: isOpen,
            run: (clerk) => clerk.closeCounter(),
        },
        {sequence: 70}
    )
    .add(
        "open",
        {
            icon: "unlock",
            label: () => _t("Open this counter"),
            isShown: (clerk) => Boolean(clerk.state.counter) && !isOpen(clerk),
            run: (clerk) => clerk.openCounter(),
        },
        {sequence: 70}
    )
    .add(
        "customer_window",
        {
            icon: "screen",
            label: () => _t("Window for the customer"),
            isShown: ({state}) =>
                Boolean(state.counter) &&
                browser.matchMedia("(min-width: 960px)").matches,
            run: (clerk) => clerk.openCustomerWindow(),
        },
        {sequence: 50}
    )
    .add(
        "sound",
        {
            icon: "sound",
            label: ({sound}) => (sound.muted ? _t("Sound on") : _t("Sound off")),
            run: ({sound}) => sound.toggle(),
        },
        {sequence: 80}
    )
    .add(
        "leave",
        {
            icon: "exit",
            label: () => _t("Leave for the back office"),
            run: () => redirect("/odoo/counter-deals"),
        },
        {sequence: 90}
    );
