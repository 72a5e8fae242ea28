import {
    FakeServer,
    lost,
    makeCounter,
    makeSession,
    mountClerk,
    refusal,
} from "@epay_counter/../tests/clerk/clerk_test_helpers.esm";
import {advanceTime, animationFrame} from "@odoo/hoot-mock";
import {describe, expect, test} from "@odoo/hoot";
import {
    manuallyDispatchProgrammaticEvent,
    queryAll,
    queryAllTexts,
    queryOne,
} from "@odoo/hoot-dom";
import {bookOf} from "@epay_collection/clerk/schedule_book.esm";
import {contains} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const SEARCH = "[data-epay=schedule-search]";
const LINE = "[data-epay=schedule-line]";
const OPEN = `${LINE} [data-epay=open-line]`;

function makeLine(values = {}) {
    return {
        id: 41,
        code: "L41",
        schedule: "Route nine",
        date: "2026-11-22",
        sequence: 10,
        name: "Newspaper",
        partner: "Jürgen Müller",
        address: "Lange Straße 12, 10117 Berlin",
        phone: "+49 30 1234567",
        from: false,
        until: false,
        source: "",
        state: "planned",
        state_text: "Planned",
        done: false,
        amount: 50,
        due: 50,
        due_text: "50.00 €",
        collected: 0,
        collected_text: "0.00 €",
        note: "",
        deal: false,
        last: "",
        signed: false,
        ...values,
    };
}

const WATANABE = makeLine({
    id: 42,
    code: "L42",
    partner: "渡辺 花子",
    phone: "03-1234",
});

function makeSchedule(lines = [makeLine(), WATANABE]) {
    return {
        date: "2026-11-22",
        lines,
        total: lines.length,
        left: lines.filter(({done}) => !done).length,
        collected: 0,
        collected_text: "0.00 €",
        cash: 0,
        cash_text: "0.00 €",
    };
}

async function mountRoute({counter = {}, session = false, schedule} = {}) {
    const server = new FakeServer({
        counter: makeCounter({
            kind: "route",
            collections: 2,
            collections_left: 2,
            ...counter,
        }),
        session,
    });
    const answer = schedule || makeSchedule();
    server.steps.get_schedule = Array(20).fill(answer);
    const clerk = await mountClerk(server);
    await animationFrame();
    return {clerk, server};
}

/** The details of the first line. */
async function mountDoor(values = {}) {
    const line = makeLine(values);
    const {clerk, server} = await mountRoute({schedule: makeSchedule([line])});
    server.steps.get_collection = Array(20).fill({...line, attempts: [], moved_to: ""});
    await contains(`${LINE} [data-epay=show-line]`).click();
    await animationFrame();
    return {clerk, server};
}

// --- the list ---

test("a route begins with today's lines, in order of visit", async () => {
    await mountRoute();
    expect("main").toHaveAttribute("data-screen", "schedule");
    expect(queryAllTexts(`${LINE} strong`)).toEqual(["Jürgen Müller", "渡辺 花子"]);
    expect("[data-epay=schedule-summary]").toHaveText(/2 of 2 left/);
});

test("of very many lines only that there are more is said", async () => {
    const schedule = {...makeSchedule(), total: 10000, left: 9999, more: true};
    await mountRoute({schedule});
    expect("[data-epay=schedule-summary]").toHaveText(/9999 of 10000 and more left/);
});

test("a counter without a schedule begins with the keys", async () => {
    await mountRoute({counter: {collections: 0, collections_left: 0}});
    expect("main").toHaveAttribute("data-screen", "keyin");
});

test("another amount can be taken, and the menu leads back", async () => {
    await mountRoute();
    await contains("[data-epay=other-amount]").click();
    expect("main").toHaveAttribute("data-screen", "keyin");
    await contains(".epay-menu-toggle").click();
    await contains("[data-epay-menu=schedule]").click();
    expect("main").toHaveAttribute("data-screen", "schedule");
});

test("one tap opens a line at the counter", async () => {
    const {server} = await mountRoute();
    server.on("open_collection", () => server.moveTo(makeSession("open")));
    await contains(`${OPEN}:first`).click();
    expect(server.of("open_collection")[0].args).toEqual([[11], 41, false]);
    expect("main").toHaveAttribute("data-screen", "show");
});

test("what was paid meanwhile is said, and the list is read again", async () => {
    const {server} = await mountRoute();
    const before = server.of("get_schedule").length;
    server.on("open_collection", refusal("nothing_due", "It was paid."));
    await contains(`${OPEN}:first`).click();
    await animationFrame();
    expect("[data-epay=message]").toHaveText("It was paid.");
    expect(server.of("get_schedule").length).toBeGreaterThan(before);
});

