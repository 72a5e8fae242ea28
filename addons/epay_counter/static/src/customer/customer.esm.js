/**
 * The customer's pages, made lively; they work without it up to choosing how to pay. What to
 * do stands in the data attributes of the element marked `visit` (visit_templates.xml).
 */

const BUSY_POLL = 2000;
const IDLE_POLL = 15000;
const SEEN_EVERY = 20000;
// That the customer went to sign in for a saved card.
const SIGNING_IN = "epay-signing-in";
const ENDED = ["settled", "cancelled", "expired", "reversed", "refused", "rejected"];

const find = (selector, root = document) => root.querySelector(selector);
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

let timer = 0;
let refreshing = false;

function visit() {
    return find('[data-epay="visit"]');
}

// What a tab remembers; private windows may refuse.
const memory = {
    get(key) {
        try {
            return sessionStorage.getItem(key);
        } catch {
            return null;
        }
    },
    set(key, value) {
        try {
            sessionStorage.setItem(key, value);
        } catch {
            // The page then only takes its steps by a tap.
        }
    },
};

/** Where a tab remembers that it has gone to the provider by itself. */
const wentKey = () => `epay-went:${location.pathname}`;
/** Where it remembers that somebody pressed Leave. */
const leftKey = () => `epay-left:${location.pathname}`;

/**
 * @param {Boolean} offline
 * @param {Boolean} [unsent] what somebody pressed may not have reached the server
 */
function setOffline(offline, unsent) {
    const bar = find("#offline");
    if (bar) {
        const wasOffline = !bar.hidden;
        const said = find("[data-unsent]", bar);
        said.hidden = !offline || (said.hidden && !unsent && !bar.dataset.paying);
        said.previousElementSibling.hidden = !said.hidden;
        bar.hidden = !offline;
        if (wasOffline && !offline) {
            document.dispatchEvent(new Event("reconnected"));
        }
    }
}

// --- Swapping the page's content ---

function announce(text) {
    const live = find("#live");
    if (live && text && live.textContent !== text) {
        live.textContent = text;
    }
}

/** What the customer has filled in and opened stays as it is. */
function keepFilled(old, next) {
    for (const field of old.querySelectorAll(
        "input:checked, input[type=email], input[name=amount]"
    )) {
        const twin = [...next.querySelectorAll("input")].find(
            (input) =>
                input.name === field.name &&
                (field.type !== "radio" || input.value === field.value)
        );
        if (twin) {
            twin.checked = field.checked;
            twin.value = field.value;
        }
    }
    for (const {id} of old.querySelectorAll("details[id][open]")) {
        find(`#${id}`, next)?.setAttribute("open", "");
    }
}

/**
 * Swap <main>, keeping what is filled in and where the focus is.
 *
 * @param {String} html the whole page
 * @param {Boolean} [afresh] what was filled in is not for this page
 */
function show(html, afresh) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const next = find("main", page);
    const old = find("main");
    if (!next || !old) {
        location.reload();
        return;
    }
    const focused = old.contains(document.activeElement) && document.activeElement;
    const sameState = next.dataset.state === old.dataset.state;
    // Sent, lost on the way back and asked for once more: the same state, another time.
    const sameTime = next.dataset.asked === old.dataset.asked;
    if (sameState && sameTime && !afresh) {
        keepFilled(old, next);
    }
    next.classList.toggle("ep-still", sameState);
    old.replaceWith(next);
    document.title = page.title;
    if (focused) {
        const again = focused.id && document.getElementById(focused.id);
        (again || next).focus({preventScroll: sameState});
    }
    if (!sameState) {
        scrollTo(0, 0);
    }
    document.dispatchEvent(new Event("shown"));
    // Not what is hidden in it.
    announce(find('[data-epay="message"]', next)?.innerText.trim());
}

async function refresh() {
    if (refreshing) {
        return;
    }
    refreshing = true;
    try {
        const response = await fetch(location.href, {cache: "no-store"});
        if (response.url.split("?")[0] === location.href.split("?")[0]) {
            show(await response.text());
        } else {
            location.replace(response.url);
        }
    } finally {
        refreshing = false;
    }
}

// --- Learning of changes ---

/** On the provider's form: go back to the visit once the deal has moved on. */
function leaveForm(home, news) {
    if (news.state !== "authorizing") {
        location.replace(home);
    }
    visit().dataset.version = news.version;
}

/**
 * The clerk has asked: go to the provider's form without the page between.
 *
 * @param {Object} news what the state route answered
 * @returns {Boolean} whether it goes there
 */
function goToForm({state, turn}) {
    const {formUrl} = visit().dataset;
    const goes = formUrl && state === "authorizing" && turn === "customer";
    if (goes) {
        memory.set(wentKey(), "1");
        location.replace(formUrl);
    }
    return Boolean(goes);
}

