// A question typed without network stays on this phone, shown as waiting, until the server has acknowledged it:
// <form data-waiting="#list" …> with an idempotency_key, and <ol id="list" data-waits>. The service worker sends it also
// when the page is closed, where the browser has one; else the page does, as soon as it is open and online.
import { forgetDraft } from "./drafts.js";
import { deliver, forget, isTooOld, keep, waiting } from "./outbox.js";
import { all, say } from "./parts.js";

const AGAIN = [2000, 5000, 10000, 20000, 30000];
const SIGNING_IN = "hy-signing-in"; // in this tab, to send this question

function newKey() {
  const bytes = new Uint8Array(16);
  crypto.getRandomValues(bytes);
  return Array.from(bytes, (b) => `0${b.toString(16)}`.slice(-2)).join("");
}

function fieldsOf(form) {
  const fields = {};
  Array.from(form.elements).forEach((el) => {
    if (!el.name || ((el.type === "checkbox" || el.type === "radio") && !el.checked)) return;
    fields[el.name] = el.value;
  });
  return fields;
}

function plainText(html) {
  const read = document.createElement("template");
  read.innerHTML = html;
  return read.content.textContent.trim().replace(/\s+/g, " ");
}

// The account under which this page would send: "" for who is not signed in, undefined where no form stands.
function accountHere() {
  const told = document.querySelector("form[data-waiting] [name=account]");
  return told ? told.value : undefined;
}

// Who went from the waiting question to signing in, and came back, wrote it; anybody else is asked first.
function adopt(item) {
  let key = "";
  try { key = sessionStorage.getItem(SIGNING_IN); } catch (e) { /* then it is asked */ }
  if (key === item.key && !item.fields.account && accountHere()) item.fields.account = accountHere();
}

let list = null; // where waiting questions are shown
let tries = 0;
let timer = 0;
let isSending = false;
const shown = {};

function show(item, text, kind) {
  if (!list) return;
  let row = shown[item.key];
  if (!row || !row.isConnected) {
    row = document.createElement("li");
    row.dataset.key = item.key;
    list.append(row);
    shown[item.key] = row;
  }
  row.textContent = "";
  const state = document.createElement("p");
  const mark = document.createElement("span");
  mark.className = `hy-chip hy-chip--${kind}`;
  mark.textContent = text;
  state.append(mark);
  const words = document.createElement("p");
  words.textContent = item.fields.text || "";
  row.append(state, words);
  return row;
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "hy-link";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

// It was not taken: the words go back into the form, to be mended or sent anew.
function giveBack(item, state, reason) {
  const row = show(item, state, "bad");
  if (!row) return;
  const why = document.createElement("p");
  why.textContent = reason;
  const text = document.querySelector("form[data-waiting] textarea");
  if (text && !text.value.trim()) text.value = item.fields.text;
  row.append(why, button(say(list, "drop", "知道了"), () => forget(item.key).then(() => row.remove())));
}

function settled(item, outcome) {
  if (outcome.state === "arrived") {
    show(item, plainText(outcome.html || "") || say(list, "arrived", "已收到"), "ok");
    const live = document.querySelector("[data-live]");
    if (live && live.askNow) live.askNow();
  } else if (outcome.state === "refused") {
    giveBack(item, say(list, "refused", "没有提交"), plainText(outcome.html || ""));
  } else if (outcome.state === "expired") {
    giveBack(item, say(list, "expired", "过期了，没有提交"), say(list, "expiredWhy", "两天没有发出去。还想问的，请再提交一次。"));
  } else if (outcome.state === "other") {
    const row = show(item, say(list, "other", "等您确认"), "warn");
    if (!row) return;
    const why = document.createElement("p");
    why.textContent = plainText(outcome.html || "");
    row.append(why);
    if (accountHere()) row.append(button(say(list, "mine", "是我写的，现在提交"), () => {
      item.fields.account = accountHere();
      keep(item).then(sendAll);
    }));
    row.append(button(say(list, "notMine", "不提交，删掉"), () => forget(item.key).then(() => row.remove())));
  } else if (outcome.state === "unknown") {
    const row = show(item, say(list, "unknown", "等您登录"), "warn");
    if (!row) return;
    const link = document.createElement("a");
    link.href = outcome.address;
    link.addEventListener("click", () => { try { sessionStorage.setItem(SIGNING_IN, item.key); } catch (e) { /* it is asked then */ } });
    link.textContent = say(list, "signIn", "用手机号登录，登录后自动提交");
    row.append(link);
  } else show(item, say(list, "waits", "等待发送"), "warn");
}

async function sendAll() {
  if (isSending) return;
  isSending = true;
  clearTimeout(timer);
  let isLeft = false;
  try {
    for (const item of await waiting()) {
      if (item.refused) { settled(item, { state: "refused", html: item.refused }); continue; }
      if (isTooOld(item)) { settled(item, { state: "expired" }); continue; }
      adopt(item);
      const outcome = await deliver(item);
      if (outcome.state === "arrived") await forget(item.key);
      else if (outcome.state === "refused") await keep(Object.assign(item, { refused: outcome.html }));
      else isLeft = isLeft || outcome.state === "waits";
      settled(item, outcome);
    }
  } finally { isSending = false; }
  if (!isLeft) { tries = 0; return; }
  timer = setTimeout(sendAll, AGAIN[Math.min(tries, AGAIN.length - 1)]);
  tries += 1;
  const worker = navigator.serviceWorker && (await navigator.serviceWorker.getRegistration().catch(() => null));
  if (worker && worker.sync) worker.sync.register("outbox").catch(() => {});
}

function take(form) {
  const text = form.querySelector("textarea");
  if (text && !text.value.trim()) { form.submit(); return; } // the server says what is missing
  const fields = fieldsOf(form);
  const item = { key: fields.idempotency_key, url: form.action, page: location.pathname, at: Date.now(), fields };
  show(item, say(list, "sending", "正在发送"), "none");
  keep(item).then(() => {
    forgetDraft(form);
    if (text) { text.value = ""; text.defaultValue = ""; text.focus(); }
    form.querySelector("[name=idempotency_key]").value = newKey();
    return sendAll();
  }).catch(() => form.submit()); // nothing can be kept here: as without a script
}

export function keepQuestions(root) {
  const found = all(root, "[data-waits]")[0];
  if (!found) return;
  list = found;
  all(root, "form[data-waiting]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (!window.fetch || !window.crypto || !window.URLSearchParams) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      take(form);
    });
  });
  window.addEventListener("online", () => { tries = 0; sendAll(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sendAll(); });
  const workers = navigator.serviceWorker;
  if (workers) {
    workers.register("/sw.js").catch(() => {}); // not in every in-app browser, and not without https
    workers.addEventListener("message", (event) => { if (event.data && event.data.item) settled(event.data.item, event.data.outcome); });
  }
  sendAll();
}
