import {advanceTime, animationFrame, freezeTime} from "@odoo/hoot-mock";
import {describe, expect, test} from "@odoo/hoot";
import {makeSession, mountSession} from "./clerk_test_helpers.esm";
import {FRESH} from "@epay_counter/clerk/components/act_button/act_button.esm";
import {click} from "@odoo/hoot-dom";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const CASES = [
    ["engaged", "chosen", "request-authorization", "request_authorization"],
    ["chosen", "authorized", "settle", "settle"],
    ["authorized", "settled", "next", "next"],
];

for (const [before, after, mark, verb] of CASES) {
    test(`a slow second tap does not press what has come up: ${mark}`, async () => {
        const {clerk, server} = await mountSession(before);
        // A busy machine's own time must not count.
        freezeTime();
        server.moveTo(makeSession(after));
        await clerk.refresh();
        await animationFrame();
        const button = `[data-epay=${mark}].epay-button--main`;
        expect(button).toHaveAttribute("aria-disabled", "true");
        await advanceTime(FRESH - 50);
        await click(button);
        await animationFrame();
        expect(server.of(verb)).toHaveLength(0);
        await advanceTime(50);
        await animationFrame();
        expect(button).not.toHaveAttribute("aria-disabled");
        await click(button);
        await animationFrame();
        expect(server.of(verb)).toHaveLength(1);
    });
}
