import {
    Component,
    onMounted,
    onWillRender,
    onWillUnmount,
    useEffect,
    useExternalListener,
    useRef,
    useSubEnv,
} from "@odoo/owl";
import {useClerk, usePage} from "./hooks.esm";
import {MessageBar} from "./components/message_bar/message_bar.esm";
import {OfflineBar} from "./components/offline_bar/offline_bar.esm";
import {TopBar} from "./components/top_bar/top_bar.esm";
import {TurnBanner} from "./components/turn_banner/turn_banner.esm";
import {_t} from "@web/core/l10n/translation";
import {localization} from "@web/core/l10n/localization";
import {registry} from "@web/core/registry";
import {screenOf} from "./screen_table.esm";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useBackKey} from "./back_key.esm";
import {useService} from "@web/core/utils/hooks";
import {user} from "@web/core/user";

/**
 * The clerk's side of a counter: who has to act, what it is about, what to press. The
 * service holds the state, the screen table says which screen shows it.
 */
export class ClerkApp extends Component {
    static template = "epay_counter.ClerkApp";
    static components = {MessageBar, OfflineBar, TopBar, TurnBanner};
    static props = {...standardActionServiceProps};

    setup() {
        Object.assign(this, useClerk());
        this.title = useService("title");
        this.root = useRef("root");
        this.direction = localization.direction;
        this.lang = user.lang;
        // What the present screen is drawn with, for `useShown`
        const drawn = {};
        useSubEnv({epayDrawn: drawn});
        onWillRender(() => {
            drawn.counter = this.state.counter;
            drawn.session = this.state.session;
        });
        usePage(this.lang);
        useBackKey({
            isAway: () => this.clerk.isAway,
            goBack: () => this.clerk.goBack(),
        });
        onMounted(() => this.clerk.open());
        onWillUnmount(() => this.clerk.close());
        useExternalListener(window, "pointerdown", () => this.clerk.sound.unlock());
        useExternalListener(window, "keydown", () => this.clerk.sound.unlock());
        useEffect(
            () => this.clerk.customerWindow.show(this.state),
            () => [this.state.counter, this.state.session]
        );
        useEffect(
            (action) => this.title.setParts({action}),
            () => [this.pageTitle]
        );
        useEffect(
            () => this.focusMain(),
            () => [this.screenKey]
        );
    }

    /** Several counters in several tabs are told apart. */
    get pageTitle() {
        const {counter} = this.state;
        return counter
            ? `${counter.name} · ${counter.store.name}`
            : _t("Counter payments");
    }

    get screen() {
        return screenOf(this.state);
    }

    get Screen() {
        return registry.category("epay_clerk_screens").get(this.screen).Component;
    }

    /**
     * A screen of another deal is another screen: nothing typed stays in it. One that the
     * clerk asked for is of no deal, and keeps what is typed.
     */
    get screenKey() {
        const {session, view} = this.state;
        const isOfDeal = session && this.screen !== view;
        return [this.screen, isOfDeal ? session.id : "none"].join("-");
    }

    /** After a change of screen the keyboard is where the next act is. */
    focusMain() {
        const root = this.root.el;
        const target =
            root.querySelector("[data-epay-focus]") || root.querySelector("h1");
        for (const scroller of [root, root.querySelector(".epay-main")]) {
            scroller.scrollTop = 0;
        }
        target?.focus({preventScroll: true});
    }
}

registry.category("actions").add("epay_counter.clerk_app", ClerkApp);
