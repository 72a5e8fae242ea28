import {
    FakeServer,
    lost,
    makeCounter,
    makeSession,
    makeVisit,
    mountClerk,
    refusal,
} from "./clerk_test_helpers.esm";
import {advanceTime, animationFrame} from "@odoo/hoot-mock";
import {describe, expect, test} from "@odoo/hoot";
import {Deferred} from "@web/core/utils/concurrency";
import {RPCError} from "@web/core/network/rpc";
import {browser} from "@web/core/browser/browser";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {newClientKey} from "@epay_counter/clerk/utils/client_key.esm";
import {patchWithCleanup} from "@web/../tests/web_test_helpers";
import {user} from "@web/core/user";

describe.current.tags("desktop");
defineMailModels();

const keysOf = (calls) => calls.map(({kwargs}) => kwargs.client_key);
const storeName = () => `epay_clerk.pending.${user.userId}`;

test("a key is a UUID, also where the browser has no randomUUID", () => {
    const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
    expect(newClientKey()).toHaveLength(36);
    patchWithCleanup(window, {
        crypto: {getRandomValues: (bytes) => bytes.fill(255)},
    });
    expect(newClientKey()).toMatch(uuid);
});

test("an act carries a key and shows its answer", async () => {
    const server = new FakeServer();
    const clerk = await mountClerk(server);
    server.on("register_sale", () => server.moveTo(makeSession("open")));
    expect(await clerk.registerSale("80.78", "Two chairs")).toBe(true);
    const [call] = server.of("register_sale");
    expect(call.model).toBe("epay.counter");
    expect(call.args).toEqual([[11], "80.78", "Two chairs"]);
    expect(call.kwargs.client_key).toHaveLength(36);
    expect(clerk.state.session.state).toBe("open");
});

test("a lost answer repeats the same act with the same key", async () => {
    const server = new FakeServer();
    const clerk = await mountClerk(server);
    server.on("register_sale", lost(), lost(), () =>
        server.moveTo(makeSession("open"))
    );
    server.on("get_state", lost(), lost(), lost(), lost(), lost());
    const done = clerk.registerSale("80.78", false);
    await animationFrame();
    expect(clerk.state.online).toBe(false);
    expect("[data-epay=offline]").toHaveCount(1);
    expect("[data-epay=register]").toHaveText("Trying again…");
    await advanceTime(3000);
    expect(await done).toBe(true);
    const keys = keysOf(server.of("register_sale"));
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    await animationFrame();
    expect("[data-epay=offline]").toHaveCount(0);
    expect("[data-epay=session]").toHaveAttribute("data-state", "open");
});

test("an act that takes too long is given up and repeated", async () => {
    const server = new FakeServer();
    const clerk = await mountClerk(server);
    const never = new Deferred();
    never.abort = () => never.reject(lost());
    server.on(
        "next",
        () => never,
        () => server.moveTo(false)
    );
    const done = clerk.next();
    await animationFrame();
    never.abort();
    await advanceTime(2000);
    expect(await done).toBe(true);
    expect(new Set(keysOf(server.of("next"))).size).toBe(1);
});

test("two presses of one button are one act", async () => {
    const server = new FakeServer({session: makeSession("authorized")});
    const clerk = await mountClerk(server);
    const answer = new Deferred();
    server.on("settle", () => answer);
    const presses = [clerk.settle(), clerk.settle()];
    await animationFrame();
    expect(server.of("settle")).toHaveLength(1);
    answer.resolve(server.moveTo(makeSession("settled")));
    expect(await Promise.all(presses)).toEqual([true, true]);
    expect(server.of("settle")).toHaveLength(1);
});

test("acts are done one after the other", async () => {
    const server = new FakeServer();
    const clerk = await mountClerk(server);
    const first = new Deferred();
    server.on("register_sale", () => first);
    const sale = clerk.registerSale("5", false);
    const release = clerk.releaseVisit();
    await animationFrame();
    expect(server.of("release_visit")).toHaveLength(0);
    first.resolve(server.moveTo(makeSession("engaged")));
    await Promise.all([sale, release]);
    expect(server.of("release_visit")).toHaveLength(1);
});

test("a new press after an answer is a new act", async () => {
    const server = new FakeServer();
    const clerk = await mountClerk(server);
    await clerk.next();
    await clerk.next();
    const keys = keysOf(server.of("next"));
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
});

test("a busy deal is tried again with the same key, then refused", async () => {
    const server = new FakeServer({session: makeSession("authorized")});
    const clerk = await mountClerk(server);
    server.on("settle", refusal("busy", "Somebody else works on it."), () =>
        server.moveTo(makeSession("settled"))
    );
    const done = clerk.settle();
    await advanceTime(1000);
    expect(await done).toBe(true);
    expect(new Set(keysOf(server.of("settle"))).size).toBe(1);

    const steps = Array.from({length: 10}, () => refusal("busy", "Still working."));
    server.on("settle", ...steps);
    const refused = clerk.settle();
    await advanceTime(30000);
    expect(await refused).toBe(false);
    expect(clerk.state.message.text).toBe("Still working.");
});

