import {describe, expect, test} from "@odoo/hoot";
import {mockService, mountWithCleanup, onRpc} from "@web/../tests/web_test_helpers";
import {FillProgress} from "@epay_collection/office/fill_progress.esm";
import {RPCError} from "@web/core/network/rpc";
import {animationFrame} from "@odoo/hoot-mock";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const PROPS = {
    action: {
        type: "ir.actions.client",
        tag: "epay_collection.fill",
        params: {fill_id: 7, total: 1000},
    },
    actionId: 1,
    className: "",
};

function mockSteps(...steps) {
    onRpc("epay.collection.fill", "fill_step", ({args}) => {
        expect.step(`step ${args[0]}`);
        const step = steps.shift();
        if (step instanceof Error) {
            throw step;
        }
        return step;
    });
    mockService("action", {doAction: (action) => expect.step(action.res_model)});
}

const next = {res_model: "epay.collection.schedule"};

test("it goes on step by step, then to the schedule", async () => {
    mockSteps(
        {done: 500, made: 480, more: true, next},
        {done: 1000, made: 955, more: false, next}
    );
    await mountWithCleanup(FillProgress, {props: PROPS});
    await animationFrame();
    expect.verifySteps(["step 7", "step 7", "epay.collection.schedule"]);
    expect("[role=status]").toHaveText("1000 of 1000 looked at, 955 planned");
    expect("[role=progressbar]").toHaveAttribute("aria-valuenow", "100");
});

test("what is refused is said, and nothing goes on", async () => {
    const error = new RPCError("Closed");
    error.data = {message: "Schedule is closed now."};
    mockSteps(error);
    await mountWithCleanup(FillProgress, {props: PROPS});
    await animationFrame();
    expect.verifySteps(["step 7"]);
    expect("[role=alert]").toHaveText(/Schedule is closed now/);
});
