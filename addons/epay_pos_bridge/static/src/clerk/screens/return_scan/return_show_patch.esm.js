import {ReturnShowScreen} from "@epay_counter/clerk/screens/return_show/return_show.esm";
import {patch} from "@web/core/utils/patch";
import {useScanner} from "../../scanner.esm";

/** The goods that come back are scanned: what was not, stays with the customer. */
patch(ReturnShowScreen.prototype, {
    setup() {
        super.setup(...arguments);
        this.lastScan = Promise.resolve();
        useScanner((code) => this.takeBack(code));
    },

    /** One after the other: the same code twice means two of them. */
    takeBack(code) {
        if (this.allows("scan_back")) {
            this.lastScan = this.lastScan.then(() => this.clerk.scanBack(code.trim()));
        }
        return this.lastScan;
    },
});