test("a refusal is shown with its code, and nothing is left behind", async () => {
    const server = new FakeServer();
    const clerk = await mountClerk(server);
    server.on("register_sale", refusal("bad_amount", "Enter an amount above zero."));
    expect(await clerk.registerSale("0", false)).toBe(false);
    await animationFrame();
    expect("[data-epay=message]").toHaveText("Enter an amount above zero.");
    expect("[data-epay=message]").toHaveAttribute("data-code", "bad_amount");
    expect(browser.sessionStorage.getItem(storeName())).toBe(null);
    expect(clerk.state.acts).toHaveLength(0);
});

test("an error of the server is shown and logged, not thrown", async () => {
    const server = new FakeServer();
    const clerk = await mountClerk(server);
    patchWithCleanup(console, {error: () => expect.step("logged")});
    const error = new RPCError("Odoo Server Error");
    error.exceptionName = "builtins.ZeroDivisionError";
    error.data = {message: "division by zero"};
    server.on("next", error);
    expect(await clerk.next()).toBe(false);
    expect.verifySteps(["logged"]);
    expect(clerk.state.message.type).toBe("danger");
    expect(clerk.state.message.text).toInclude("division by zero");
});

test("an answer older than the screen is ignored", async () => {
    const server = new FakeServer();
    const clerk = await mountClerk(server);
    const old = {
        session: makeSession("open"),
        counter: makeCounter({version: 101}),
        message: false,
    };
    const slow = new Deferred();
    server.on("get_state", () => slow);
    const reading = clerk.refresh();
    server.on("accept_visit", () =>
        server.moveTo(makeSession("engaged"), {version: 105})
    );
    await clerk.acceptVisit(71);
    expect(clerk.state.session.state).toBe("engaged");
    slow.resolve(old);
    await reading;
    expect(clerk.state.session.state).toBe("engaged");
    expect(clerk.state.counter.version).toBe(105);
});

test("a reload goes on with the act under way, with its key", async () => {
    const server = new FakeServer({session: makeSession("authorized")});
    browser.sessionStorage.setItem(
        storeName(),
        JSON.stringify([
            {
                key: "11111111-2222-4333-8444-555555555555",
                counterId: 11,
                model: "epay.session",
                ids: [5],
                method: "settle",
                args: [],
                at: Date.now() - 5000,
            },
        ])
    );
    server.on("settle", () => server.moveTo(makeSession("settled")));
    await mountClerk(server);
    await animationFrame();
    const [call] = server.of("settle");
    expect(call.args).toEqual([[5]]);
    expect(call.kwargs.client_key).toBe("11111111-2222-4333-8444-555555555555");
    expect("[data-epay=session]").toHaveAttribute("data-state", "settled");
    expect(browser.sessionStorage.getItem(storeName())).toBe(null);
});

test("what is under way is stored until its answer is there", async () => {
    const server = new FakeServer();
    const clerk = await mountClerk(server);
    const answer = new Deferred();
    server.on("register_sale", () => answer);
    const done = clerk.registerSale("5", false);
    await animationFrame();
    const [stored] = JSON.parse(browser.sessionStorage.getItem(storeName()));
    expect(stored.method).toBe("register_sale");
    expect(stored.key).toBe(server.of("register_sale")[0].kwargs.client_key);
    answer.resolve(server.moveTo(makeSession("open")));
    await done;
    expect(browser.sessionStorage.getItem(storeName())).toBe(null);
});

test("an act of long ago is not repeated, and the clerk is told", async () => {
    const server = new FakeServer();
    browser.sessionStorage.setItem(
        storeName(),
        JSON.stringify([
            {
                key: "k",
                counterId: 11,
                model: "epay.counter",
                ids: [11],
                method: "next",
                args: [],
                at: Date.now() - 3600000,
            },
        ])
    );
    const clerk = await mountClerk(server);
    expect(server.of("next")).toHaveLength(0);
    expect(clerk.state.message.code).toBe("stale");
    expect(browser.sessionStorage.getItem(storeName())).toBe(null);
});

test("signed out in the middle: the act is kept for the next sign-in", async () => {
    const server = new FakeServer();
    const clerk = await mountClerk(server);
    const error = new RPCError("Session expired");
    error.exceptionName = "odoo.http.SessionExpiredException";
    error.data = {message: "Session expired"};
    server.on("register_sale", error);
    expect(await clerk.registerSale("5", false)).toBe(false);
    expect(clerk.state.signedOut).toBe(true);
    expect(JSON.parse(browser.sessionStorage.getItem(storeName()))).toHaveLength(1);
});

