import {registry} from "@web/core/registry";

const FORMS = "form#choose, form[data-epay=counter]";

/** Sends the form of a customer's page as the phone would, without leaving the app. */
async function submitForm(url, values = {}, selector = FORMS) {
    const page = await (await fetch(url)).text();
    const form = new DOMParser()
        .parseFromString(page, "text/html")
        .querySelector(selector);
    const data = new FormData(form);
    Object.entries(values).forEach(([name, value]) => data.set(name, value));
    const action = new URL(form.getAttribute("action"), url).href;
    const answer = await fetch(action, {
        method: "POST",
        body: new URLSearchParams(data),
    });
    return answer.url;
}

/** The customer's part: the phone comes by the counter's address, and chooses. */
const phone = {
    async join(portalUrl) {
        const {pathname} = new URL(portalUrl);
        this.visit = await submitForm(window.location.origin + pathname);
    },
    async choose() {
        const page = await (await fetch(this.visit)).text();
        const option = new DOMParser()
            .parseFromString(page, "text/html")
            .querySelector("input[name=option]");
        await submitForm(this.visit, {option: option.value});
    },
    consent() {
        return submitForm(this.visit, {}, "form[action$='/consent']");
    },
};

registry.category("web_tour.tours").add("epay_clerk_sale", {
    steps: () => [
        {
            content: "The amount is typed",
            trigger: ".o_epay_clerk [data-epay=amount-input]",
            run: "edit 80.7",
        },
        {
            content: "The last digit comes from the keypad",
            trigger: ".o_epay_clerk [data-key='8']",
            run: "click",
        },
        {
            content: "What it is for",
            trigger: "[data-epay=description-input]",
            run: "edit Two chairs",
        },
        {
            content: "Register",
            trigger: "[data-epay=register]",
            run: "click",
        },
        {
            content: "The one-time code is there to be read",
            trigger:
                "[data-epay=session][data-state=open] [data-epay=qr][data-url] svg",
        },
        {
            content: "The name of the counter can be said",
            trigger: "[data-epay=counter-name]:contains(Bakery)",
        },
        {
            content: "The amount is right; a phone comes by the address",
            trigger: "[data-epay=session-amount]:contains(80.78)",
            async run() {
                const address = document.querySelector("[data-epay=portal-url]");
                await phone.join(address.dataset.url);
            },
        },
        {
            content: "The phone waits and is accepted",
            trigger: "[data-epay=visit][data-phrase] [data-epay=accept-visit]",
            run: "click",
        },
        {
            content: "The customer sees the deal and chooses",
            trigger: "[data-epay=session][data-state=engaged]",
            run: () => phone.choose(),
        },
        {
            content: "The choice is checked",
            trigger: "[data-epay=session][data-state=chosen] [data-epay=method]",
        },
        {
            content: "The authorization is requested",
            trigger: "[data-epay=request-authorization]:not([aria-disabled])",
            run: "click",
        },
        {
            content: "It is the customer's turn; the clerk waits",
            trigger: "[data-epay=session][data-state=authorizing] .epay-waiting",
        },
        {
            content: "The banner says so",
            trigger: ".epay-turn[data-turn=customer]",
        },
    ],
});

registry.category("web_tour.tours").add("epay_clerk_return", {
    steps: () => [
        {
            content: "The menu",
            trigger: ".o_epay_clerk .epay-menu-toggle",
            run: "click",
        },
        {
            content: "has returns",
            trigger: "[data-epay-menu=return]",
            run: "click",
        },
        {
            content: "The number, without letters and zeros",
            trigger: "[data-epay=cancel-number-input]",
            run: "edit 1",
        },
        {
            content: "A wrong amount",
            trigger: "[data-epay=cancel-amount-input]",
            run: "edit 80.77",
        },
        {
            content: "finds nothing",
            trigger: "[data-epay=find-sale]",
            run: "click",
        },
        {
            content: "and says only that the pair is wrong",
            trigger: "[data-epay=message][data-code=no_match]",
        },
        {
            content: "Both are right",
            trigger: "[data-epay=cancel-amount-input]",
            run: "edit 80.78",
        },
        {
            content: "and find the sale",
            trigger: "[data-epay=find-sale]",
            run: "click",
        },
        {
            content: "What was bought is shown; only a part goes back",
            trigger: "[data-epay=session][data-state=open]:has([data-epay=origin])",
        },
        {
            content: "The clerk opens the choice",
            trigger: "[data-epay=open-part]",
            run: "click",
        },
        {
            content: "types an amount",
            trigger: "[data-epay=part-amount-input]",
            run: "edit 30.70",
        },
        {
            content: "and takes it",
            trigger: "[data-epay=choose-part]",
            run: "click",
        },
        {
            content: "It is shown with the code; a phone comes by the address",
            trigger:
                "[data-epay=session]:has([data-epay=qr]) [data-epay=session-amount]:contains(30.70)",
            async run() {
                const address = document.querySelector("[data-epay=portal-url]");
                await phone.join(address.dataset.url);
            },
        },
        {
            content: "The phone waits and is accepted",
            trigger: "[data-epay=visit][data-phrase] [data-epay=accept-visit]",
            run: "click",
        },
        {
            content: "The customer agrees",
            trigger: "[data-epay=session][data-state=engaged]",
            run: () => phone.consent(),
        },
        {
            content: "The provider is asked",
            trigger: "[data-epay=session][data-state=consented] [data-epay=inquire]",
            run: "click",
        },
        {
            content: "One question names the amount",
            trigger: "[data-epay=return-question]:contains(30.70)",
        },
        {
            content: "and is answered, once it was there to be read",
            trigger: "[data-epay=execute-cancellation]:not([aria-disabled])",
            run: "click",
        },
        {
            content: "The money is on its way back",
            trigger:
                "[data-epay=session][data-state=reversed] [data-epay=next]:not([aria-disabled])",
            run: "click",
        },
        {
            content: "The next customer can come",
            trigger: "[data-epay=amount-input]",
        },
    ],
});
