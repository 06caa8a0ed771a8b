// Keeps what is being written on this phone until the server says it has arrived:
// <form data-draft="ask" …> with a hidden idempotency_key; the server sets the cookie hy_ack to that key
// (huiyin/web/idempotency.py). A draft sent twice is registered once, because it keeps its key.
import { all, say } from "./parts.js";

const PREFIX = "hy-draft:";
const KEPT_DAYS = 7;
const NEVER = /^(csrfmiddlewaretoken|phone|code|contact|next)$/; // never the way to reach a person

function store() {
  try { const s = window.localStorage; s.getItem(PREFIX); return s; } catch (e) { return null; }
}

// What is kept under one name. keep() says whether it could: there may be no store, or a full one.
export function draftOf(name) {
  const kept = store();
  const key = PREFIX + name;
  return {
    fields: () => (kept && JSON.parse(kept.getItem(key) || "{}").fields) || null,
    keep(fields) {
      try { kept.setItem(key, JSON.stringify({ at: Date.now(), fields })); return true; } catch (e) { return false; }
    },
    forget() { if (kept) kept.removeItem(key); },
  };
}

function acknowledged() {
  const found = document.cookie.match(/(?:^|; )hy_ack=([A-Za-z0-9_-]+)/);
  return found ? found[1] : "";
}

function forgetArrived(kept) {
  const key = acknowledged();
  const tooOld = Date.now() - KEPT_DAYS * 864e5;
  Object.keys(kept).filter((name) => name.startsWith(PREFIX)).forEach((name) => {
    let draft = null;
    try { draft = JSON.parse(kept.getItem(name)); } catch (e) { /* not ours any more */ }
    if (!draft || draft.at < tooOld || (key && draft.fields.idempotency_key === key)) kept.removeItem(name);
  });
  if (key) document.cookie = "hy_ack=; Max-Age=0; path=/; SameSite=Lax";
}

function keptFields(form) {
  return Array.from(form.elements).filter((el) =>
    el.name && !NEVER.test(el.name) && !el.hasAttribute("data-draft-skip") &&
    !["file", "password", "submit", "button", "tel"].includes(el.type) &&
    (el.type !== "hidden" || el.name === "idempotency_key"));
}

function read(form) {
  const fields = {};
  keptFields(form).forEach((el) => {
    if (el.type === "checkbox" || el.type === "radio") { if (el.checked) fields[`${el.name}=${el.value}`] = true; }
    else fields[el.name] = el.value;
  });
  return fields;
}

function write(form, fields) {
  keptFields(form).forEach((el) => {
    if (el.type === "checkbox" || el.type === "radio") el.checked = `${el.name}=${el.value}` in fields;
    else if (el.name in fields) el.value = fields[el.name];
  });
}

// Nothing that was filled in stays out of sight: the fold around the form, and those within it that hold a draft.
function unfold(form) {
  const filled = keptFields(form).filter((el) => el.type !== "hidden" && (el.checked || el.value !== printed(el)));
  [form, ...filled].forEach((el) => {
    for (let fold = el.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  });
}

// As the server sent it: a choice has no defaultValue, its options say which one was selected.
function printed(el) {
  if (el.tagName !== "SELECT") return el.defaultValue;
  const chosen = Array.from(el.options).find((each) => each.defaultSelected) || el.options[0];
  return chosen ? chosen.value : "";
}

// Fields of one line may come filled in (the nickname), so there only a change counts; a text comes filled in only
// where the server shows a failed form again.
function isWritten(form) {
  return keptFields(form).some((el) =>
    el.tagName === "TEXTAREA" ? el.value.trim() : el.type === "text" && el.value !== el.defaultValue);
}

function notice(form, text, kind) {
  let box = form.querySelector("[data-draft-notice]");
  if (!box) {
    box = document.createElement("div");
    box.setAttribute("data-draft-notice", "");
    box.setAttribute("role", "status");
    form.prepend(box);
  }
  box.className = `hy-notice hy-notice--${kind}`;
  const words = document.createElement("p");
  words.textContent = text;
  box.replaceChildren ? box.replaceChildren(words) : (box.innerHTML = "", box.append(words));
  return box;
}

// Says that what was left unsaved is back, with a way to do without it.
export function tellBack(form, text, drop) {
  const box = notice(form, say(form, "draftBack", text), "key");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "hy-link";
  button.textContent = say(form, "draftDrop", "不要了，清空重写");
  button.addEventListener("click", () => { drop(); box.remove(); });
  box.append(button);
}

// What was sent another way (waiting.js) is no draft any more.
export function forgetDraft(form) {
  if (form.dataset.draft) draftOf(form.dataset.draft).forget();
}

export function keepDrafts(root) {
  const kept = store();
  if (!kept) return;
  if (root === document) forgetArrived(kept);
  all(root, "form[data-draft]").forEach((form) => {
    const draft = draftOf(form.dataset.draft);
    const old = draft.fields();
    // What the server printed (a form shown again with its errors) is newer than what is kept.
    if (old && !isWritten(form)) {
      write(form, old);
      unfold(form);
      const photos = form.querySelector('input[type="file"]') ? "照片要再选一次。" : "";
      tellBack(form, `上次没有提交的内容还在，已替您填回。${photos}`, () => { draft.forget(); form.reset(); });
    }
    const keep = () => {
      if (isWritten(form)) draft.keep(read(form));
      else draft.forget();
    };
    let waiting = 0;
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 400); });
    form.addEventListener("submit", (event) => {
      keep();
      if (navigator.onLine === false && !("waiting" in form.dataset)) {
        event.preventDefault();
        notice(form, say(form, "draftOffline", "现在没有网络，内容已留在这台手机上。连上网后再按一次提交，不会重复登记。"), "warn");
      }
    }, true);
    window.addEventListener("online", () => {
      if (form.querySelector(".hy-notice--warn[data-draft-notice]"))
        notice(form, say(form, "draftOnline", "网络恢复了，请再按一次提交。"), "ok");
    });
  });
}
