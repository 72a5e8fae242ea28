import {describe, expect, test} from "@odoo/hoot";
import {makeSession, makeVisit, mountSession, refusal} from "./clerk_test_helpers.esm";
import {animationFrame} from "@odoo/hoot-mock";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {queryRect} from "@odoo/hoot-dom";

describe.current.tags("desktop");
defineMailModels();

const MESSAGE = "[data-epay=message]";

/** A message about the deal that is shown: it was refused to be settled. */
async function refuseToSettle({clerk, server}) {
    server.on("settle", refusal("wrong_state", "It has moved on."));
    await clerk.settle();
    await clerk.refresh();
    await animationFrame();
}

test("a message goes with the deal that it is about", async () => {
    const app = await mountSession("authorized");
    await refuseToSettle(app);
    await app.clerk.refresh();
    await animationFrame();
    expect(MESSAGE).toHaveCount(1);
    app.server.moveTo(makeSession("open", {id: 6}));
    await app.clerk.refresh();
    await animationFrame();
    expect(MESSAGE).toHaveCount(0);
});

test("what is refused because of another deal stays beside that deal", async () => {
    const {clerk, server} = await mountSession("settled", {id: 4});
    server.on("register_sale", () => {
        server.moveTo(makeSession("open", {id: 6}));
        throw refusal("counter_busy", "Another deal is at the counter.");
    });
    await clerk.registerSale("5.00", false);
    await clerk.refresh();
    await animationFrame();
    expect("[data-epay=session]").toHaveAttribute("data-state", "open");
    expect(MESSAGE).toHaveCount(1);
});

test("a message covers neither whose turn it is nor the amount", async () => {
    const app = await mountSession("authorized");
    const places = ["[data-epay=settle]", "[data-epay=next]"].map((act) =>
        queryRect(act)
    );
    await refuseToSettle(app);
    const {top, bottom, left, right} = queryRect(MESSAGE);
    for (const shown of [".epay-turn", "[data-epay=session-amount]"]) {
        const other = queryRect(shown);
        const isApart =
            bottom <= other.top ||
            top >= other.bottom ||
            right <= other.left ||
            left >= other.right;
        expect(isApart).toBe(true, {message: shown});
    }
    expect(
        ["[data-epay=settle]", "[data-epay=next]"].map((act) => queryRect(act))
    ).toEqual(places);
});

test("the clerk is told that the phone has left an authorized deal", async () => {
    const {clerk, server} = await mountSession("authorized", {visit: makeVisit()});
    expect(".epay-note--warning").toHaveCount(0);
    server.moveTo(makeSession("authorized"));
    await clerk.refresh();
    await animationFrame();
    expect(".epay-note--warning").toHaveText(/phone has left the counter/);
});
