import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import {browser} from "@web/core/browser/browser";
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

const wholeLine = browser.XMLHttpRequest;

/** No call reaches the server, as in a cellar. */
function cutLine() {
    browser.XMLHttpRequest = class extends wholeLine {
        send() {
            this.dispatchEvent(new Event("error"));
        }
    };
}

/** The line is lost while the customer pays: nobody takes the money twice. */
registry.category("web_tour.tours").add("epay_register_offline", {
    steps: () =>
        [
            ...ringUp(),
            {
                content: "the line is cut",
                trigger: "[data-epay=session][data-state=open] svg",
                run: cutLine,
            },
            {
                content: "the cashier is told, and it is back",
                trigger: "[data-epay=offline]",
                run: () => {
                    browser.XMLHttpRequest = wholeLine;
                },
            },
            ReceiptScreen.isShown(),
        ].flat(),
});

/** The customer pays otherwise, and the cashier takes the line for paid. */
registry.category("web_tour.tours").add("epay_register_force", {
    steps: () =>
        [
            ...ringUp(),
            {
                content: "force it",
                trigger: ".payment-screen:has([data-state=open] svg) .send_force_done",
                run: "click",
            },
            ReceiptScreen.isShown(),
            ReceiptScreen.clickNextOrder(),
            ProductScreen.isShown(),
        ].flat(),
});

const refund = () => [
    ...ProductScreen.clickRefund(),
    TicketScreen.selectOrder("001"),
    ProductScreen.clickNumpad("1"),
    TicketScreen.confirmRefund(),
    PaymentScreen.isShown(),
    PaymentScreen.clickRefundButton(),
    sees("the code is shown", "[data-epay=session][data-state=open] svg"),
];

/** Goods come back: the cashier cancels once, then the customer agrees on the phone. */
registry.category("web_tour.tours").add("epay_register_refund", {
    steps: () =>
        [
            ...ringUp(),
            ReceiptScreen.isShown(),
            ReceiptScreen.clickNextOrder(),
            ...refund(),
            {
                content: "the cashier may still cancel it",
                trigger: "[data-epay=cancel-refund]",
                run: "click",
            },
            PaymentScreen.clickRetryButton(),
            {
                content: "given back, and confirmed by the cashier",
                trigger: ".paymentline:contains(Refund Successful)",
            },
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
        ].flat(),
});
