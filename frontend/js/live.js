// A part of the page that follows the server: <div data-live="address" data-live-every="3000" data-live-etag="…">.
// Asked again no oftener than every two seconds, a little irregularly, slower behind another page and after errors; an
// answer 304 changes nothing. An answer may say how often to ask from now on, 0 for never again ([data-live-news]).
// A [data-keep] with an id stays open; where somebody is writing in it, it stays as it is, and the focus with it.
import { hearTime, runClocks } from "./clock.js";
import { all, say } from "./parts.js";

const LEAST = 2000;
const MOST = 60000;
const HIDDEN = 5; // times slower where nobody looks
const PATIENCE = 10000;

export const isText = (el) => el && (el.tagName === "TEXTAREA" || (el.tagName === "INPUT" && !/^(checkbox|radio|submit|button|hidden)$/.test(el.type)));

function isChanged(control) {
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  if (control.tagName === "SELECT") return Array.from(control.options).some((o) => o.selected !== o.defaultSelected) && control.selectedIndex > 0;
  return isText(control) && control.value !== control.defaultValue;
}

// Something is being written in it, or was given back to be mended; what stands in a part that keeps itself is not its own.
export function isWritten(part) {
  const isOwn = (el) => { const keeper = el.closest("[data-keep][id]"); return keeper === part || !part.contains(keeper); };
  const held = document.activeElement;
  if (part.contains(held) && held.matches("input, textarea, select") && isOwn(held)) return true;
  return all(part, "form[data-back]").some(isOwn) || all(part, "input, textarea, select").some((control) => isOwn(control) && isChanged(control));
}

// Where the focus stood, as a way to find it again in the new part.
function focusIn(place) {
  const held = document.activeElement;
  if (!held || held === place || !place.contains(held)) return null;
  const selection = isText(held) ? [held.selectionStart, held.selectionEnd] : null;
  const owner = held.id ? null : held.closest("[id]");
  const at = owner ? all(owner, "a, button, summary, input, select, textarea").indexOf(held) : -1;
  return () => {
    let found = place.contains(held) ? held : held.id && document.getElementById(held.id);
    if (!found && owner && owner.id) {
      const now = document.getElementById(owner.id);
      found = now && all(now, "a, button, summary, input, select, textarea")[at];
    }
    if (!found) { place.tabIndex = -1; found = place; } // what it stood on is gone
    found.focus({ preventScroll: true });
    if (selection && found.setSelectionRange) try { found.setSelectionRange(...selection); } catch (e) { /* not this kind */ }
  };
}

// An answer is the whole place, or parts of it by name ([data-slot]) with what stands between them left alone.
export function swap(place, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const giveFocusBack = focusIn(place);
  all(place, "[data-keep][id]").forEach((part) => {
    const other = fresh.content.querySelector(`#${part.id}`);
    if (!other) return;
    if (isWritten(part)) { other.replaceWith(part); return; }
    if (part.open) other.open = true;
  });
  const parts = Array.from(fresh.content.querySelectorAll("[data-slot]"));
  if (parts.length)
    parts.forEach((part) => {
      const old = place.querySelector(`[data-slot="${part.dataset.slot}"]`);
      if (old) old.replaceWith(part);
    });
  else { place.textContent = ""; place.append(fresh.content); }
  if (giveFocusBack) giveFocusBack();
  runClocks(place);
  tellNews(place);
  place.dispatchEvent(new CustomEvent("hy:swapped", { bubbles: true }));
}

// Only what matters is read out, and only once: the question that is answered now, a pause, the end.
function tellNews(place) {
  const news = place.querySelector("[data-live-news]");
  const ear = document.querySelector("[data-live-say]");
  if (!news || !ear || place.lastNews === news.textContent) return;
  if (place.lastNews !== undefined) ear.textContent = news.textContent;
  place.lastNews = news.textContent;
}

function tellState(place, isBroken, text) {
  const line = document.querySelector("[data-live-state]");
  if (!line) return;
  line.classList.toggle("hy-line--bad", isBroken);
  line.classList.toggle("hy-line--quiet", !isBroken);
  const said = line.querySelector("span");
  if (said) said.textContent = isBroken ? text || say(line, "broken", "网络断了，正在重新连接。") : "";
}

function follow(place) {
  let every = 3000;
  let etag = place.dataset.liveEtag || "";
  let failures = 0;
  let timer = 0;
  let askedAt = Date.now();
  let isAsking = false;
  let isOver = false;

  const hearPace = (told) => {
    if (!told) return;
    isOver = Number(told) === 0;
    every = Math.max(LEAST, Number(told));
  };
  const delay = () => {
    const usual = document.hidden ? every * HIDDEN : Math.min(MOST, every * 2 ** failures);
    return Math.max(LEAST, usual * (0.85 + Math.random() * 0.3));
  };
  const plan = (wait) => {
    clearTimeout(timer);
    if (!isOver) timer = setTimeout(ask, wait === undefined ? delay() : Math.max(wait, askedAt + LEAST - Date.now()));
  };

  function take(html, tag) {
    etag = tag || "";
    swap(place, html);
    const news = place.querySelector("[data-live-news]");
    hearPace(news && news.dataset.every);
  }

  async function ask() {
    if (isAsking || isOver) return;
    isAsking = true;
    askedAt = Date.now();
    const stop = window.AbortController ? new AbortController() : null;
    const tired = stop && setTimeout(() => stop.abort(), PATIENCE);
    try {
      const headers = etag ? { "If-None-Match": etag } : {};
      const answer = await fetch(place.dataset.live, {
        headers, cache: "no-store", credentials: "same-origin", signal: stop ? stop.signal : undefined,
      });
      hearTime(Number(answer.headers.get("X-Server-Time")), Date.now() - askedAt);
      if (answer.redirected) {
        isOver = true;
        tellState(place, true, say(place, "signedOut", "登录过期了，请刷新页面重新登录。"));
      } else if (answer.status === 304 || answer.ok) {
        if (answer.ok) take(await answer.text(), answer.headers.get("ETag"));
        failures = 0;
        tellState(place, false);
        place.dispatchEvent(new CustomEvent("hy:connected", { bubbles: true }));
      } else if (answer.status === 404 || answer.status === 410) {
        isOver = true;
        tellState(place, true, say(place, "gone", "这一页不再更新，请刷新。"));
      } else throw new Error(String(answer.status));
    } catch (e) {
      failures = Math.min(failures + 1, 6);
      tellState(place, true);
    } finally {
      if (tired) clearTimeout(tired);
      isAsking = false;
      plan();
    }
  }

  place.take = take;
  place.askNow = () => plan(0);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) plan(0); });
  window.addEventListener("online", () => { failures = 0; plan(0); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) plan(0); });
  hearPace(place.dataset.liveEvery);
  hearTime(Number(place.dataset.now), 0);
  tellNews(place);
  plan(1000);
}

export function followLive(root) {
  all(root, "[data-live]").forEach((place) => { if (!place.take) follow(place); });
}
