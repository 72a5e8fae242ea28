import {DealScreen} from "../deal_screen.esm";
import {DropButton} from "../../components/drop_button/drop_button.esm";
import {Icon} from "../../components/icon/icon.esm";
import {QrCode} from "../../components/qr_code/qr_code.esm";
import {VisitJump} from "../../components/visit_jump/visit_jump.esm";
import {VisitList} from "../../components/visit_list/visit_list.esm";
import {_t} from "@web/core/l10n/translation";
import {isolate} from "../../utils/format.esm";
import {registry} from "@web/core/registry";

/** The code to read, the name to say, and the phones that came by it. */
export class ShowScreen extends DealScreen {
    static template = "epay_counter.ShowScreen";
    static components = {
        ...DealScreen.components,
        DropButton,
        Icon,
        QrCode,
        VisitJump,
        VisitList,
    };

    /** The phone whose customer has just left: the code is back for a reason. */
    get leftText() {
        const {left} = this.state.session;
        return left
            ? _t("The customer left (%s). Show the code again.", isolate(left))
            : "";
    }
}

registry.category("epay_clerk_screens").add("show", {Component: ShowScreen});
