import {Component, useEffect, useRef, useState} from "@odoo/owl";
import {amountFormat, isolate} from "@epay_counter/clerk/utils/format.esm";
import {amountToText, parseAmount} from "@epay_counter/clerk/utils/amount.esm";
import {formatMoment, parseUtc} from "@epay_counter/clerk/utils/time.esm";
import {ActButton} from "@epay_counter/clerk/components/act_button/act_button.esm";
import {Icon} from "@epay_counter/clerk/components/icon/icon.esm";
import {OUTCOMES} from "../../outcomes.esm";
import {ScreenLayout} from "@epay_counter/clerk/components/screen_layout/screen_layout.esm";
import {SignatureDialog} from "@web/core/signature/signature_dialog";
import {_t} from "@web/core/l10n/translation";
import {amountRefusal} from "@epay_counter/clerk/utils/typed_amount.esm";
import {bookOf} from "../../schedule_book.esm";
import {formatDay} from "../../days.esm";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {useShown} from "@epay_counter/clerk/hooks.esm";

/** One door: what is due, who lives there, what happened, and what to press. */
export class CollectionScreen extends Component {
    static template = "epay_collection.CollectionScreen";
    static components = {ActButton, Icon, ScreenLayout};
    static props = {};

    setup() {
        Object.assign(this, useShown());
        this.book = bookOf(this.clerk);
        this.dialog = useService("dialog");
        this.outcomes = OUTCOMES;
        this.form = useState({outcome: "", reason: "", amount: "", date: ""});
        this.details = useRef("details");
        this.amount = useRef("amount");
        useEffect(
            () => this.showDetails(),
            () => [this.form.outcome]
        );
    }

    /** What is asked about an outcome is below the fold of a phone. */
    showDetails() {
        this.details.el?.scrollIntoView({block: "nearest"});
        if (this.outcome?.door) {
            this.amount.el.focus({preventScroll: true});
        }
    }

    get line() {
        return this.state.collection;
    }

    get currency() {
        return this.state.counter.currency;
    }

    get format() {
        return amountFormat(this.currency);
    }

    get outcome() {
        return OUTCOMES.find(({name}) => name === this.form.outcome);
    }

    get openLabel() {
        return _t("Collect %s", isolate(this.line.due_text));
    }

    get hours() {
        return [this.line.from, this.line.until]
            .filter(Boolean)
            .map((iso) => this.clerk.timeAtStore(iso))
            .join("–");
    }

    moment(iso) {
        return formatMoment(parseUtc(iso), {
            day: "numeric",
            month: "short",
            hour: "2-digit",
            minute: "2-digit",
            timeZone: this.state.counter.store.tz,
        });
    }

    get movedTo() {
        return this.line.moved_to ? formatDay(this.line.moved_to) : "";
    }

    /** One tap says what happened; once more takes it back. */
    choose({name}) {
        const isChosen = this.form.outcome === name;
        Object.assign(this.form, {
            outcome: isChosen ? "" : name,
            reason: "",
            date: "",
            amount: amountToText(this.line.due, this.format),
        });
    }

    /** A reason that is often given: where nothing else is asked, that is all. */
    async pick(reason) {
        this.form.reason = reason;
        const {amount, date} = this.outcome;
        if (!amount && !date) {
            await this.submit();
        }
    }

    /** Days to come again that are often agreed on. */
    get days() {
        const begin = Date.parse(`${this.line.date}T12:00:00Z`);
        const inDays = (days) =>
            new Date(begin + days * 86_400_000).toISOString().slice(0, 10);
        return [
            {label: _t("A day later"), date: inDays(1)},
            {label: _t("A week later"), date: inDays(7)},
        ];
    }

    /** The typed amount as the server takes it; false when it was refused here. */
    get typed() {
        const {value, error} = parseAmount(this.form.amount, this.format);
        if (error) {
            this.clerk.refuse(amountRefusal(error, this.currency), "bad_amount");
            return false;
        }
        return value;
    }

    /** Whether the office will know why; else the clerk is asked. */
    isTold() {
        const isTold = !this.outcome.isTold || Boolean(this.form.reason.trim());
        if (!isTold) {
            this.clerk.refuse(_t("Choose a reason, or write one."), "reason_missing");
        }
        return isTold;
    }

    async submit() {
        const {outcome, reason, date} = this.form;
        const {amount, door} = this.outcome;
        const value = amount ? this.typed : false;
        if ((amount && !value) || !this.isTold()) {
            return;
        }
        if (door) {
            await this.book.open(this.line.id, value);
        } else {
            const details = {reason: reason.trim(), amount: value, date: date || false};
            await this.book.report(this.line.id, outcome, details);
        }
    }

    sign() {
        this.dialog.add(SignatureDialog, {
            defaultName: this.line.partner,
            nameAndSignatureProps: {mode: "draw", displaySignatureRatio: 3},
            uploadSignature: ({name, signatureImage}) =>
                this.book.sign(this.line.id, signatureImage, name),
        });
    }
}

registry.category("epay_clerk_screens").add("collection", {
    Component: CollectionScreen,
    turn: ({collection}) => ({
        key: "clerk",
        icon: "list",
        who: collection.partner,
        what: collection.state_text,
    }),
});