test("the bus says that something changed, the state is read then", async () => {
    const server = new FakeServer({session: makeSession("engaged")});
    const clerk = await mountClerk(server);
    expect(server.channels).toEqual(["epay_counter:11"]);
    const before = server.of("get_state").length;
    server.moveTo(makeSession("chosen"));
    server.subscriptions["epay/changed"]({id: 12, version: 900});
    server.subscriptions["epay/changed"]({id: 11, version: 100});
    expect(server.of("get_state")).toHaveLength(before);
    server.subscriptions["epay/changed"]({id: 11, version: 101});
    await animationFrame();
    expect(clerk.state.session.state).toBe("chosen");
    expect(server.of("get_state").at(-1).kwargs.since).toBe(100);
});

test("it polls every two seconds while something is expected, else every ten", async () => {
    const server = new FakeServer();
    const clerk = await mountClerk(server);
    const count = () => server.of("get_state").length;
    let before = count();
    await advanceTime(9000);
    expect(count()).toBe(before);
    await advanceTime(1500);
    expect(count()).toBe(before + 1);
    server.moveTo(makeSession("authorizing"));
    await clerk.refresh();
    before = count();
    await advanceTime(2100);
    expect(count()).toBe(before + 1);
    server.moveTo(false, {visits: [makeVisit()]});
    await clerk.refresh();
    before = count();
    await advanceTime(2100);
    expect(count()).toBe(before + 1);
});

test("a phone that was silent for a minute is asked for, news or not", async () => {
    const phones = ({away}) => ({
        counter: makeCounter({visits: [makeVisit()]}),
        session: makeSession("chosen", {visit: makeVisit({id: 72, away})}),
    });
    const server = new FakeServer(phones({away: false}));
    const clerk = await mountClerk(server);
    const whole = () => server.of("get_state").filter(({kwargs}) => !kwargs.since);
    const before = whole().length;
    await advanceTime(58000);
    expect(whole()).toHaveLength(before);
    // The one was heard of meanwhile, the other was not: no version tells of either.
    Object.assign(server, phones({away: true}));
    await advanceTime(5000);
    expect(whole()).toHaveLength(before + 1);
    expect(clerk.state.session.visit.away).toBe(true);
    expect(clerk.state.counter.visits[0].away).toBe(false);
});

test("a new code is asked for before the shown one ends, news or not", async () => {
    const withCode = (code_url, seconds) => {
        const code_renews = new Date(Date.now() + seconds * 1000).toISOString();
        return {session: makeSession("open", {code_url, code_renews})};
    };
    const server = new FakeServer(withCode("https://shop.example/epay/q/one", 60));
    const clerk = await mountClerk(server);
    const whole = () => server.of("get_state").filter(({kwargs}) => !kwargs.since);
    const before = whole().length;
    await advanceTime(58000);
    expect(whole()).toHaveLength(before);
    Object.assign(server, withCode("https://shop.example/epay/q/two", 120));
    await advanceTime(5000);
    expect(whole()).toHaveLength(before + 1);
    expect(clerk.state.session.code_url).toBe("https://shop.example/epay/q/two");
});

test("a device with one counter needs no choice; one with more remembers it", async () => {
    const other = makeCounter({id: 12, code: "C12", name: "C12"});
    const server = new FakeServer({counters: [makeCounter(), other]});
    const clerk = await mountClerk(server);
    await animationFrame();
    expect("[data-epay=counter]").toHaveCount(2);
    await clerk.chooseCounter(11);
    expect(browser.localStorage.getItem("epay_clerk.counter")).toBe("11");
    clerk.close();
    await clerk.open();
    expect(clerk.state.counter.code).toBe("C11");
});

test("a parked deal is shown without touching the counter", async () => {
    const server = new FakeServer({session: makeSession("open")});
    const clerk = await mountClerk(server);
    const parked = makeSession("authorized", {id: 3, parked: true, holds: false});
    server.on("focus", {session: parked, counter: server.counter, message: false});
    await clerk.focus(3);
    expect(clerk.state.session.id).toBe(3);
    server.on("settle", () => {
        const {counter} = server.moveTo(server.session);
        return {session: {...parked, state: "settled"}, counter, message: false};
    });
    await clerk.settle();
    expect(server.of("settle")[0].args).toEqual([[3]]);
    expect(clerk.state.session.state).toBe("settled");
    await clerk.unfocus();
    expect(clerk.state.session.id).toBe(5);
    expect(server.of("get_state").at(-1).kwargs.since).toBe(false);
});

test("calls name all companies of the user: a counter belongs to any of them", async () => {
    const server = new FakeServer();
    await mountClerk(server);
    const {context} = server.of("get_state")[0].kwargs;
    const all = user.allowedCompanies.map((company) => company.id);
    expect([...context.allowed_company_ids].sort()).toEqual(all.sort());
});
