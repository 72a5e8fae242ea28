import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";

const LOOK = `
    :root { color-scheme: light; }
    body { margin: 0; min-height: 100vh; display: grid; place-content: center;
        justify-items: center; gap: 2vh; padding: 4vh 4vw; box-sizing: border-box;
        background: #fff; color: #121822; text-align: center;
        font-family: system-ui, sans-serif; font-variant-numeric: tabular-nums; }
    body:is([data-state=settled], [data-state=reversed]) { background: #14753d; color: #fff; }
    p { margin: 0; }
    .store { font-size: 3vh; opacity: 0.8; }
    .amount { font-size: 15vh; font-weight: 750; letter-spacing: -0.02em; line-height: 1.1; }
    .code svg { width: 46vh; height: 46vh; display: block; }
    .say { font-size: 5vh; font-weight: 600; }
`;

/** What the customer reads under the amount. */
const SENTENCES = {
    open: () => _t("Read the code with your phone"),
    engaged: () => _t("Choose on your phone how to pay"),
    chosen: () => _t("One moment, please"),
    authorizing: () => _t("Please look at your phone"),
    authorized: () => _t("One moment, please"),
    settling: () => _t("One moment, please"),
    settled: () => _t("Thank you!"),
};

/** The same of a return. */
const RETURN_SENTENCES = {
    open: () => _t("Read the code with your phone"),
    engaged: () => _t("Please answer on your phone"),
    consented: () => _t("One moment, please"),
    inquiring: () => _t("One moment, please"),
    cancellable: () => _t("One moment, please"),
    reversing: () => _t("One moment, please"),
    reversed: () => _t("Your money is on its way back"),
};

/** The same where the customer enters the amount. */
const OWN_SENTENCES = {
    ...SENTENCES,
    engaged: () => _t("Enter the amount on your phone"),
};

function sentenceOf({kind, state, amount_by: by}) {
    if (kind === "cancellation") {
        return RETURN_SENTENCES[state];
    }
    return (by === "customer" ? OWN_SENTENCES : SENTENCES)[state];
}

function element(doc, name, text) {
    const node = doc.createElement(name === "code" ? "div" : "p");
    node.className = name;
    node.textContent = text;
    return node;
}

/**
 * A second window for a screen that faces the customer: amount and code, nothing else.
 * It lives in the clerk app and shows what the app shows.
 */
export class CustomerWindow {
    constructor() {
        this.window = null;
    }

    get isOpen() {
        return Boolean(this.window && !this.window.closed);
    }

    /**
     * @param {Object} state of the clerk service
     */
    open(state) {
        this.window = browser.open(
            "",
            "epay_customer_window",
            "popup,width=900,height=700"
        );
        if (!this.window) {
            return false;
        }
        const {document: doc} = this.window;
        doc.title = state.counter.store.name;
        const style = doc.createElement("style");
        style.textContent = LOOK;
        doc.head.replaceChildren(style);
        this.show(state);
        return true;
    }

    close() {
        if (this.isOpen) {
            this.window.close();
        }
    }

    /**
     * @param {Object} state of the clerk service
     */
    show({counter, session}) {
        if (!this.isOpen || !counter) {
            return;
        }
        const {document: doc} = this.window;
        const say = session && sentenceOf(session);
        const nodes = [
            element(doc, "store", [counter.store.name, counter.name].join(" · ")),
        ];
        if (say && session.amount_text) {
            nodes.push(element(doc, "amount", session.amount_text));
        }
        if (session && session.state === "open" && session.code_svg) {
            const code = element(doc, "code", "");
            code.innerHTML = session.code_svg;
            nodes.push(code);
        }
        nodes.push(element(doc, "say", say ? say() : _t("Welcome")));
        doc.body.dataset.state = session ? session.state : "none";
        doc.body.replaceChildren(...nodes);
    }
}
