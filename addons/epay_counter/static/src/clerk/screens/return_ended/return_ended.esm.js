import {DealScreen} from "../deal_screen.esm";
import {Icon} from "../../components/icon/icon.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {OriginCard} from "../../components/origin_card/origin_card.esm";
import {RecordForm} from "../../components/reason_form/record_form.esm";
import {_t} from "@web/core/l10n/translation";
import {isolate} from "../../utils/format.esm";
import {registry} from "@web/core/registry";

const TITLES = {
    refused: () => _t("The customer refused"),
    rejected: () => _t("It can't be given back this way"),
    expired: () => _t("This return has expired"),
    cancelled: () => _t("This return was dropped"),
};

/** Nothing was given back: why, and what else can be done. */
export class ReturnEndedScreen extends DealScreen {
    static template = "epay_counter.ReturnEndedScreen";
    static components = {
        ...DealScreen.components,
        Icon,
        NextButton,
        OriginCard,
        RecordForm,
    };

    get title() {
        return TITLES[this.state.session.state]();
    }

    get isRejected() {
        return this.state.session.state === "rejected";
    }

    /** Where a manager finds it later, to record what was done elsewhere. */
    get staysText() {
        return _t(
            "It stays in today's day list as %s: the store's manager opens it there.",
            isolate(this.state.session.name)
        );
    }

    /** Ended by mistake or in time: the same sale, with nothing typed again. */
    get canStartAgain() {
        const {counter, session} = this.state;
        const {left_to_return: left} = session.origin;
        const isOpen = counter.state === "open";
        return isOpen && left > 0 && !session.return.money_on_its_way;
    }

    /** The title says it already. */
    get reason() {
        const {state, reason} = this.state.session;
        return state === "refused" ? false : reason;
    }
}

registry
    .category("epay_clerk_screens")
    .add("return_ended", {Component: ReturnEndedScreen});
