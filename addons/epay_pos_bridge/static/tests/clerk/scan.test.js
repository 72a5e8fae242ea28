import * as barcodeDialog from "@web/core/barcode/barcode_dialog";
import {
    FakeServer,
    lost,
    makeCounter,
    makeSession,
    mountClerk,
    mountReturn,
    refusal,
} from "@epay_counter/../tests/clerk/clerk_test_helpers.esm";
import {KeyBurst, isArticleNumber} from "@epay_pos_bridge/clerk/scanner.esm";
import {advanceTime, animationFrame, mockVibrate} from "@odoo/hoot-mock";
import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {contains, getService, patchWithCleanup} from "@web/../tests/web_test_helpers";
import {edit, press, queryAllTexts} from "@odoo/hoot-dom";
import {browser} from "@web/core/browser/browser";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {standInForRegister} from "./register_stand_in.esm";

describe.current.tags("desktop");
defineMailModels();

beforeEach(standInForRegister);
beforeEach(() => mockVibrate(() => true));

const BREAD = "4006381333931";
const COFFEE = "4012345678901";
const INPUT = "[data-epay=scan-input]";
const LINE = "[data-epay=session-line]";
const REFUSED = "[data-epay=refused-scan]";

function makeLine(values = {}) {
    return {
        id: 31,
        name: "Bread",
        barcode: BREAD,
        quantity: 1,
        uom: "Units",
        is_pieces: true,
        price_unit: 4.2,
        price_text: "4.20 €",
        subtotal: 4.2,
        subtotal_text: "4.20 €",
        discount: 0,
        own_discount: 0,
        note: false,
        put_number: 1,
        is_counted: false,
        available: false,
        ...values,
    };
}

function makeBasket(lines, values = {}) {
    const amount = lines.reduce((total, {subtotal}) => total + subtotal, 0);
    return makeSession("draft", {
        amount,
        amount_text: `${amount.toFixed(2)} €`,
        description: false,
        turn: "clerk",
        lines,
        allowed: ["cancel", "scan", "set_line", ...(lines.length ? ["publish"] : [])],
        is_live: false,
        own_terms: false,
        most_discount: 0,
        code_url: false,
        code_svg: false,
        delivery: false,
        ...values,
    });
}

/** The server takes what is scanned, one line for each code; but not the unknown. */
function taking(server, unknown = []) {
    return ({args}) => {
        const [, scans] = args;
        const told = scans.map(({key, barcode}) => {
            const taken = !unknown.includes(barcode);
            return {
                key,
                barcode,
                taken,
                code: !taken && "unknown_barcode",
                text: !taken && `No product has the code ${barcode}.`,
                line_id: taken && 31,
            };
        });
        const before = server.session ? server.session.lines : [];
        const added = told
            .filter(({taken}) => taken)
            .map((scan, place) =>
                makeLine({
                    id: 31 + before.length + place,
                    put_number: before.length + place + 1,
                })
            );
        const lines = [...before, ...added];
        const basket = lines.length ? makeBasket(lines) : false;
        return {...server.moveTo(basket), scans: told};
    };
}

/** The scan screen, opened by the menu or because there is a basket. */
async function openScan(session = false) {
    const server = new FakeServer({session});
    const clerk = await mountClerk(server);
    await animationFrame();
    if (!session) {
        await contains(".epay-menu-toggle").click();
        await contains("[data-epay-menu=scan]").click();
    }
    return {clerk, server};
}

function scanned(barcode) {
    getService("barcode").bus.trigger("barcode_scanned", {barcode});
}

const sentCodes = (server) =>
    server
        .of("scan_many")
        .map(({args}) => args[1].map(({barcode}) => barcode).join(" "));

test("a draft deal is the basket, the last line on top", async () => {
    await openScan(
        makeBasket([makeLine(), makeLine({id: 32, name: "Coffee", put_number: 2})])
    );
    expect("main").toHaveAttribute("data-screen", "scan");
    expect(`${LINE}:first`).toHaveText(/Coffee/);
    expect("[data-epay=session-amount]").toHaveText("8.40 €");
});

test("the way to the scanning stands before the last amounts", async () => {
    await mountClerk(
        new FakeServer({counter: makeCounter({recent_amounts: [61.78, 129.18]})})
    );
    await animationFrame();
    expect(queryAllTexts(".epay-recents button")[0]).toBe("Scan goods");
});

