import {FakeServer, mountClerk} from "./clerk_test_helpers.esm";
import {describe, expect, test} from "@odoo/hoot";
import {animationFrame} from "@odoo/hoot-mock";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const MINUTE = 60000;

function parkedDeal(id, values) {
    return {
        id,
        name: `MAIN00012${id}`,
        amount_text: "12.50 €",
        state: "authorized",
        turn: "clerk",
        in_doubt: false,
        parked: true,
        authorized_until: false,
        ...values,
    };
}

test("a parked deal says how long its authorization holds", async () => {
    const until = (minutes) => new Date(Date.now() + minutes * MINUTE).toISOString();
    const server = new FakeServer();
    server.counter.parked = [
        parkedDeal(1, {authorized_until: until(90)}),
        parkedDeal(2, {authorized_until: until(1)}),
        parkedDeal(3, {state: "settling"}),
    ];
    await mountClerk(server);
    await animationFrame();
    const remaining = (id) => `.epay-parked-deal[data-id='${id}'] .epay-remaining`;
    expect(remaining(1)).toHaveText(/1 h (29|30) min/);
    expect(remaining(1)).not.toHaveClass("epay-remaining--late");
    expect(remaining(2)).toHaveClass("epay-remaining--late");
    expect(remaining(3)).toHaveCount(0);
});
