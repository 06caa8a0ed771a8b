// The console's acts, each with its key, in the order in which they were pressed (ADR 0015). What has not reached the
// server stands visibly above the queue, also after a reload, and is sent in order when the network is back. An act on
// the clock (data-act="clock") is never kept for later: the server's clock would count other minutes than those meant.
// Only a pause (data-act="pause") is, because it says since when the floor was shut and can but shorten the clock.
import { serverNow } from "./clock.js";
import { all, say } from "./parts.js";
import { giveBack, isGivenBack, takeUp, writtenIn } from "./refused.js";

const AGAIN = [1500, 3000, 5000, 10000];
const SOON = 3000;

let box = null;
let store = "";
let tries = 0;
let timer = 0;
let isSending = false;

// What this page holds is the truth, the browser's store its copy: the console works also where nothing may be stored.
let queue = [];
const held = new Set(); // keys this page has had: what stands in the store beside them is that of another tab

function stored() {
  try { return JSON.parse(localStorage.getItem(store) || "[]"); } catch (e) { return []; }
}

const read = () => queue;

function write(acts) {
  queue = acts;
  acts.forEach((act) => held.add(act.key));
  const kept = [...stored().filter((act) => !held.has(act.key)), ...acts];
  try {
    if (kept.length) localStorage.setItem(store, JSON.stringify(kept));
    else localStorage.removeItem(store);
  } catch (e) { /* full or forbidden: it still stands on the page until it is sent */ }
  draw(acts);
}

function line(act) {
  const row = document.createElement("li");
  const words = document.createElement("p");
  words.className = act.refused ? "is-refused" : "";
  const state = act.refused ? say(box, "refused", "没有成功") : say(box, "waits", "等待发送");
  words.textContent = `${state}：${act.label}${act.refused ? `。${act.refused}` : ""}`;
  row.append(words);
  if (!act.refused) return row;
  if ((act.written || []).length && !isGivenBack(act)) {
    const kept = document.createElement("p");
    kept.textContent = `${say(box, "written", "写下的")}：${act.written.join(" / ")}`;
    row.append(kept);
  }
  const known = document.createElement("button");
  known.type = "button";
  known.className = "hy-link";
  known.textContent = say(box, "drop", "知道了");
  known.addEventListener("click", () => write(read().filter((each) => each.key !== act.key)));
  row.append(known);
  if (act.isClock && !isGivenBack(act)) {
    const again = document.createElement("button");
    again.type = "button";
    again.className = "btn";
    again.textContent = say(box, "again", "再按一次");
    again.addEventListener("click", () => {
      write(read().map((each) => (each.key === act.key ? Object.assign(each, { refused: "" }) : each)));
      sendAll();
    });
    row.append(again);
  }
  return row;
}

function draw(acts) {
  const list = box.querySelector("ol");
  list.textContent = "";
  acts.forEach((act) => list.append(line(act)));
  box.hidden = acts.length === 0;
  const rows = acts.filter((act) => !act.refused).map((act) => act.row);
  all(document, ".hy-cq").forEach((row) => row.classList.toggle("hy-cq--waits", rows.includes(row.id)));
}

function sentence(html) {
  const told = document.createElement("template");
  told.innerHTML = html;
  const said = told.content.querySelector(".hy-error, .hy-notice p");
  return (said || told.content).textContent.trim().replace(/\s+/g, " ").slice(0, 200);
}

// Stood behind what could not be sent, or behind what took long.
const isLate = (act) => act.late || Date.now() - act.at > SOON;

async function send(act) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  const body = new URLSearchParams(act.fields);
  if (token) body.set("csrfmiddlewaretoken", token.value);
  if (act.tried) body.set("again", "1"); // its answer may have been lost on the way
  if (act.since && isLate(act)) body.set("since", act.since); // the floor was shut then; it only shortens the clock
  return fetch(act.url, {
    method: "POST", credentials: "same-origin", body,
    headers: { "HX-Request": "true", "Idempotency-Key": act.key },
  });
}

const without = (key) => read().filter((each) => each.key !== key);
function refuse(key, why) {
  const acts = read().map((each) => (each.key === key ? Object.assign(each, { refused: why }) : each));
  acts.filter((each) => each.key === key).forEach(giveBack);
  write(acts);
}

async function sendAll() {
  if (isSending) return;
  isSending = true;
  clearTimeout(timer);
  let isStuck = false;
  try {
    let act;
    while (!isStuck && (act = read().find((each) => !each.refused))) {
      let answer = null;
      try { answer = await send(act); } catch (e) { /* no network */ }
      if (!answer || answer.status >= 500) write(read().map((each) => Object.assign(each, { late: true, tried: each.tried || each.key === act.key })));
      if (answer && answer.status === 401) {
        isStuck = true;
        tries = AGAIN.length;
        const line = document.querySelector("[data-live-state] span");
        if (line) line.textContent = say(box, "signedOut", "登录过期了，请刷新页面重新登录，操作都留着。");
      } else if (answer && answer.ok) {
        const place = document.querySelector("[data-live]");
        const html = await answer.text();
        write(without(act.key));
        if (place && place.take) place.take(html, answer.headers.get("ETag"));
        draw(read());
        tries = 0;
      } else if (answer && answer.status < 500 && answer.status !== 429 && answer.status !== 408) {
        refuse(act.key, sentence(await answer.text()));
        const place = document.querySelector("[data-live]");
        if (place && place.askNow) place.askNow();
      } else if (act.isClock) {
        refuse(act.key, say(box, "clock", "没有网络，时钟没有变。连上后请再按一次。"));
      } else isStuck = true;
    }
  } finally { isSending = false; }
  if (isStuck) { timer = setTimeout(sendAll, AGAIN[Math.min(tries, AGAIN.length - 1)]); tries += 1; }
}

export function queueActs(root) {
  if (root !== document || !window.fetch || !window.URLSearchParams) return;
  box = document.querySelector("[data-acts]");
  if (!box) return;
  store = `hy-acts:${box.dataset.acts}`;
  queue = stored();
  queue.forEach((act) => held.add(act.key));
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-act]")) return;
    event.preventDefault();
    const fields = {};
    new FormData(form).forEach((value, name) => { if (name !== "csrfmiddlewaretoken") fields[name] = value; });
    if (event.submitter && event.submitter.name) fields[event.submitter.name] = event.submitter.value;
    const row = form.closest(".hy-cq");
    const folded = form.closest("details");
    const acts = read();
    if (acts.some((each) => each.key === fields.idempotency_key && !each.refused)) return; // pressed twice
    const fold = folded ? folded.id : "";
    const isSame = (each) => each.key === fields.idempotency_key || (each.refused && fold && each.fold === fold);
    write([...acts.filter((each) => !isSame(each)), {
      key: fields.idempotency_key, url: form.action, fields, label: form.dataset.label || "", row: row ? row.id : "",
      fold, written: folded ? writtenIn(form) : [],
      isClock: form.dataset.act === "clock", since: form.dataset.act === "pause" ? new Date(serverNow()).toISOString() : "",
      at: Date.now(), late: false, tried: false, refused: "",
    }]);
    if (folded) { takeUp(form); form.reset(); folded.open = false; }
    sendAll();
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.open && event.target.closest(".hy-con")) event.target.scrollIntoView({ block: "nearest" });
  }, true);
  document.addEventListener("hy:swapped", () => draw(read()));
  document.addEventListener("hy:connected", () => { if (read().some((each) => !each.refused)) sendAll(); });
  window.addEventListener("online", () => { tries = 0; sendAll(); });
  read().filter((act) => act.refused).forEach(giveBack);
  draw(read());
  sendAll();
}
