import {advanceTime, animationFrame, freezeTime} from "@odoo/hoot-mock";
import {contains, patchWithCleanup} from "@web/../tests/web_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {makeSession, mountSession} from "./clerk_test_helpers.esm";
import {press, queryOne} from "@odoo/hoot-dom";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {localization} from "@web/core/l10n/localization";

describe.current.tags("desktop");
defineMailModels();

const DROP = "[data-epay=cancel-session]";
const QUESTION = "#epay_drop_question";
const centre = (selector) => {
    const {x, y, width, height} = queryOne(selector).getBoundingClientRect();
    return {x: x + width / 2, y: y + height / 2};
};

for (const state of ["authorizing", "authorized"]) {
    test(`a double tap on Drop asks, and does nothing: ${state}`, async () => {
        const {server} = await mountSession(state, {
            turn: state === "authorizing" ? "customer" : "clerk",
        });
        const place = centre(DROP);
        freezeTime();
        await contains(DROP).click();
        expect(QUESTION).toHaveCount(1);
        // What lies under the finger now is harmless, and not even heard yet.
        expect(centre("[data-epay=keep-session]")).toEqual(place);
        await contains("[data-epay=keep-session]").click();
        expect(QUESTION).toHaveCount(1);
        await contains(DROP).click();
        expect(server.of("cancel")).toHaveLength(0);
        expect(server.of("next")).toHaveLength(0);
        await advanceTime(500);
        await contains(DROP).click();
        expect(server.of("cancel")).toHaveLength(1);
    });
}

test("Enter twice on Drop keeps the deal", async () => {
    const {server} = await mountSession("authorized");
    queryOne(DROP).focus();
    await press("Enter");
    await animationFrame();
    expect("[data-epay=keep-session]").toBeFocused();
    await advanceTime(500);
    await press("Enter");
    await animationFrame();
    expect(QUESTION).toHaveCount(0);
    expect(server.of("cancel")).toHaveLength(0);
});

test("the question moves no other act", async () => {
    await mountSession("authorized");
    const before = ["[data-epay=settle]", "[data-epay=next]"].map(centre);
    await contains(DROP).click();
    expect(["[data-epay=settle]", "[data-epay=next]"].map(centre)).toEqual(before);
});

test("the question says what happens to the money, as far as there is any", async () => {
    const cases = [
        ["authorizing", {}, /just be confirming 80\.78 €/],
        ["authorizing", {charged_at_once: true}, /just be confirming 80\.78 €/],
        ["authorized", {}, /release the authorization of 80\.78 €/],
        ["authorized", {charged_at_once: true}, /give 80\.78 € back/],
    ];
    const {clerk, server} = await mountSession("authorizing");
    for (const [state, values, sentence] of cases) {
        server.moveTo(makeSession(state, values));
        await clerk.refresh();
        await animationFrame();
        await contains(DROP).click();
        expect(QUESTION).toHaveText(sentence);
        await press("Escape");
        await animationFrame();
    }
});

test("a method that will charge at once has not charged yet: dropping never asks", async () => {
    const {server} = await mountSession("chosen", {charged_at_once: true});
    await contains(DROP).click();
    expect(server.of("cancel")).toHaveLength(1);
});

test("money that was given back is named", async () => {
    await mountSession("cancelled", {money: "returned"});
    expect(".epay-calm").toHaveText(/80\.78 € were given back/);
});

test("an amount in a question from right to left keeps its own direction", async () => {
    await mountSession("authorized");
    patchWithCleanup(localization, {direction: "rtl"});
    await contains(DROP).click();
    expect(queryOne(QUESTION).textContent).toInclude("\u206880.78 €\u2069");
});
