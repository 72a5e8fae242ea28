import {advanceTime, animationFrame, freezeTime} from "@odoo/hoot-mock";
import {describe, expect, test} from "@odoo/hoot";
import {hover, leave, queryAllTexts, queryFirst} from "@odoo/hoot-dom";
import {makeSession, makeVisit, mountSession} from "./clerk_test_helpers.esm";
import {FRESH} from "@epay_counter/clerk/components/act_button/act_button.esm";
import {HANDS_OFF} from "@epay_counter/clerk/components/visit_list/visit_list.esm";
import {contains} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const BLUE = makeVisit({id: 71, phrase: "blue · tiger · lamp"});
const GREEN = makeVisit({id: 72, phrase: "green · river · cup"});
const RED = makeVisit({id: 73, phrase: "red · moon · door"});
const phrases = () => queryAllTexts(".epay-visit-phrase");

/** The app with two waiting phones of which the second one does something, and a third
 * one that comes. */
async function letPhonesMove({clerk, server}) {
    server.moveTo(server.session, {visits: [RED, GREEN, BLUE]});
    await clerk.refresh();
    await animationFrame();
}

test("the newest activity is on top", async () => {
    const app = await mountSession("open", {}, {visits: [BLUE, GREEN]});
    await letPhonesMove(app);
    expect(phrases()).toEqual([RED.phrase, GREEN.phrase, BLUE.phrase]);
});

test("while a hand is at the list no row moves; who is new comes below", async () => {
    const app = await mountSession("open", {}, {visits: [BLUE, GREEN]});
    await hover(".epay-visit");
    await letPhonesMove(app);
    expect(phrases()).toEqual([BLUE.phrase, GREEN.phrase, RED.phrase]);
    await leave();
    await advanceTime(HANDS_OFF - 100);
    await animationFrame();
    expect(phrases()).toEqual([BLUE.phrase, GREEN.phrase, RED.phrase]);
    await advanceTime(100);
    await animationFrame();
    expect(phrases()).toEqual([RED.phrase, GREEN.phrase, BLUE.phrase]);
});

test("a tap just after the rows have moved accepts nobody", async () => {
    const app = await mountSession("open", {}, {visits: [BLUE, GREEN]});
    freezeTime();
    await letPhonesMove(app);
    await contains("[data-epay=accept-visit]:first").click();
    expect(app.server.of("accept_visit")).toHaveLength(0);
    await advanceTime(FRESH);
    await contains("[data-epay=accept-visit]:first").click();
    expect(app.server.of("accept_visit")[0].args).toEqual([[11], RED.id]);
});

test("the keyboard stays at its row when the row moves", async () => {
    const app = await mountSession("open", {}, {visits: [BLUE, GREEN]});
    const button = queryFirst(
        `[data-phrase='${BLUE.phrase}'] [data-epay=accept-visit]`
    );
    button.focus();
    await letPhonesMove(app);
    expect(button).toBeFocused();
});

test("each row has the place that its customer reads, whatever their order", async () => {
    const visits = [
        {...GREEN, place: 2},
        {...BLUE, place: 1},
    ];
    await mountSession("open", {}, {visits});
    expect(queryAllTexts("[data-epay=visit-place]")).toEqual(["Place 2", "Place 1"]);
});

test("the clerk reads the words in the own language below those of the phone", async () => {
    const visit = {...BLUE, phrase: "bleu · tigre · lampe", phrase_here: BLUE.phrase};
    await mountSession("open", {}, {visits: [visit]});
    expect(".epay-visit-phrase").toHaveText("bleu · tigre · lampe");
    expect(".epay-words-here").toHaveText(BLUE.phrase);
});

test("a phone with a replaced sticker is marked, also once it is accepted", async () => {
    const visit = {...BLUE, sticker: "old"};
    const {clerk, server} = await mountSession("open", {}, {visits: [GREEN, visit]});
    expect(".epay-visit:eq(0) [data-epay=old-sticker]").toHaveCount(0);
    expect(".epay-visit:eq(1) [data-epay=old-sticker]").toHaveText("Old sticker");
    expect(".epay-visit:eq(1) [data-epay=old-sticker-why]").toBeVisible();
    server.moveTo(makeSession("engaged", {visit}), {visits: []});
    await clerk.refresh();
    await animationFrame();
    expect(".epay-phone [data-epay=old-sticker]").toHaveCount(1);
});

test("a phone that was sent away before is marked when it is back", async () => {
    const visit = {...BLUE, sent_away: true};
    await mountSession("open", {}, {visits: [GREEN, visit]});
    expect(".epay-visit:eq(0) [data-epay=sent-away]").toHaveCount(0);
    expect(".epay-visit:eq(1) [data-epay=sent-away]").toHaveText("Sent away before");
});

for (const state of ["authorizing", "authorized"]) {
    test(`a dead phone is let go and another one goes on: ${state}`, async () => {
        const bound = {visit: BLUE, allowed: ["cancel", "release_visit"]};
        const {clerk, server} = await mountSession(state, bound, {visits: [GREEN]});
        expect("[data-epay=accept-visit]").toHaveCount(0);
        const alone = makeSession(state, {allowed: ["cancel", "accept_visit"]});
        server.on("release_visit", () => server.moveTo(alone));
        await contains("[data-epay=release-visit]").click();
        expect("[data-epay=hand-over]").toHaveText(/shop\.example\/epay/);
        await clerk.refresh();
        await contains("[data-epay=accept-visit]").click();
        expect(server.of("accept_visit")[0].args).toEqual([[11], GREEN.id]);
    });
}

