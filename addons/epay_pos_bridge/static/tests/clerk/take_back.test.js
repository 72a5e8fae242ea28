import {
    FakeServer,
    makeSession,
    mountClerk,
    refusal,
} from "@epay_counter/../tests/clerk/clerk_test_helpers.esm";
import {animationFrame, mockVibrate} from "@odoo/hoot-mock";
import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {contains, patchWithCleanup} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {press} from "@odoo/hoot-dom";
import {standInForRegister} from "./register_stand_in.esm";

describe.current.tags("desktop");
defineMailModels();

beforeEach(standInForRegister);
beforeEach(() => mockVibrate(() => true));

const BUTTON = "[data-epay=take-back]";

async function mountShown(state, allowed, values = {}) {
    const session = makeSession(state, {allowed: ["cancel", ...allowed], ...values});
    const server = new FakeServer({session});
    const clerk = await mountClerk(server);
    await animationFrame();
    return {clerk, server};
}

for (const [state, screen, values] of [
    ["open", "show", {}],
    ["engaged", "engaged", {}],
    ["engaged", "declined", {reason: "Declined."}],
    ["chosen", "check", {}],
]) {
    test(`a basket is taken back from the screen “${screen}”`, async () => {
        const {server} = await mountShown(state, ["take_back"], values);
        expect("main").toHaveAttribute("data-screen", screen);
        expect(BUTTON).toHaveText("Scan more");
        server.on("take_back", () =>
            server.moveTo(
                makeSession("draft", {
                    ...{lines: [], is_live: false, own_terms: false, delivery: false},
                    ...{amount: 4.2, amount_text: "4.20 €", most_discount: 0},
                    ...{code_url: false, code_svg: false},
                    allowed: ["cancel", "scan", "set_line"],
                })
            )
        );
        await contains(BUTTON).click();
        await animationFrame();
        expect(server.of("take_back")[0].args).toEqual([[11]]);
        expect("main").toHaveAttribute("data-screen", "scan");
    });
}

for (const state of ["open", "engaged", "chosen"]) {
    test(`what is no basket is not taken back (${state})`, async () => {
        await mountShown(state, []);
        expect("[data-epay=cancel-session]").toHaveCount(1);
        expect(BUTTON).toHaveCount(0);
    });
}

for (const [state, allowed, next] of [
    ["open", ["take_back"], "Press “Scan more”"],
    ["chosen", ["take_back"], "Press “Scan more”"],
    ["authorized", [], "once this deal is finished"],
    ["settled", [], "which is over"],
]) {
    test(`goods that are scanned too late are not silently lost (${state})`, async () => {
        const {clerk, server} = await mountShown(state, allowed);
        patchWithCleanup(clerk.sound, {play: (tune) => expect.step(tune)});
        for (const key of ["4", "0", "0", "6", "Enter"]) {
            await press(key);
        }
        await animationFrame();
        expect.verifySteps(["problem"]);
        expect(clerk.state.message.text).toInclude("4006");
        expect(clerk.state.message.text).toInclude(next);
        expect(server.of("scan_many")).toEqual([]);
    });
}

test("a refusal says why, and the deal stays on the screen", async () => {
    const {clerk, server} = await mountShown("chosen", ["take_back"]);
    server.on("take_back", refusal("wrong_state", "The customer is paying."));
    await contains(BUTTON).click();
    await animationFrame();
    expect(clerk.state.message.text).toBe("The customer is paying.");
    expect("main").toHaveAttribute("data-screen", "check");
});
