import {isRest, momentOfSale} from "../../utils/returns.esm";
import {onWillUnmount, useEffect, useRef} from "@odoo/owl";
import {Icon} from "../../components/icon/icon.esm";
import {OriginCard} from "../../components/origin_card/origin_card.esm";
import {PartForm} from "../../components/part_form/part_form.esm";
import {ShowScreen} from "../show/show.esm";
import {WaiveForm} from "../../components/reason_form/waive_form.esm";
import {_t} from "@web/core/l10n/translation";
import {isolate} from "../../utils/format.esm";
import {registry} from "@web/core/registry";

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
        this.partButton = useRef("partButton");
        this.wasOpen = false;
        this.clerk.state.choosesPart = false;
        onWillUnmount(() => {
            this.clerk.state.choosesPart = false;
        });
        useEffect(
            (isOpen) => {
                if (this.wasOpen && !isOpen) {
                    this.partButton.el?.focus();
                }
                this.wasOpen = isOpen;
            },
            () => [this.state.choosesPart]
        );
    }

    get title() {
        const {session, choosesPart} = this.state;
        if (choosesPart) {
            return _t("What is given back?");
        }
        if (session.return.whole) {
            return _t("Give back the whole sale");
        }
        return isRest(session) ? _t("Give back the rest") : _t("Give back a part");
    }

    get partLabel() {
        const {session} = this.state;
        return session.return.whole || isRest(session)
            ? _t("Give back only a part")
            : _t("Change what is given back");
    }

    /** Why it is less than the receipt says, which nobody chose. */
    get restText() {
        const {session} = this.state;
        const {returned_text: returned, amount_text: amount} = session.origin;
        return isRest(session)
            ? _t("Of %(amount)s, %(returned)s went back before.", {
                  amount: isolate(amount),
                  returned: isolate(returned),
              })
            : "";
    }

    /** The phone that was at it before it left, without an answer. */
    get leftText() {
        const {left} = this.state.session.return;
        return left
            ? _t(
                  "The customer left without an answer (%s). Nothing is given back yet.",
                  left
              )
            : "";
    }

    get boughtText() {
        const {counter, session} = this.state;
        return _t("Bought with %(number)s · %(moment)s", {
            number: isolate(session.origin.name),
            moment: isolate(momentOfSale(session.origin, counter.store.tz)),
        });
    }

    openPart() {
        this.clerk.state.choosesPart = true;
    }

    closePart() {
        this.clerk.state.choosesPart = false;
    }
}

registry
    .category("epay_clerk_screens")
    .add("return_show", {Component: ReturnShowScreen});
