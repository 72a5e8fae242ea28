import {DealScreen} from "../deal_screen.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {QrCode} from "../../components/qr_code/qr_code.esm";
import {VisitJump} from "../../components/visit_jump/visit_jump.esm";
import {VisitList} from "../../components/visit_list/visit_list.esm";
import {registry} from "@web/core/registry";

/** The code to read, the name to say, and the phones that came by it. */
export class ShowScreen extends DealScreen {
    static template = "epay_counter.ShowScreen";
    static components = {
        ...DealScreen.components,
        DropButton,
        QrCode,
        VisitJump,
        VisitList,
    };
}

registry.category("epay_clerk_screens").add("show", {Component: ShowScreen});