test("a press meant for a phone that just left does not accept the next one", async () => {
    const {clerk, server} = await mountSession("open", {}, {visits: [BLUE, GREEN]});
    freezeTime();
    server.moveTo(server.session, {visits: [GREEN]});
    await clerk.refresh();
    await animationFrame();
    await contains("[data-epay=accept-visit]").click();
    expect(server.of("accept_visit")).toHaveLength(0);
    await advanceTime(FRESH);
    await contains("[data-epay=accept-visit]").click();
    expect(server.of("accept_visit")[0].args).toEqual([[11], 72]);
});

test("the bar with the acts only says how many phones wait", async () => {
    await mountSession("open", {}, {visits: [BLUE, GREEN]});
    expect(".epay-screen-actions [data-epay=visit]").toHaveCount(0);
    expect(".epay-visit-jump").toHaveText("2 phones wait");
});

test("the way to the list takes the keyboard to its heading, to no Accept", async () => {
    await mountSession("open", {}, {visits: [BLUE, GREEN]});
    queryFirst(".epay-visit-jump").click();
    expect(".epay-visits h2").toBeFocused();
});

test("the banner says how many phones wait", async () => {
    const {clerk, server} = await mountSession("open", {}, {visits: [BLUE]});
    expect(".epay-turn").toHaveText(/Compare the words, then accept/);
    server.moveTo(server.session, {visits: [BLUE, GREEN]});
    await clerk.refresh();
    await animationFrame();
    expect(".epay-turn").toHaveText(/2 phones wait: compare the words/);
    server.moveTo(false);
    await clerk.refresh();
    await animationFrame();
    expect(".epay-turn").toHaveText(/Enter the amount: 2 phones wait/);
});

test("the words of who waits stand beside the amount that is keyed in", async () => {
    const {clerk, server} = await mountSession("open", {}, {visits: [GREEN, BLUE]});
    server.moveTo(false);
    await clerk.refresh();
    await animationFrame();
    expect("[data-epay=waiting-words]").toHaveText(`${GREEN.phrase}, and 1 more`);
});

test("a customer who leaves is named until the next one comes", async () => {
    const {clerk, server} = await mountSession("engaged", {visit: BLUE});
    server.moveTo(makeSession("open", {left: BLUE.phrase}));
    await clerk.refresh();
    await animationFrame();
    expect("[data-epay=customer-left]").toHaveText(
        `The customer left (${BLUE.phrase}). Show the code again.`
    );
    server.moveTo(makeSession("open"));
    await clerk.refresh();
    await animationFrame();
    expect("[data-epay=customer-left]").toHaveCount(0);
});

test("it is the clerk's turn when a phone comes in the place of one that is gone", async () => {
    const alone = {visit: false, allowed: ["cancel", "accept_visit"]};
    await mountSession("authorizing", alone, {visits: [GREEN]});
    expect(".epay-turn").toHaveText(/Your turn/);
    expect(".epay-turn").toHaveText(/Compare the words/);
    expect(".epay-screen-actions .epay-visit-jump").toHaveCount(1);
});

test("a page of the menu does not ask for another phone", async () => {
    const alone = {visit: false, allowed: ["cancel", "accept_visit"]};
    const {clerk} = await mountSession("authorizing", alone, {visits: [GREEN]});
    expect("[data-epay=hand-over]").toHaveCount(1);
    await clerk.go("sticker");
    await animationFrame();
    expect("[data-epay=hand-over]").toHaveCount(0);
    expect(".epay-visit-jump").toHaveCount(0);
});

test("of many who wait while another one is served three are named", async () => {
    const visits = [1, 2, 3, 4, 5].map((id) => makeVisit({id, phrase: `phone ${id}`}));
    await mountSession("engaged", {}, {visits});
    expect(".epay-screen-more").toHaveText(
        "5 more phones wait for their turn: phone 1, phone 2, phone 3, and 2 more"
    );
});

test("who waits while another one is served is told", async () => {
    await mountSession("engaged", {}, {visits: [GREEN]});
    expect(".epay-screen-more").toHaveText(/green · river · cup/);
    expect(".epay-screen-more").not.toHaveText(/let the phone .* go first/);
});

test("who waits is named in the clerk's language, too", async () => {
    const visit = {
        ...GREEN,
        phrase: "vert · fleuve · tasse",
        phrase_here: GREEN.phrase,
    };
    await mountSession("engaged", {}, {visits: [visit]});
    expect(".epay-screen-more").toHaveText(
        /vert · fleuve · tasse \(green · river · cup\)/
    );
});

test("how another phone takes the place of a dead one is said beside it", async () => {
    const bound = {visit: {...BLUE, away: true}, allowed: ["cancel", "release_visit"]};
    await mountSession("engaged", bound, {visits: [GREEN]});
    expect(".epay-phone").toHaveText(/let it go, and another phone can join/);
    expect(".epay-screen-more").toHaveText(/let the phone at the counter go first/);
});

test("a phone that left while it confirms is not said to be there", async () => {
    const {clerk, server} = await mountSession("authorizing", {visit: BLUE});
    expect(".epay-waiting").toHaveText(/confirms the payment on the phone/);
    server.moveTo(makeSession("authorizing", {visit: false}));
    await clerk.refresh();
    await animationFrame();
    expect(".epay-waiting").toHaveText(/The phone has left/);
});
