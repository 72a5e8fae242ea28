import * as barcodeDialog from "@web/core/barcode/barcode_dialog";
import {FakeServer, lost, mountClerk, refusal} from "./clerk_test_helpers.esm";
import {contains, getService, patchWithCleanup} from "@web/../tests/web_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {edit, press} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {browser} from "@web/core/browser/browser";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const INPUT = "[data-epay=sticker-input]";
const RESULT = "[data-epay=sticker]";
const MESSAGE = "[data-epay=message]";
const CODE = "https://shop.example/epay/main/C11?s=3-ABCDEFGHJKLMNPQR";
const GENUINE = {sticker: "genuine", serial: "MAIN-C11-3", text: "It is ours."};
const OLD = {sticker: "old", serial: "MAIN-C11-2", text: "It was replaced."};
const FOREIGN = {sticker: "foreign", serial: false, text: "Take it down."};
const LETTERS = {sticker: "letters", serial: "MAIN-C11-3", text: "Scan it."};
const UNKNOWN = {sticker: "unknown", serial: false, text: "Compare them."};

/** The app's sticker check, opened by the menu. */
async function openCheck() {
    const server = new FakeServer();
    const clerk = await mountClerk(server);
    await animationFrame();
    await contains(".epay-menu-toggle").click();
    await contains("[data-epay-menu=sticker]").click();
    return {clerk, server};
}

async function check(text) {
    await contains(INPUT).edit(text, {confirm: false});
    await contains("[data-epay=check-sticker]").click();
}

const asked = ({server}) => server.of("check_sticker").map(({args}) => args);

for (const found of [GENUINE, LETTERS, OLD, FOREIGN, UNKNOWN]) {
    test(`a sticker is said to be ${found.sticker}`, async () => {
        const {server} = await openCheck();
        server.on("check_sticker", found);
        await check("3-ABCD");
        expect(asked({server})).toEqual([[[11], "3-ABCD"]]);
        expect(RESULT).toHaveAttribute("data-sticker", found.sticker);
        expect(RESULT).toHaveText(new RegExp(found.text));
        expect("[data-epay=serial]").toHaveCount(found.serial ? 1 : 0);
        // The next one is typed over it
        expect(INPUT).toBeFocused();
    });
}

test("letters that were typed are right, and the sticker is not genuine by that", async () => {
    const {server} = await openCheck();
    server.on("check_sticker", LETTERS);
    await check("3-ABCD");
    expect(`${RESULT} strong`).toHaveText("The letters are right. Now scan the code.");
    expect(".epay-sticker--genuine").toHaveCount(0);
});

test("the camera reads the sticker, and it is checked at once", async () => {
    patchWithCleanup(browser.navigator, {mediaDevices: {getUserMedia: () => true}});
    patchWithCleanup(barcodeDialog, {scanBarcode: async () => CODE});
    const {server} = await openCheck();
    server.on("check_sticker", GENUINE);
    await contains("[data-epay=scan-sticker]").click();
    await animationFrame();
    expect(asked({server})).toEqual([[[11], CODE]]);
    expect(RESULT).toHaveAttribute("data-sticker", "genuine");
});

test("a camera that can't be used says what to do instead", async () => {
    patchWithCleanup(browser.navigator, {mediaDevices: {getUserMedia: () => true}});
    patchWithCleanup(barcodeDialog, {
        scanBarcode: async () => {
            throw new Error("No permission.");
        },
    });
    await openCheck();
    await contains("[data-epay=scan-sticker]").click();
    expect(MESSAGE).toHaveText(/No permission\. Type the letters/);
});

test("without a camera there is nothing to scan with", async () => {
    patchWithCleanup(browser.navigator, {mediaDevices: undefined});
    await openCheck();
    expect("[data-epay=scan-sticker]").toHaveCount(0);
});

test("a scanner that reads anywhere is heard", async () => {
    const {server} = await openCheck();
    server.on("check_sticker", OLD);
    getService("barcode").bus.trigger("barcode_scanned", {barcode: CODE});
    await animationFrame();
    expect(asked({server})).toEqual([[[11], CODE]]);
    expect(RESULT).toHaveAttribute("data-sticker", "old");
});

test("a scanner that types into the field checks with its Enter", async () => {
    const {server} = await openCheck();
    server.on("check_sticker", GENUINE);
    await contains(INPUT).click();
    await edit(CODE);
    await press("Enter");
    await animationFrame();
    expect(RESULT).toHaveAttribute("data-sticker", "genuine");
});

test("nothing is asked for nothing", async () => {
    const {server} = await openCheck();
    await contains("[data-epay=check-sticker]").click();
    expect(MESSAGE).toHaveText(/Scan the code/);
    expect(asked({server})).toHaveLength(0);
});

test("the last result is gone while the next code is checked and not known", async () => {
    const {server} = await openCheck();
    server.on("check_sticker", GENUINE, lost());
    await check("3-ABCD");
    await check("4-ABCD");
    expect(RESULT).toHaveCount(0);
    expect(MESSAGE).toHaveText(/did not answer/);
});

test("a refusal is shown in the server's words", async () => {
    const {server} = await openCheck();
    server.on("check_sticker", refusal("not_your_counter", "It is not yours."));
    await check("3-ABCD");
    expect(MESSAGE).toHaveText(/It is not yours/);
    expect(RESULT).toHaveCount(0);
});
