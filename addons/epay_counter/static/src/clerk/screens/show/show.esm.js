import {ActButton} from "../../components/act_button/act_button.esm";
import {Component} from "@odoo/owl";
import {DealCard} from "../../components/deal_card/deal_card.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {QrCode} from "../../components/qr_code/qr_code.esm";
import {ScreenLayout} from "../../components/screen_layout/screen_layout.esm";
import {VisitList} from "../../components/visit_list/visit_list.esm";
import {registry} from "@web/core/registry";
import {useShown} from "../../hooks.esm";

/** The code to read, the name to say, and the phones that came by it. */
export class ShowScreen extends Component {
    static template = "epay_counter.ShowScreen";
    static components = {
        ActButton,
        DealCard,
        DropButton,
        QrCode,
        ScreenLayout,
        VisitList,
    };
    static props = {};

    setup() {
        Object.assign(this, useShown());
    }
}

registry.category("epay_clerk_screens").add("show", {Component: ShowScreen});
