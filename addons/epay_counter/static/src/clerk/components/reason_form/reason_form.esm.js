import {Component, onWillUnmount, useEffect, useRef, useState} from "@odoo/owl";
import {ActButton} from "../act_button/act_button.esm";
import {_t} from "@web/core/l10n/translation";
import {useClerk} from "../../hooks.esm";

let forms = 0;

/**
 * An act that is never done without a reason, which goes into the history. Folded up
 * until it is needed; what it means is said in the slot.
 */
export class ReasonForm extends Component {
    static template = "epay_counter.ReasonForm";
    static components = {ActButton};
    static props = {
        act: String,
        mark: String,
        // Of the button that opens the form
        title: String,
        // Of the field
        question: String,
        // Of the button that does it
        label: String,
        run: Function,
        // In the empty field
        example: {type: String, optional: true},
        // What is said without a reason
        missing: {type: String, optional: true},
        // Told when the form opens and folds up again
        onToggle: {type: Function, optional: true},
        slots: {type: Object, optional: true},
    };

    setup() {
        Object.assign(this, useClerk());
        this.form = useState({isOpen: false, reason: ""});
        this.section = useRef("section");
        this.reason = useRef("reason");
        this.opener = useRef("opener");
        forms += 1;
        this.fieldId = `epay_reason_${forms}`;
        let wasOpen = false;
        useEffect(
            (isOpen) => {
                if (isOpen) {
                    this.show();
                } else if (wasOpen) {
                    this.opener.el.focus();
                }
                wasOpen = isOpen;
            },
            () => [this.form.isOpen]
        );
        onWillUnmount(() => this.form.isOpen && this.props.onToggle?.(false));
    }

    open() {
        this.toggle(true);
    }

    /** Nothing was done after all: what was typed is forgotten. */
    close() {
        this.form.reason = "";
        this.toggle(false);
    }

    toggle(isOpen) {
        this.form.isOpen = isOpen;
        this.props.onToggle?.(isOpen);
    }

    onKeydown(ev) {
        if (ev.key === "Escape") {
            this.close();
        }
    }

    /** Enter in the field. */
    onSubmit() {
        if (!this.clerk.isBusy(this.props.act)) {
            this.submit();
        }
    }

    /** In the middle: neither the bar with the acts nor what is said covers it. */
    show() {
        this.reason.el.focus({preventScroll: true});
        this.section.el.scrollIntoView({block: "center"});
    }

    async submit() {
        const reason = this.form.reason.trim();
        if (!reason) {
            const said =
                this.props.missing ||
                _t("Say why, in a few words; it is kept in the history.");
            this.clerk.refuse(said, "reason_missing");
            this.show();
            return;
        }
        await this.props.run(reason);
    }
}
