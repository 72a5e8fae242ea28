import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";

const CODE = "[data-epay=session][data-state=open] svg";
const WHOLE_LINE = browser.XMLHttpRequest;

/** The register can't ask any more; what Odoo does without a line, it tests itself. */
function cutLine() {
    browser.XMLHttpRequest = class extends WHOLE_LINE {
        open(method, url) {
            this.isCut = url.includes("/epay_status");
            super.open(...arguments);
        }

        send() {
            if (this.isCut) {
                this.dispatchEvent(new Event("error"));
            } else {
                super.send(...arguments);
            }
        }
    };
}

function mendLine() {
    browser.XMLHttpRequest = WHOLE_LINE;
}

const sees = (content, trigger) => ({content, trigger});
const does = (content, trigger, run = "click") => ({content, trigger, run});

/** The only payment method of the register is chosen by itself. */
const ringUp = () => [
    ...ProductScreen.clickDisplayedProduct("Country bread"),
    ...ProductScreen.clickPayButton(),
    sees("the code is shown", CODE),
];

/** The line is lost while the customer pays: nobody takes the money twice. */
const isPaidOverABadLine = () => [
    does("the line is cut", ".product-screen", cutLine),
    ...ringUp(),
    does("the cashier is told, and it is back", "[data-epay=offline]", mendLine),
    ...ReceiptScreen.isShown(),
    ...ReceiptScreen.clickNextOrder(),
];

/** The cashier cancels, tries it again, and takes money otherwise. */
const isForced = () => [
    ...ringUp(),
    ...PaymentScreen.clickCancelButton(),
    ...PaymentScreen.clickRetryButton(),
    does("force it", `.payment-screen:has(${CODE}) .send_force_done`),
    ...ReceiptScreen.isShown(),
    ...ReceiptScreen.clickNextOrder(),
];

/** Goods come back: the cashier cancels once, then the customer agrees on the phone. */
const isGivenBack = () => [
    ...ProductScreen.clickRefund(),
    ...TicketScreen.selectOrder("001"),
    ...ProductScreen.clickNumpad("1"),
    ...TicketScreen.confirmRefund(),
    ...PaymentScreen.isShown(),
    ...PaymentScreen.clickRefundButton(),
    does("cancel it", "[data-epay=cancel-refund]"),
    ...PaymentScreen.clickRetryButton(),
    sees(
        "given back, and the order is finished by itself",
        ".receipt-screen:contains(-4.20)"
    ),
];

registry.category("web_tour.tours").add("epay_register_day", {
    steps: () => [
        ...Chrome.startPoS(),
        ...isPaidOverABadLine(),
        ...isForced(),
        ...isGivenBack(),
    ],
});

/** The page is reloaded while the customer pays. */
registry.category("web_tour.tours").add("epay_register_reload", {
    steps: () => [
        ...Chrome.startPoS(),
        ...ringUp(),
        {
            ...does("reload the register", CODE, () => window.location.reload()),
            expectUnloadPage: true,
        },
        sees("the line waits again", ".paymentline .send_payment_cancel"),
        ...ReceiptScreen.isShown(),
    ],
});

/** The order is deleted while the customer is asked to pay it. */
registry.category("web_tour.tours").add("epay_register_deleted", {
    steps: () => [
        ...Chrome.startPoS(),
        ...ringUp(),
        Chrome.clickOrders(),
        ...TicketScreen.deleteOrder("001"),
        Dialog.confirm(),
        sees("it is gone", ".ticket-screen:not(:has(.order-row:contains(4.20)))"),
    ],
});