test("a typed code goes to the server and becomes a line", async () => {
    const {server} = await openScan();
    server.on("scan_many", taking(server));
    await contains(INPUT).click();
    await edit(BREAD);
    await press("Enter");
    await animationFrame();
    expect(sentCodes(server)).toEqual([BREAD]);
    expect(LINE).toHaveCount(1);
    expect(INPUT).toHaveValue("");
});

test("a scanner is heard anywhere", async () => {
    const {server} = await openScan();
    server.on("scan_many", taking(server));
    scanned(BREAD);
    await animationFrame();
    expect(sentCodes(server)).toEqual([BREAD]);
});

test("what is scanned during a call goes together with the next one", async () => {
    const {server} = await openScan();
    const calls = [];
    const slow = ({args}) =>
        new Promise((resolve) => {
            calls.push(() => resolve(taking(server)({args})));
        });
    server.on("scan_many", slow, slow);
    for (let number = 0; number < 10; number++) {
        scanned(BREAD);
    }
    await animationFrame();
    expect(sentCodes(server)).toEqual([BREAD]);
    calls[0]();
    await animationFrame();
    await animationFrame();
    expect(sentCodes(server)).toEqual([BREAD, Array(9).fill(BREAD).join(" ")]);
    calls[1]();
    await animationFrame();
    await animationFrame();
    expect(LINE).toHaveCount(10);
});

test("each scan has a key of its own, and keeps it when it is sent again", async () => {
    const {server} = await openScan();
    server.on("scan_many", lost(), taking(server));
    scanned(BREAD);
    scanned(BREAD);
    await animationFrame();
    await advanceTime(500);
    await animationFrame();
    await animationFrame();
    const keys = server.of("scan_many").map(({args}) => args[1].map(({key}) => key));
    expect(keys[0]).toEqual(keys[1]);
    expect(new Set(keys.flat()).size).toBe(2);
});

test("an unknown code is said, and keeps no other from being taken", async () => {
    const {server} = await openScan();
    server.on("scan_many", taking(server), taking(server, [COFFEE]));
    scanned(BREAD);
    scanned(COFFEE);
    await animationFrame();
    await animationFrame();
    expect(LINE).toHaveCount(1);
    expect(REFUSED).toHaveCount(1);
    expect(REFUSED).toHaveAttribute("data-code", "unknown_barcode");
    expect(REFUSED).toHaveText(new RegExp(COFFEE));
    await contains("[data-epay=search-instead]").click();
    expect(REFUSED).toHaveCount(0);
    expect(INPUT).toBeFocused();
});

test("what is refused is heard and felt: the clerk looks at the goods", async () => {
    const {clerk, server} = await openScan();
    clerk.sound.play = (tune) => expect.step(tune);
    mockVibrate((pattern) => {
        expect.step(`vibrate ${pattern}`);
        return true;
    });
    server.on("scan_many", taking(server), taking(server, [COFFEE]));
    scanned(BREAD);
    await animationFrame();
    await animationFrame();
    expect.verifySteps([]);
    scanned(COFFEE);
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["problem", "vibrate 200,80,200"]);
});

test("the camera's code goes into the basket", async () => {
    patchWithCleanup(browser.navigator, {mediaDevices: {getUserMedia: () => true}});
    patchWithCleanup(barcodeDialog, {scanBarcode: async () => BREAD});
    const {server} = await openScan();
    server.on("scan_many", taking(server));
    await contains("[data-epay=scan-camera]").click();
    await animationFrame();
    expect(sentCodes(server)).toEqual([BREAD]);
    expect(LINE).toHaveCount(1);
});

test("a camera that can't be used says what to do instead", async () => {
    patchWithCleanup(browser.navigator, {mediaDevices: {getUserMedia: () => true}});
    patchWithCleanup(barcodeDialog, {
        scanBarcode: async () => {
            throw new Error("Not allowed.");
        },
    });
    const {clerk, server} = await openScan();
    await contains("[data-epay=scan-camera]").click();
    await animationFrame();
    expect(clerk.state.message.text).toMatch(/Not allowed\. Type the code instead/);
    expect(server.of("scan_many")).toHaveLength(0);
});

