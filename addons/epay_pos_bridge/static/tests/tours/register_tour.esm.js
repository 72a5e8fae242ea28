import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import {registry} from "@web/core/registry";

/** The only payment method of the register is chosen by itself. */
const ringUp = () => [
    Chrome.startPoS(),
    ProductScreen.clickDisplayedProduct("Country bread"),
    ProductScreen.clickPayButton(),
];

const sees = (content, trigger) => ({content, trigger});

/** The customer pays while the register waits: the line is paid by itself. */
registry.category("web_tour.tours").add("epay_register_sale", {
    steps: () =>
        [
            ...ringUp(),
            sees("the code is shown", "[data-epay=session][data-state=open] svg"),
            ReceiptScreen.isShown(),
        ].flat(),
});

/** The cashier cancels, and has it paid after all. */
registry.category("web_tour.tours").add("epay_register_cancel", {
    steps: () =>
        [
            ...ringUp(),
            sees("the code is shown", "[data-epay=session][data-state=open] svg"),
            {
                content: "cancel",
                trigger: ".paymentline .send_payment_cancel",
                run: "click",
            },
            {
                content: "it can be tried again",
                trigger: ".paymentline .send_payment_request:contains(Retry)",
                run: "click",
            },
            sees("another code", "[data-epay=session][data-state=open] svg"),
        ].flat(),
});

/** The page is reloaded while the customer pays. */
registry.category("web_tour.tours").add("epay_register_reload", {
    steps: () =>
        [
            ...ringUp(),
            {
                content: "reload the register",
                trigger: "[data-epay=session][data-state=open] svg",
                run: () => window.location.reload(),
                expectUnloadPage: true,
            },
            sees("the line waits again", ".paymentline .send_payment_cancel"),
            ReceiptScreen.isShown(),
        ].flat(),
});