test("each amount says whose it is, and what was moved says none", async () => {
    const moved = makeLine({id: 43, state: "moved", done: true, due_text: "0.00 €"});
    await mountRoute({schedule: makeSchedule([makeLine(), WATANABE, moved])});
    const whose = queryAll(OPEN).map(
        (button) =>
            document.getElementById(button.getAttribute("aria-describedby")).innerText
    );
    expect(whose).toEqual(["Jürgen Müller", "渡辺 花子"]);
    expect(`${LINE}:last`).not.toHaveText(/0\.00/);
});

test("what is done offers nothing to press", async () => {
    const done = makeLine({done: true, state: "collected", due: 0});
    await mountRoute({schedule: makeSchedule([done])});
    expect(LINE).toHaveAttribute("data-state", "collected");
    expect(OPEN).toHaveCount(0);
});

test("a line of another day says it as people write days", async () => {
    const later = makeLine({id: 44, date: "2026-11-25"});
    await mountRoute({schedule: makeSchedule([makeLine(), later])});
    expect(`${LINE}:first`).not.toHaveText(/2026/);
    expect(`${LINE}:last`).toHaveText(/Nov 25, 2026/);
});

// --- searching ---

test("the search asks the server", async () => {
    const {server} = await mountRoute();
    server.on("search_collections", {lines: [makeLine({id: 77, partner: "Far away"})]});
    await contains(SEARCH).edit("far", {confirm: false});
    await advanceTime(300);
    await animationFrame();
    expect(server.of("search_collections")[0].args).toEqual([[11], "far"]);
    expect(queryAllTexts(`${LINE} strong`)).toEqual(["Far away"]);
});

test("without a network the list is read and searched all the same", async () => {
    const {server} = await mountRoute();
    server.on("search_collections", lost());
    server.on("get_schedule", ...Array(9).fill(lost()));
    server.on("get_state", ...Array(9).fill(lost()));
    await contains(SEARCH).edit("渡辺", {confirm: false});
    await advanceTime(300);
    await animationFrame();
    expect("[data-epay=offline]").toHaveCount(1);
    expect(queryAllTexts(`${LINE} strong`)).toEqual(["渡辺 花子"]);
});

test("at a door that is done the search is over: the list goes on below it", async () => {
    const {clerk, server} = await mountRoute();
    server.steps.search_collections = [{lines: [WATANABE]}];
    server.steps.get_collection = Array(9).fill({
        ...WATANABE,
        attempts: [],
        moved_to: "",
    });
    await contains(SEARCH).edit("wata", {confirm: false});
    await advanceTime(300);
    await contains(`${LINE} [data-epay=show-line]`).click();
    await contains("[data-epay=outcome-absent]").click();
    await contains("[data-epay=report-line]").click();
    await animationFrame();
    expect("main").toHaveAttribute("data-screen", "schedule");
    expect(SEARCH).toHaveValue("");
    expect(LINE).toHaveCount(2);
    expect(`${LINE}[data-id="42"] [data-epay=show-line]`).toBeFocused();
    expect(clerk.state.found).toBe(false);
});

test("what was found is asked for again with the list", async () => {
    const {clerk, server} = await mountRoute();
    const paid = {...WATANABE, done: true, due: 0, state: "collected"};
    server.steps.search_collections = [{lines: [WATANABE]}, {lines: [paid]}];
    await contains(SEARCH).edit("wata", {confirm: false});
    await advanceTime(300);
    expect(OPEN).toHaveCount(1);
    await bookOf(clerk).load();
    await animationFrame();
    expect(LINE).toHaveCount(1);
    expect(OPEN).toHaveCount(0);
});

test("an older search never replaces a newer one", async () => {
    const {clerk, server} = await mountRoute();
    let answer = () => false;
    const slow = new Promise((resolve) => {
        answer = resolve;
    });
    server.on("search_collections", () => slow, {lines: [WATANABE]});
    const book = bookOf(clerk);
    const first = book.search("mul");
    await book.search("渡");
    answer({lines: [makeLine()]});
    await first;
    await animationFrame();
    expect(queryAllTexts(`${LINE} strong`)).toEqual(["渡辺 花子"]);
});

test("Enter opens what is the only one", async () => {
    const {server} = await mountRoute();
    server.on("search_collections", {lines: [WATANABE]});
    server.on("get_collection", {...WATANABE, attempts: [], moved_to: ""});
    await contains(SEARCH).edit("L42");
    await animationFrame();
    expect("[data-epay=collection]").toHaveAttribute("data-id", "42");
});

// --- at the door ---

test("a line shows what is due and what happened", async () => {
    const {clerk} = await mountDoor();
    expect("[data-epay=line-due]").toHaveText("50.00 €");
    clerk.state.collection = {
        ...clerk.state.collection,
        attempts: [
            {
                id: 1,
                date: "2026-11-22T09:00:00Z",
                who: "Clara",
                outcome: "absent",
                outcome_text: "Nobody there",
                reason: "Rang twice",
                amount: 0,
                amount_text: "",
            },
        ],
    };
    await animationFrame();
    expect(".epay-door-attempts").toHaveText(/Nobody there · Rang twice · Clara/);
});