test("without a camera there is nothing to scan with", async () => {
    patchWithCleanup(browser.navigator, {mediaDevices: undefined});
    await openScan();
    expect("[data-epay=scan-camera]").toHaveCount(0);
});

test("prices that were agreed with the customer are said to be so", async () => {
    await openScan(makeBasket([makeLine()], {own_terms: true}));
    expect("[data-epay=own-terms]").toHaveCount(1);
});

test("a refusal of the whole call says so for every code", async () => {
    const {server} = await openScan();
    server.on("scan_many", refusal("counter_busy", "Somebody pays."));
    scanned(BREAD);
    await animationFrame();
    await animationFrame();
    expect(REFUSED).toHaveText(/Somebody pays/);
});

test("a name is searched, and what is found goes into the basket", async () => {
    const {server} = await openScan();
    server.on("search_products", [
        {
            product_id: 7,
            name: "Country bread",
            barcode: BREAD,
            uom: "Units",
            quantity: 1,
            price_text: "4.20 €",
            total_text: "4.20 €",
            is_counted: true,
            available: 12,
        },
    ]);
    await contains(INPUT).click();
    await edit("country bread");
    await press("Enter");
    await animationFrame();
    expect("[data-epay=goods]").toHaveText(/Country bread/);
    expect("[data-epay=goods]").toHaveText(/12 in stock/);
    server.on("add_product", () => server.moveTo(makeBasket([makeLine()])));
    await contains("[data-epay=add-goods]").click();
    await animationFrame();
    expect(server.of("add_product")[0].args).toEqual([[11], 7]);
    expect("[data-epay=goods]").toHaveCount(0);
});

test("a price check changes nothing", async () => {
    const {server} = await openScan();
    server.on("check_price", {
        product_id: 7,
        name: "Country bread",
        barcode: BREAD,
        price_text: "4.20 €",
        is_counted: false,
    });
    await contains(INPUT).click();
    await edit(BREAD);
    await contains("[data-epay=check-price]").click();
    await animationFrame();
    expect("[data-epay=goods-price]").toHaveText("4.20 €");
    expect(server.of("scan_many")).toHaveLength(0);
});

test("what was looked up by its label is added by the label", async () => {
    const {server} = await openScan();
    server.on("check_price", {
        product_id: 7,
        name: "Apples (kg)",
        quantity: 0.53,
        price_text: "2.99 €",
        total_text: "1.58 €",
        is_counted: false,
    });
    await contains(INPUT).click();
    await edit("2100010005304");
    await contains("[data-epay=check-price]").click();
    await animationFrame();
    expect("[data-epay=goods-price]").toHaveText("1.58 €");
    expect("[data-epay=goods-count]").toHaveText("0.53 × 2.99 €");
    await contains("[data-epay=add-goods]").click();
    await animationFrame();
    const [[, [{barcode}]]] = server.of("scan_many").map(({args}) => args);
    expect(barcode).toBe("2100010005304");
    expect(server.of("add_product")).toHaveLength(0);
});

test("one more, one less, away", async () => {
    const {server} = await openScan(makeBasket([makeLine({quantity: 2})]));
    await contains("[data-epay=line-more]").click();
    await contains("[data-epay=line-less]").click();
    await contains("[data-epay=line-edit]").click();
    await contains("[data-epay=line-remove]").click();
    const asked = server.of("set_line").map(({args}) => args.slice(1, 3));
    expect(asked).toEqual([
        [31, "3"],
        [31, "1"],
        [31, "0"],
    ]);
});

test("quantity, discount and note of a line", async () => {
    const {server} = await openScan(makeBasket([makeLine()], {most_discount: 10}));
    await contains("[data-epay=line-edit]").click();
    await contains("[data-epay=line-quantity-input]").edit("2.5", {confirm: false});
    await contains("[data-epay=line-discount-input]").edit("10", {confirm: false});
    await contains("[data-epay=line-note-input]").edit("sliced", {confirm: false});
    await contains("[data-epay=line-save]").click();
    await animationFrame();
    expect(server.of("set_line")[0].args).toEqual([[11], 31, "2.5", "sliced", "10"]);
});

