import {Component, onWillStart, useEffect, useRef, useState} from "@odoo/owl";
import {formatMoney, isolate} from "@epay_counter/clerk/utils/format.esm";
import {useClerk, useShown, useWide} from "@epay_counter/clerk/hooks.esm";
import {ActButton} from "@epay_counter/clerk/components/act_button/act_button.esm";
import {BasketLine} from "../../components/basket_line/basket_line.esm";
import {DayList} from "@epay_counter/clerk/components/day_list/day_list.esm";
import {DropButton} from "@epay_counter/clerk/components/drop_button/drop_button.esm";
import {GoodsSearch} from "../../components/goods_search/goods_search.esm";
import {Icon} from "@epay_counter/clerk/components/icon/icon.esm";
import {PhoneCard} from "@epay_counter/clerk/components/phone_card/phone_card.esm";
import {QrCode} from "@epay_counter/clerk/components/qr_code/qr_code.esm";
import {ScreenLayout} from "@epay_counter/clerk/components/screen_layout/screen_layout.esm";
import {VisitList} from "@epay_counter/clerk/components/visit_list/visit_list.esm";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useCamera} from "@epay_counter/clerk/camera.esm";
import {useScanner} from "../../scanner.esm";

/** A code has no spaces, and a digit; anything else is a name. */
const looksLikeCode = (text) => /^\S*\d\S*$/.test(text);

/** Scanning goods (SE2): by a scanner that types, by the camera, by hand, by name. */
export class ScanScreen extends Component {
    static template = "epay_pos_bridge.ScanScreen";
    static components = {
        ActButton,
        BasketLine,
        DayList,
        DropButton,
        GoodsSearch,
        Icon,
        PhoneCard,
        QrCode,
        ScreenLayout,
        VisitList,
    };
    static props = {};

    setup() {
        Object.assign(this, useShown());
        // As it is now: a basket that is gone is not shown any more
        this.live = useClerk().state;
        this.layout = useWide();
        this.queue = this.clerk.scans;
        this.scans = useState(this.queue.state);
        this.input = useRef("code");
        this.camera = useCamera(
            (code) => this.takeCode(code),
            (why) => _t("The camera can't be used: %s Type the code instead.", why)
        );
        this.entry = useState({text: "", goods: false, code: "", isAsking: false});
        useScanner((code) => this.takeCode(code), looksLikeCode);
        onWillStart(() => this.queue.resume());
        useEffect(
            () => this.leaveIfShown(),
            () => [this.live.session]
        );
    }

    /** The basket, if one was begun; a deal of another kind is none. */
    get basket() {
        const {session} = this.live;
        return session && session.state === "draft" ? session : false;
    }

    /** The last line that was scanned stands on top. */
    get lines() {
        const {basket} = this;
        return basket
            ? [...basket.lines].sort((one, other) => other.put_number - one.put_number)
            : [];
    }

    get total() {
        const {basket} = this;
        const {currency} = this.state.counter;
        return (basket && basket.amount_text) || formatMoney("0", currency);
    }

    get countText() {
        const {count} = this.scans;
        return count ? _t("%s on the way…", count) : "";
    }

    get publishLabel() {
        return _t("Show %s to the customer", isolate(this.total));
    }

    get mayPublish() {
        const {basket, scans} = this;
        return Boolean(basket) && basket.allowed.includes("publish") && !scans.count;
    }

    /** Another device has shown the basket: its deal has a screen of its own. */
    leaveIfShown() {
        const {session, view} = this.live;
        if (view === "scan" && session && session.state !== "draft") {
            this.clerk.go();
        }
    }

    takeCode(code) {
        const text = code.trim();
        this.clerk.dismissMessage();
        if (text) {
            this.entry.goods = false;
            this.queue.add(text);
        }
    }

    /** Enter in the field: a code goes into the basket, a name is searched. */
    onSubmit() {
        const text = this.entry.text.trim();
        if (!text) {
            this.input.el.focus();
        } else if (looksLikeCode(text)) {
            this.entry.text = "";
            this.takeCode(text);
        } else {
            this.search();
        }
    }

    search(text = this.entry.text.trim()) {
        return this.lookUp("search_products", text);
    }

    checkPrice() {
        const text = this.entry.text.trim();
        return looksLikeCode(text)
            ? this.lookUp("check_price", text)
            : this.lookUp("search_products", text);
    }

    async lookUp(method, text) {
        this.clerk.dismissMessage();
        if (!text) {
            this.clerk.refuse(_t("Type a name or a code first."), "no_code");
            this.input.el.focus();
            return;
        }
        this.entry.isAsking = true;
        const found = await this.clerk.lookUp(method, text);
        Object.assign(this.entry, {
            isAsking: false,
            goods: found,
            // A label, or a packaging: what is added is what the code says
            code: method === "check_price" ? text : "",
        });
    }

    /** A refused code is searched by its name: the field waits for it. */
    searchInstead(key) {
        this.queue.dismiss(key);
        this.entry.text = "";
        this.input.el.focus();
    }

    /** What was looked up by its code goes into the basket by its code. */
    addCode() {
        const {code} = this.entry;
        this.onAdded();
        this.takeCode(code);
    }

    onAdded() {
        Object.assign(this.entry, {text: "", goods: false});
        this.input.el?.focus();
    }

    async publish() {
        const {amount} = this.basket;
        const {decimals} = this.state.counter.currency;
        await this.clerk.publish(amount.toFixed(decimals));
    }
}

registry.category("epay_clerk_screens").add("scan", {
    Component: ScanScreen,
    rows: [{kind: "sale", state: "draft"}],
    turn: ({counter}) => ({
        key: "clerk",
        icon: "hand",
        who: _t("Your turn"),
        what: counter.visits.length
            ? _t("Scan the goods: a phone waits")
            : _t("Scan the goods"),
    }),
});

registry.category("epay_clerk_menu").add(
    "scan",
    {
        icon: "qr",
        label: () => _t("Scan goods"),
        isShown: ({state}) =>
            Boolean(state.counter) &&
            state.counter.state === "open" &&
            (!state.session ||
                state.session.state === "draft" ||
                Boolean(state.focusId)),
        run: (clerk) => clerk.startScanning(),
    },
    {sequence: 5}
);
