import {isArticleNumber, useScanner} from "../../scanner.esm";
import {KeyInScreen} from "@epay_counter/clerk/screens/keyin/keyin.esm";
import {patch} from "@web/core/utils/patch";

/** A code with letters, or an article number; other digits are an amount. */
const isCode = (text) => isArticleNumber(text) || /[a-z]/i.test(text);

/** Who scans where an amount is entered has begun a basket. */
patch(KeyInScreen.prototype, {
    setup() {
        super.setup(...arguments);
        this.clerk.scans.resume();
        const isTyped = (text) =>
            document.activeElement === this.input.el && isCode(text);
        useScanner((code) => this.onScanned(code), isTyped);
    },

    onScanned(code) {
        this.clerk.startScanning();
        this.clerk.scans.add(code.trim());
    },
});