/**
 * In the waiting room often nothing is newer but the place, and whether the clerk serves
 * another phone: told without fetching the page.
 *
 * @param {Object} news what the state route answered
 * @returns {Boolean} whether that was all
 */
function showRoom({version, place, other_phone: other}) {
    const {dataset} = visit();
    if (place === undefined || !dataset.room || version > Number(dataset.version)) {
        return false;
    }
    dataset.room = `&place=${place}&other=${Number(other)}`;
    // A copied link shows neither.
    const shown = find('[data-epay="place"]');
    if (shown) {
        shown.textContent = place;
        find("#other-phone").hidden = !other;
    }
    return true;
}

/**
 * Ask the cheap state route, and show what is newer.
 *
 * @param {String} url with the version that is shown
 * @param {String|undefined} home the visit, on the page with the provider's form
 * @returns {Number} status of the answer; 0 when another page is being opened
 */
async function followNews(url, home) {
    const answer = await fetch(url, {cache: "no-store"});
    setOffline(false);
    const news = answer.status === 200 && (await answer.json());
    if (news && home) {
        leaveForm(home, news);
    } else if (news && goToForm(news)) {
        return 0;
    } else if ([200, 404, 410].includes(answer.status) && !(news && showRoom(news))) {
        await refresh();
    }
    return answer.status;
}

/** Look whether something is newer, and go on looking. */
async function check() {
    clearTimeout(timer);
    const {stateUrl, version, home, state, reload, room = ""} = visit()?.dataset || {};
    if (document.hidden || !(stateUrl || reload)) {
        return;
    }
    let pause = ENDED.includes(state) ? IDLE_POLL : BUSY_POLL;
    try {
        const status = stateUrl
            ? await followNews(`${stateUrl}?since=${version}${room}`, home)
            : await refresh();
        if (status === 0) {
            return;
        }
        if (status === 429) {
            pause = IDLE_POLL;
        }
    } catch {
        setOffline(true);
    }
    clearTimeout(timer);
    timer = setTimeout(check, pause);
}

/** A plain WebSocket to Odoo's bus; whatever it says, the state route is asked. */
async function listen() {
    let pause = 1000;
    for (;;) {
        const {channel, ws} = visit()?.dataset || {};
        if (channel && !document.hidden) {
            const began = Date.now();
            await new Promise((done) => {
                const socket = new WebSocket(
                    `${location.origin.replace(/^http/, "ws")}/websocket?version=${ws}`
                );
                socket.onopen = () => {
                    const data = {channels: [channel], last: 0};
                    socket.send(JSON.stringify({event_name: "subscribe", data}));
                    check();
                };
                socket.onmessage = check;
                socket.onclose = done;
            });
            pause = Date.now() - began > 10000 ? 1000 : Math.min(pause * 2, 60000);
        }
        await wait(pause * (0.75 + Math.random() / 2));
    }
}

function seen() {
    const {seenUrl} = visit()?.dataset || {};
    if (seenUrl && !document.hidden) {
        fetch(seenUrl, {method: "POST"}).catch(() => setOffline(true));
    }
}

// --- Steps that the page takes by itself ---

/** In the state `authorizing`: go on to the provider, once for each time we get there. */
function goOn() {
    const {auto, state} = visit()?.dataset || {};
    if (state !== "authorizing") {
        memory.set(wentKey(), "");
    } else if (auto && !memory.get(wentKey())) {
        memory.set(wentKey(), "1");
        const button = find('[data-epay="pay"]');
        if (auto === "pay") {
            location.replace(button.href);
        } else {
            button.click();
        }
    }
}

/** Back from signing in, where only a tap leads: say once who the customer is. */
function identify() {
    const form = find("#identify");
    if (memory.get(SIGNING_IN) && visit()) {
        memory.set(SIGNING_IN, "");
        form?.requestSubmit();
    }
}

/** The provider's own form, sent off from this page so that "back" comes back here. */
async function redirect(form) {
    const response = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
    });
    const html = await response.text();
    const there = find(
        "#epay_redirect",
        new DOMParser().parseFromString(html, "text/html")
    );
    if (there) {
        there.hidden = true;
        document.body.append(there);
        there.submit();
    } else {
        show(html);
    }
}

/** Load the files of the heavy page while the customer waits. */
async function prefetch() {
    const {prefetch: url} = visit()?.dataset || {};
    if (!url || prefetch.done || navigator.connection?.saveData) {
        return;
    }
    prefetch.done = true;
    const files = await (await fetch(url)).json();
    for (const file of files) {
        await fetch(file, {priority: "low"});
    }
}

/**
 * The style sheet of what comes later (receipt, keys, waiting room) is there before it is
 * swapped in, and stays when it is swapped out: nothing stands unstyled for a moment.
 */
function styleAhead() {
    const {extraCss} = visit()?.dataset || {};
    if (extraCss) {
        const link = document.createElement("link");
        link.rel = "stylesheet";
        link.href = extraCss;
        document.head.append(link);
    }
}

