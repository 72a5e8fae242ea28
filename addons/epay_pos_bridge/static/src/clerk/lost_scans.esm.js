import {useBus, useService} from "@web/core/utils/hooks";
import {ClerkApp} from "@epay_counter/clerk/clerk_app.esm";
import {FINAL_STATES} from "@epay_counter/clerk/clerk_state.esm";
import {_t} from "@web/core/l10n/translation";
import {isolate} from "@epay_counter/clerk/utils/format.esm";
import {patch} from "@web/core/utils/patch";

/** Screens of a deal whose lines are fixed: nothing on them takes a code. */
const FIXED = [
    ...["show", "engaged", "declined", "check", "waiting", "authorized", "settling"],
    ...["doubt", "done", "ended"],
];

/** Of a longer code the sentence names the beginning. */
const LONGEST = 40;

/** Who scans goes on packing: what goes into no basket is heard, felt and said. */
patch(ClerkApp.prototype, {
    setup() {
        super.setup(...arguments);
        useBus(useService("barcode").bus, "barcode_scanned", ({detail}) =>
            this.noteLostScan(detail.barcode)
        );
    },

    noteLostScan(code) {
        if (!this.state.session || !FIXED.includes(this.screen)) {
            return;
        }
        this.clerk.buzz();
        this.clerk.refuse(
            this.lostScanText(isolate(code.slice(0, LONGEST))),
            "lost_scan"
        );
    },

    lostScanText(code) {
        const {session} = this.state;
        if (session.allowed.includes("take_back")) {
            return _t(
                "%s is not in the basket: the customer has it already. Press “Scan more”, then scan it again.",
                code
            );
        }
        return FINAL_STATES.includes(session.state)
            ? _t("%s is not in this deal, which is over. Go on, then scan it.", code)
            : _t("%s is not in this deal. Scan it once this deal is finished.", code);
    },
});