test("what is scanned while a line is being changed is not taken back", async () => {
    const {server} = await openScan(makeBasket([makeLine()]));
    await contains("[data-epay=line-edit]").click();
    let answer = false;
    server.on(
        "scan_many",
        () =>
            new Promise((resolve) => {
                answer = () => {
                    const basket = makeBasket([makeLine({quantity: 2})]);
                    resolve({...server.moveTo(basket), scans: []});
                };
            })
    );
    scanned(BREAD);
    await animationFrame();
    await contains("[data-epay=line-more]").click();
    await contains("[data-epay=line-save]").click();
    expect(server.of("set_line")).toEqual([]);
    answer();
    await animationFrame();
    expect("[data-epay=line-quantity-input]").toHaveValue("2");
    await contains("[data-epay=line-note-input]").edit("sliced", {confirm: false});
    await contains("[data-epay=line-save]").click();
    await animationFrame();
    expect(server.of("set_line")[0].args.slice(2, 4)).toEqual([false, "sliced"]);
});

test("who may give no discount is not asked for one", async () => {
    await openScan(makeBasket([makeLine()]));
    await contains("[data-epay=line-edit]").click();
    expect("[data-epay=line-discount-input]").toHaveCount(0);
});

test("how much is there is shown, and when it is too little", async () => {
    await openScan(
        makeBasket([makeLine({quantity: 3, is_counted: true, available: 2})])
    );
    expect(queryAllTexts("[data-epay=stock]")).toEqual(["only 2 in stock"]);
});

test("the basket is shown to the customer with the total that was seen", async () => {
    const {clerk, server} = await openScan(makeBasket([makeLine()]));
    server.on("publish", () => server.moveTo(makeSession("open", {amount: 4.2})));
    await contains("[data-epay=publish]").click();
    await animationFrame();
    expect(server.of("publish")[0].args).toEqual([[11], "4.20"]);
    expect(clerk.state.view).toBe(false);
    expect("main").toHaveAttribute("data-screen", "show");
});

test("an empty basket can't be shown", async () => {
    await openScan(makeBasket([]));
    expect("[data-epay=publish]").toHaveCount(0);
});

test("who scans where an amount is entered begins a basket", async () => {
    const server = new FakeServer();
    await mountClerk(server);
    await animationFrame();
    server.on("scan_many", taking(server));
    scanned(BREAD);
    await animationFrame();
    await animationFrame();
    expect("main").toHaveAttribute("data-screen", "scan");
    expect(sentCodes(server)).toEqual([BREAD]);
});

test("an amount that is typed quickly is no code", () => {
    expect(isArticleNumber("1234.56")).toBe(false);
    expect(isArticleNumber("12345678")).toBe(false);
    expect(isArticleNumber(BREAD)).toBe(true);
    expect(isArticleNumber("4006381333932")).toBe(false);
    expect(isArticleNumber("036000291452")).toBe(true);
    expect(isArticleNumber("96385074")).toBe(true);
});

/** Keys as they come into a field; pauses in milliseconds by their place. */
function typeInto(field, text, pauses = {}) {
    const burst = new KeyBurst();
    let now = 1000;
    [...text].forEach((key, place) => {
        now += pauses[place] || 20;
        burst.take({key, target: {...field}}, now);
        field.value += key;
    });
    burst.join();
    return {code: burst.scanned(now + 20), before: burst.before};
}

test("what stood in the field before the scanner typed stays there", () => {
    expect(typeInto({value: "sliced"}, BREAD)).toEqual({code: BREAD, before: "sliced"});
});

test("a code that a busy device gets in parts is one code", () => {
    const parts = typeInto({value: ""}, BREAD, {6: 400, 11: 300});
    expect(parts).toEqual({code: BREAD, before: ""});
});

test("what fingers type is no code", () => {
    const pauses = Object.fromEntries([...BREAD].map((_key, place) => [place, 200]));
    expect(typeInto({value: ""}, "12.50 EUR", pauses).code).toBe("");
});

test("the goods of a return are scanned, the same ones twice", async () => {
    const {server} = await mountReturn("open", {
        allowed: ["cancel", "choose_part", "scan_back"],
    });
    expect("[data-epay=scan-back]").toHaveCount(1);
    scanned(BREAD);
    scanned(BREAD);
    await animationFrame();
    await animationFrame();
    const asked = server.of("scan_back").map(({args}) => args);
    expect(asked).toEqual([
        [[6], BREAD],
        [[6], BREAD],
    ]);
});
