import {FakeServer, makeReturn, mountClerk, refusal} from "./clerk_test_helpers.esm";
import {advanceTime, animationFrame} from "@odoo/hoot-mock";
import {contains, getService} from "@web/../tests/web_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {browser} from "@web/core/browser/browser";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const NUMBER = "[data-epay=cancel-number-input]";
const AMOUNT = "[data-epay=cancel-amount-input]";
const FIND = "[data-epay=find-sale]";
const WAIT = "[data-epay=wait]";

async function openFind() {
    const server = new FakeServer();
    const clerk = await mountClerk(server);
    await animationFrame();
    clerk.startReturn();
    await animationFrame();
    await contains(NUMBER).edit("12", {confirm: false});
    await contains(AMOUNT).edit("121.20", {confirm: false});
    return {clerk, server};
}

/** The page is loaded anew, as the browser does it: nothing is told before. */
async function reload(clerk) {
    const kept = clerk.findDraft.load();
    clerk.close();
    clerk.findDraft.save(kept);
    await clerk.open();
    await animationFrame();
}

function tooMany(seconds) {
    const error = refusal("too_many_attempts", "Wait.");
    error.data.context.seconds = seconds;
    return error;
}

// --- the wait after wrong pairs ---

test("the wait after too many wrong pairs runs down to the next try", async () => {
    const {server} = await openFind();
    server.on("register_cancellation", tooMany(594));
    await contains(FIND).click();
    expect("[data-epay=message]").toHaveText(/manager can look/);
    expect(WAIT).toHaveText("Wait for 9:54");
    await advanceTime(4000);
    await animationFrame();
    expect(WAIT).toHaveText("Wait for 9:50");
    await advanceTime(592000);
    await animationFrame();
    expect(WAIT).toHaveText("You can try again now.");
    expect(NUMBER).toHaveValue("12");
});

// --- a reload ---

test("a reload of the page keeps what was typed to find a sale", async () => {
    const {clerk} = await openFind();
    await reload(clerk);
    expect(NUMBER).toHaveValue("12");
    expect(AMOUNT).toHaveValue("121.20");
});

test("who has left the page finds it empty", async () => {
    const {clerk} = await openFind();
    await contains(".epay-screen-back").click();
    clerk.startReturn();
    await animationFrame();
    expect(NUMBER).toHaveValue("");
});

test("once the sale is found nothing of the search is kept", async () => {
    const {clerk, server} = await openFind();
    server.on("register_cancellation", () => server.moveTo(makeReturn("open")));
    await contains(FIND).click();
    expect(clerk.findDraft.load()).toEqual([]);
});

// --- the browser's Back ---

const back = async () => {
    browser.history.back();
    await animationFrame();
    await animationFrame();
};

for (const page of ["return_find", "day", "sticker"]) {
    test(`Back on a page of the menu leads to the counter: ${page}`, async () => {
        const clerk = await mountClerk(new FakeServer());
        await animationFrame();
        await clerk.go(page);
        await animationFrame();
        expect("main").toHaveAttribute("data-screen", page);
        await back();
        expect("main").toHaveAttribute("data-screen", "keyin");
        // And once more, from another one
        await clerk.go("day");
        await animationFrame();
        await back();
        expect("main").toHaveAttribute("data-screen", "keyin");
    });
}

test("Back on a deal of the day list leads to the counter", async () => {
    const clerk = await mountClerk(new FakeServer());
    await animationFrame();
    const {server} = clerk;
    const session = makeReturn("reversed", {holds: false});
    server.on("focus", {session, counter: server.counter, message: false});
    await clerk.focus(session.id);
    await animationFrame();
    expect("main").toHaveAttribute("data-screen", "return_done");
    await back();
    await getService("epay_clerk").refresh();
    await animationFrame();
    expect("main").toHaveAttribute("data-screen", "keyin");
});
