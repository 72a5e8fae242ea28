import {Icon} from "../../components/icon/icon.esm";
import {OriginCard} from "../../components/origin_card/origin_card.esm";
import {PartForm} from "../../components/part_form/part_form.esm";
import {ShowScreen} from "../show/show.esm";
import {WaiveForm} from "../../components/reason_form/waive_form.esm";
import {_t} from "@web/core/l10n/translation";
import {isolate} from "../../utils/format.esm";
import {momentOfSale} from "../../utils/returns.esm";
import {registry} from "@web/core/registry";
import {useState} from "@odoo/owl";

/** The sale that was found, what of it goes back, and the code for the customer. */
export class ReturnShowScreen extends ShowScreen {
    static template = "epay_counter.ReturnShowScreen";
    static components = {
        ...ShowScreen.components,
        Icon,
        OriginCard,
        PartForm,
        WaiveForm,
    };

    setup() {
        super.setup();
        this.part = useState({isOpen: false});
    }

    get boughtText() {
        const {counter, session} = this.state;
        return _t("Bought with %(number)s · %(moment)s", {
            number: isolate(session.origin.name),
            moment: isolate(momentOfSale(session.origin, counter.store.tz)),
        });
    }

    openPart() {
        this.part.isOpen = true;
    }

    closePart() {
        this.part.isOpen = false;
    }
}

registry
    .category("epay_clerk_screens")
    .add("return_show", {Component: ReturnShowScreen});