// --- What people do ---

/** Join a counter; without a network this page stays, not the browser's error page. */
async function join(form) {
    const body = new URLSearchParams(new FormData(form));
    const headers = {"X-Epay-Stays": "1"};
    const answer = await fetch(form.action, {method: "POST", body, headers});
    if (answer.status === 201) {
        location.assign(answer.headers.get("Location"));
    } else {
        show(await answer.text());
    }
}

async function send(form) {
    refreshing = true;
    try {
        const body = new URLSearchParams(new FormData(form));
        const answer = await fetch(form.action, {method: "POST", body});
        // Also what was opened or chosen for this form has done its work.
        show(await answer.text(), true);
    } finally {
        refreshing = false;
    }
}

function setBusy(form, busy) {
    form.dataset.busy = busy ? "1" : "";
    for (const button of [
        ...form.elements,
        ...find("main").querySelectorAll("button"),
    ]) {
        if (button.type === "submit" && button.form === form) {
            // Not `disabled`: that would take the focus away.
            button.setAttribute("aria-disabled", busy);
        }
    }
}

/** A phone that is not at the counter any more, though its customer did not leave. */
function tellLetGo() {
    const said = find("#let-go");
    if (said) {
        said.hidden = Boolean(memory.get(leftKey()));
    }
}

async function onSubmit(event) {
    const form = event.target;
    if (!form.closest("main") || form.method !== "post") {
        return;
    }
    if (form.dataset.busy) {
        event.preventDefault();
        return;
    }
    const act = {redirect, join}[form.id] || (form.dataset.swap && send);
    if (!act) {
        setTimeout(setBusy, 0, form, true);
        return;
    }
    event.preventDefault();
    setBusy(form, true);
    const leaves = form.id === "leave";
    try {
        if (leaves) {
            memory.set(leftKey(), "1");
        }
        await act(form);
    } catch {
        if (leaves) {
            memory.set(leftKey(), "");
        }
        setOffline(true, true);
        setBusy(form, false);
    }
}

function onClick(event) {
    if (event.target.closest('[data-do="print"]')) {
        print();
    }
    if (event.target.closest('[data-do="stay"]')) {
        event.preventDefault();
        find("#leaving").open = false;
        find("#leaving summary").focus();
    }
    if (event.target.closest('[data-epay="sign-in"]')) {
        memory.set(SIGNING_IN, "1");
    }
}

/** What is wrong with a field, in our words. */
function complaint({type, name}) {
    const notes = {amount: "#no-amount", option: "#unpicked", email: "#no-address"};
    return find(notes[name] || notes[type] || "#none");
}

/** In place of the browser's bubble, which speaks of "one of these options". */
function onInvalid(event) {
    const said = complaint(event.target);
    if (said) {
        event.preventDefault();
        said.hidden = false;
        find("input:invalid", event.target.form).focus();
    }
}

function onInput(event) {
    const said = complaint(event.target);
    if (said) {
        said.hidden = true;
    }
}

/** What was opened at the end of the page is brought into sight. */
function onToggle(event) {
    const field = event.target.open && find("input[type=email]", event.target);
    if (field) {
        field.focus();
        event.target.scrollIntoView({block: "end"});
    }
}

function onShow(event) {
    if (event.persisted) {
        // Back from the history, with the page as it was left.
        document
            .querySelectorAll("form[data-busy]")
            .forEach((form) => setBusy(form, false));
        check();
    }
}

function start() {
    const here = visit();
    if (here && here.dataset.seenUrl) {
        memory.set("epay-visit", here.dataset.home || location.pathname);
    } else if (find("[data-lost]") && memory.get("epay-visit")) {
        location.replace(memory.get("epay-visit"));
    }
    for (const part of document.querySelectorAll("[data-module]")) {
        const {module, needs} = part.dataset;
        if (!needs || needs in window) {
            import(module).then(({start: liven}) => liven(part));
        }
    }
    document.querySelectorAll("[data-do][hidden]").forEach((button) => {
        button.hidden = false;
    });
    goOn();
    identify();
    tellLetGo();
    clearTimeout(timer);
    timer = setTimeout(check, BUSY_POLL);
}

document.addEventListener("shown", start);
document.addEventListener("submit", onSubmit);
document.addEventListener("click", onClick);
document.addEventListener("toggle", onToggle, true);
document.addEventListener("invalid", onInvalid, true);
document.addEventListener("input", onInput);
document.addEventListener("visibilitychange", () => {
    check();
    seen();
});
addEventListener("pageshow", onShow);
addEventListener("online", () => (visit() ? check() : setOffline(false)));
addEventListener("offline", () => setOffline(true));
start();
listen();
setInterval(seen, SEEN_EVERY);
addEventListener("load", () =>
    setTimeout(() => {
        styleAhead();
        prefetch().catch(() => 0);
    }, 500)
);
