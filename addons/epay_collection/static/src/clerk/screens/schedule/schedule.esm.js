import {Component, onMounted, onWillUnmount, useEffect, useRef} from "@odoo/owl";
import {bookOf, fitting} from "../../schedule_book.esm";
import {useBus, useService} from "@web/core/utils/hooks";
import {ActButton} from "@epay_counter/clerk/components/act_button/act_button.esm";
import {Icon} from "@epay_counter/clerk/components/icon/icon.esm";
import {ScreenLayout} from "@epay_counter/clerk/components/screen_layout/screen_layout.esm";
import {VisitList} from "@epay_counter/clerk/components/visit_list/visit_list.esm";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {formatDay} from "../../days.esm";
import {isolate} from "@epay_counter/clerk/utils/format.esm";
import {registry} from "@web/core/registry";
import {useCamera} from "@epay_counter/clerk/camera.esm";
import {useShown} from "@epay_counter/clerk/hooks.esm";

const SEARCH_DELAY = 200;

/**
 * Today's collections in order of visit, and a search over all of them (SD2): one tap
 * opens a line at the counter. What was read stays readable without a network.
 */
export class ScheduleScreen extends Component {
    static template = "epay_collection.ScheduleScreen";
    static components = {ActButton, Icon, ScreenLayout, VisitList};
    static props = {};

    setup() {
        Object.assign(this, useShown());
        this.book = bookOf(this.clerk);
        this.timer = 0;
        this.camera = useCamera(
            (code) => this.find(code),
            (why) => _t("The camera can't be used: %s Type instead.", why)
        );
        useBus(useService("barcode").bus, "barcode_scanned", ({detail}) =>
            this.find(detail.barcode)
        );
        useEffect(
            () => {
                this.book.load();
            },
            () => [this.state.counter.id, this.state.counter.version, this.state.online]
        );
        this.list = useRef("list");
        // After the app has put the keyboard on the heading
        onMounted(() => browser.requestAnimationFrame(() => this.comeBack()));
        onWillUnmount(() => browser.clearTimeout(this.timer));
    }

    /** Where the clerk left the list: nobody scrolls through a route at each door. */
    comeBack() {
        const line = this.list.el?.querySelector(
            `[data-id="${this.state.scheduleAt}"]`
        );
        if (line) {
            line.scrollIntoView({block: "center"});
            line.querySelector("[data-epay=show-line]").focus({preventScroll: true});
        }
    }

    /** Of this counter; the one of another is not shown meanwhile. */
    get schedule() {
        const {schedule, counter} = this.state;
        return schedule && schedule.counterId === counter.id ? schedule : false;
    }

    get query() {
        return this.state.scheduleQuery || "";
    }

    get date() {
        return formatDay(this.schedule.date, {
            weekday: "long",
            day: "numeric",
            month: "long",
        });
    }

    get summary() {
        const {left, total, more, collected_text, cash_text} = this.schedule;
        return _t(
            "%(left)s of %(total)s left · collected %(collected)s · in cash %(cash)s",
            {
                left,
                total: more ? _t("%s and more", total) : total,
                collected: isolate(collected_text),
                cash: isolate(cash_text),
            }
        );
    }

    get lines() {
        if (!this.query) {
            return this.schedule.lines;
        }
        return this.state.found || fitting(this.schedule.lines, this.query);
    }

    /** When somebody is expected, on a route of another day: its day, too. */
    when(line) {
        const time = [line.from, line.until]
            .filter(Boolean)
            .map((iso) => this.clerk.timeAtStore(iso))
            .join("–");
        const isToday = line.date === this.schedule.date;
        return [isToday ? "" : formatDay(line.date), time].filter(Boolean).join(" ");
    }

    /** In a line from right to left, too, as it is written elsewhere. */
    dueText(line) {
        return isolate(line.due_text);
    }

    onInput(ev) {
        const query = ev.target.value.trim();
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.book.search(query), SEARCH_DELAY);
    }

    /** Enter looks at once, and opens what is the only one. */
    async find(text) {
        browser.clearTimeout(this.timer);
        await this.book.search(text.trim());
        if (this.query && this.lines.length === 1) {
            this.book.show(this.lines[0]);
        }
    }

    /** The key pad, for what is on no schedule. */
    leave() {
        this.clerk.state.isScheduleAside = true;
        this.clerk.go(false);
    }
}

const isHome = ({counter, isScheduleAside}, {state}) =>
    !state &&
    !isScheduleAside &&
    Boolean(counter) &&
    counter.state === "open" &&
    counter.kind === "route" &&
    counter.collections > 0;

registry.category("epay_clerk_screens").add("schedule", {
    Component: ScheduleScreen,
    rows: [isHome],
    turn: ({counter}) => ({
        key: "clerk",
        icon: "list",
        who: _t("Schedule"),
        what: counter.collections_left
            ? _t("%s left today", counter.collections_left)
            : _t("Nothing left today"),
    }),
});
