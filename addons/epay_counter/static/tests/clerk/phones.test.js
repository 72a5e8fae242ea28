import {advanceTime, animationFrame, freezeTime} from "@odoo/hoot-mock";
import {describe, expect, test} from "@odoo/hoot";
import {makeSession, makeVisit, mountSession} from "./clerk_test_helpers.esm";
import {contains} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {queryAllTexts} from "@odoo/hoot-dom";

describe.current.tags("desktop");
defineMailModels();

const BLUE = makeVisit({id: 71, phrase: "blue · tiger · lamp"});
const GREEN = makeVisit({id: 72, phrase: "green · river · cup"});
const RED = makeVisit({id: 73, phrase: "red · moon · door"});
const phrases = () => queryAllTexts(".epay-visit-phrase");

test("phones keep their places, whoever was heard of last; new ones come below", async () => {
    const {clerk, server} = await mountSession("open", {}, {visits: [BLUE, GREEN]});
    server.moveTo(server.session, {visits: [RED, GREEN, BLUE]});
    await clerk.refresh();
    await animationFrame();
    expect(phrases()).toEqual([BLUE.phrase, GREEN.phrase, RED.phrase]);
});

test("a press meant for a phone that just left does not accept the next one", async () => {
    const {clerk, server} = await mountSession("open", {}, {visits: [BLUE, GREEN]});
    freezeTime();
    server.moveTo(server.session, {visits: [GREEN]});
    await clerk.refresh();
    await animationFrame();
    await contains("[data-epay=accept-visit]").click();
    expect(server.of("accept_visit")).toHaveLength(0);
    await advanceTime(500);
    await contains("[data-epay=accept-visit]").click();
    expect(server.of("accept_visit")[0].args).toEqual([[11], 72]);
});

test("the bar with the acts only says how many phones wait", async () => {
    await mountSession("open", {}, {visits: [BLUE, GREEN]});
    expect(".epay-screen-actions [data-epay=visit]").toHaveCount(0);
    expect(".epay-visit-jump").toHaveText("2 phones wait");
});

test("who waits while another one is served is told", async () => {
    await mountSession("engaged", {}, {visits: [GREEN]});
    expect(".epay-screen-more").toHaveText(/green · river · cup/);
});

test("a phone that left while it confirms is not said to be there", async () => {
    const {clerk, server} = await mountSession("authorizing", {visit: BLUE});
    expect(".epay-waiting").toHaveText(/confirms the payment on the phone/);
    server.moveTo(makeSession("authorizing", {visit: false}));
    await clerk.refresh();
    await animationFrame();
    expect(".epay-waiting").toHaveText(/The phone has left/);
});
