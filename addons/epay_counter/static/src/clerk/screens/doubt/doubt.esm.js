import {useEffect, useRef, useState} from "@odoo/owl";
import {ActButton} from "../../components/act_button/act_button.esm";
import {DealScreen} from "../deal_screen.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {MethodCard} from "../../components/method_card/method_card.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {WaitingNote} from "../../components/waiting_note/waiting_note.esm";
import {_t} from "@web/core/l10n/translation";
import {isolate} from "../../utils/format.esm";
import {registry} from "@web/core/registry";

/** Nobody knows yet whether the money moved: it is found out, nothing is repeated. */
export class DoubtScreen extends DealScreen {
    static template = "epay_counter.DoubtScreen";
    static components = {
        ...DealScreen.components,
        ActButton,
        DropButton,
        MethodCard,
        NextButton,
        WaitingNote,
    };

    setup() {
        super.setup();
        this.form = useState({isOpen: false, reason: ""});
        this.section = useRef("section");
        this.reason = useRef("reason");
        useEffect(
            (isOpen) => {
                if (isOpen) {
                    this.showForm();
                }
            },
            () => [this.form.isOpen]
        );
    }

    openForm() {
        this.form.isOpen = true;
    }

    /** The form opens where it can be seen, ready to be written into. */
    showForm() {
        this.section.el?.scrollIntoView({block: "nearest"});
        this.reason.el?.focus();
    }

    get advice() {
        return this.isReturn
            ? _t(
                  "Do not give the money back in another way. Nothing is sent twice. The result appears by itself, here or in the day list."
              )
            : _t(
                  "Do not charge the customer again and do not hand over the goods yet. The result appears by itself, here or in the day list."
              );
    }

    get isReturn() {
        return this.state.session.kind === "cancellation";
    }

    get failedLabel() {
        return _t("%s did not go through", isolate(this.state.session.amount_text));
    }

    get succeededLabel() {
        return _t("%s went through", isolate(this.state.session.amount_text));
    }

    /** A manager's word goes into the history: never without a reason. */
    async resolve(outcome) {
        const reason = this.form.reason.trim();
        if (!reason) {
            this.clerk.refuse(
                _t("Write how you found out, for example the provider's reference."),
                "reason"
            );
            return;
        }
        await this.clerk.resolve(outcome, reason);
    }
}

registry.category("epay_clerk_screens").add("doubt", {Component: DoubtScreen});
