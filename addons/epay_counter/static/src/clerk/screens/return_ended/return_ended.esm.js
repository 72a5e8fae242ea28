import {DealScreen} from "../deal_screen.esm";
import {Icon} from "../../components/icon/icon.esm";
import {NextButton} from "../../components/next_button/next_button.esm";
import {OriginCard} from "../../components/origin_card/origin_card.esm";
import {RecordForm} from "../../components/reason_form/record_form.esm";
import {_t} from "@web/core/l10n/translation";
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

    /** The title says it already. */
    get reason() {
        const {state, reason} = this.state.session;
        return state === "refused" ? false : reason;
    }
}

registry
    .category("epay_clerk_screens")
    .add("return_ended", {Component: ReturnEndedScreen});
