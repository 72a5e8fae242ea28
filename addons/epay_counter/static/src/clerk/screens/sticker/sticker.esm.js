import {Component, useEffect, useRef, useState} from "@odoo/owl";
import {useBus, useService} from "@web/core/utils/hooks";
import {ActButton} from "../../components/act_button/act_button.esm";
import {Icon} from "../../components/icon/icon.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useCamera} from "../../camera.esm";
import {useShown} from "../../hooks.esm";

/** What the server says of a code, in one word and with a sign of its own. */
const VERDICTS = {
    genuine: {icon: "check", title: () => _t("Genuine")},
    letters: {
        icon: "info",
        title: () => _t("The letters are right. Now scan the code."),
    },
    old: {icon: "clock", title: () => _t("Old")},
    foreign: {icon: "alert", title: () => _t("Foreign")},
    unknown: {icon: "search", title: () => _t("Not recognized")},
};

/**
 * The clerk checks the code that hangs at the counter, once a day or when something
 * looks odd: somebody may have pasted another one over it. By the camera, by a scanner
 * that types, or by the letters that stand below it.
 */
export class StickerScreen extends Component {
    static template = "epay_counter.StickerScreen";
    static components = {ActButton, Icon, ScreenLayout};
    static props = {};

    setup() {
        Object.assign(this, useShown());
        this.input = useRef("code");
        this.camera = useCamera(
            (code) => this.takeCode(code),
            (why) =>
                _t(
                    "The camera can't be used: %s Type the letters below the code instead.",
                    why
                )
        );
        this.entry = useState({text: "", isAsking: false});
        this.result = useState({found: false});
        this.verdictBox = useRef("verdict");
        useEffect(
            (found) => {
                // The field is above it, and the bar with the camera below
                if (found) {
                    this.verdictBox.el.scrollIntoView({block: "nearest"});
                }
            },
            () => [this.result.found]
        );
        useBus(useService("barcode").bus, "barcode_scanned", ({detail}) =>
            this.takeCode(detail.barcode)
        );
    }

    get verdict() {
        return VERDICTS[this.result.found.sticker] || VERDICTS.foreign;
    }

    /** A code was read: it is checked at once. */
    takeCode(code) {
        this.entry.text = code.trim();
        return this.check();
    }

    async check() {
        const text = this.entry.text.trim();
        this.clerk.dismissMessage();
        this.result.found = false;
        if (!text) {
            this.clerk.refuse(_t("Scan the code, or type its letters."), "no_code");
            this.input.el.focus();
            return;
        }
        this.entry.isAsking = true;
        const found = await this.clerk.checkSticker(text);
        this.entry.isAsking = false;
        // What is typed or scanned next is another one
        this.input.el?.select();
        this.result.found = found;
    }

    onSubmit() {
        if (!this.entry.isAsking) {
            this.check();
        }
    }
}

registry.category("epay_clerk_screens").add("sticker", {Component: StickerScreen});
