import {Component, useExternalListener, useRef, useState} from "@odoo/owl";
import {Icon} from "../icon/icon.esm";
import {_t} from "@web/core/l10n/translation";
import {clerkMenu} from "../../menu_entries.esm";
import {useClerk} from "../../hooks.esm";

/** Where the clerk is, whether the server is there, the day so far, and the menu. */
export class TopBar extends Component {
    static template = "epay_counter.TopBar";
    static components = {Icon};
    static props = {marked: Boolean};

    setup() {
        Object.assign(this, useClerk());
        this.menu = useState({isOpen: false});
        this.root = useRef("menu");
        this.toggleButton = useRef("toggle");
        useExternalListener(window, "pointerdown", (ev) => {
            if (this.menu.isOpen && !this.root.el.contains(ev.target)) {
                this.menu.isOpen = false;
            }
        });
    }

    get entries() {
        return clerkMenu
            .getEntries()
            .filter(([, entry]) => !entry.isShown || entry.isShown(this.clerk))
            .map(([name, entry]) => ({
                name,
                icon: entry.icon,
                label: entry.label(this.clerk),
                run: entry.run,
            }));
    }

    get line() {
        if (!this.state.online) {
            return {key: "down", text: _t("No connection")};
        }
        return {key: "up", text: _t("Connected")};
    }

    get place() {
        const {code, name, store} = this.state.counter;
        return [code === name ? "" : code, store.name, store.city]
            .filter(Boolean)
            .join(" · ");
    }

    toggle() {
        this.menu.isOpen = !this.menu.isOpen;
    }

    choose(entry) {
        this.menu.isOpen = false;
        entry.run(this.clerk, this.env);
    }

    /** Arrow keys, Home and End walk through the menu, Escape leaves it. */
    onKeydown(ev) {
        this.isTabbing = ev.key === "Tab";
        if (!this.menu.isOpen) {
            return;
        }
        if (ev.key === "Escape") {
            this.menu.isOpen = false;
            this.toggleButton.el.focus();
            return;
        }
        const items = [...this.root.el.querySelectorAll("[role=menuitem]")];
        const here = items.indexOf(document.activeElement);
        const places = {
            ArrowDown: here + 1,
            ArrowUp: Math.max(here, 0) - 1,
            Home: 0,
            End: items.length - 1,
        };
        if (ev.key in places) {
            ev.preventDefault();
            items.at(places[ev.key] % items.length).focus();
        }
    }

    /** Tabbing out of the menu closes it; a screen that takes the focus does not. */
    onFocusout({relatedTarget}) {
        const left = relatedTarget && !this.root.el.contains(relatedTarget);
        if (left && this.isTabbing) {
            this.menu.isOpen = false;
        }
    }
}