test("the day to which it was moved reads as people write days", async () => {
    const {clerk} = await mountDoor({state: "moved", done: true});
    clerk.state.collection = {...clerk.state.collection, moved_to: "2026-11-29"};
    await animationFrame();
    expect("[data-epay=collection]").toHaveText(/Nov 29, 2026/);
});

test("the phone number is large enough for a thumb", async () => {
    await mountDoor();
    const {height} = queryOne("a[href^='tel:']").getBoundingClientRect();
    expect(height).toBeGreaterThan(43.9);
});

test("one tap and a reason, which is one tap, too", async () => {
    const {server} = await mountDoor();
    await contains("[data-epay=outcome-absent]").click();
    await contains("[data-epay=line-reason]:first").click();
    const [{model, args}] = server.of("report");
    expect(model).toBe("epay.collection.line");
    expect(args).toEqual([[41], "absent", "Rang twice", false, false]);
    expect("main").toHaveAttribute("data-screen", "schedule");
});

test("where the office must know why, nothing is noted without a reason", async () => {
    const {server} = await mountDoor();
    for (const outcome of ["refused", "disputed", "damaged"]) {
        await contains(`[data-epay=outcome-${outcome}]`).click();
        await contains("[data-epay=report-line]").click();
        expect("[data-epay=message]").toHaveAttribute("data-code", "reason_missing");
    }
    expect(server.of("report")).toHaveLength(0);
    await contains("[data-epay=line-reason-input]").edit(" Wet ", {confirm: false});
    await contains("[data-epay=report-line]").click();
    expect(server.of("report")[0].args.slice(1, 3)).toEqual(["damaged", "Wet"]);
});

test("nobody there needs no more words", async () => {
    const {server} = await mountDoor();
    await contains("[data-epay=outcome-absent]").click();
    await contains("[data-epay=report-line]").click();
    expect(server.of("report")[0].args).toEqual([[41], "absent", "", false, false]);
});

test("a usual reason for another day waits for the day", async () => {
    const {server} = await mountDoor();
    await contains("[data-epay=outcome-later]").click();
    await contains("[data-epay=line-reason]:first").click();
    expect(server.of("report")).toHaveLength(0);
    await contains("[data-epay=line-day]:last").click();
    await contains("[data-epay=report-line]").click();
    expect(server.of("report")[0].args.slice(1)).toEqual([
        "later",
        "After payday",
        false,
        "2026-11-29",
    ]);
});

test("what is asked about a part is in sight, with the keyboard in it", async () => {
    await mountDoor();
    await contains("[data-epay=outcome-part]").click();
    await animationFrame();
    expect("[data-epay=line-amount-input]").toBeFocused();
    const {bottom} = queryOne("[data-epay=report-line]").getBoundingClientRect();
    expect(bottom).toBeLessThan(window.innerHeight + 1);
});

test("a part opens a deal of that amount", async () => {
    const {server} = await mountDoor();
    server.on("open_collection", () => server.moveTo(makeSession("open")));
    await contains("[data-epay=outcome-part]").click();
    await contains("[data-epay=line-amount-input]").edit("20,5", {confirm: false});
    await contains("[data-epay=report-line]").click();
    expect(server.of("open_collection")[0].args).toEqual([[11], 41, "20.5"]);
});

test("cash is sent as it was typed, and no nonsense", async () => {
    const {server} = await mountDoor();
    await contains("[data-epay=outcome-cash]").click();
    expect("[data-epay=line-amount-input]").toHaveValue("50.00");
    await contains("[data-epay=line-amount-input]").edit("much", {confirm: false});
    await contains("[data-epay=report-line]").click();
    expect("[data-epay=message]").toHaveAttribute("data-code", "bad_amount");
    expect(server.of("report")).toHaveLength(0);
    await contains("[data-epay=line-amount-input]").edit("30", {confirm: false});
    await contains("[data-epay=report-line]").click();
    expect(server.of("report")[0].args).toEqual([[41], "cash", "", "30", false]);
});

test("later asks for the day", async () => {
    const {server} = await mountDoor();
    await contains("[data-epay=outcome-later]").click();
    const day = queryOne("[data-epay=line-date-input]");
    day.value = "2026-11-25";
    await manuallyDispatchProgrammaticEvent(day, "input");
    await contains("[data-epay=report-line]").click();
    expect(server.of("report")[0].args.slice(1)).toEqual([
        "later",
        "",
        false,
        "2026-11-25",
    ]);
});

test("what is refused stays on the screen, to be corrected", async () => {
    const {server} = await mountDoor();
    server.on("report", refusal("bad_date", "Choose a day after today."));
    await contains("[data-epay=outcome-later]").click();
    await contains("[data-epay=report-line]").click();
    expect("[data-epay=message]").toHaveText("Choose a day after today.");
    expect("[data-epay=line-date-input]").toHaveCount(1);
});
