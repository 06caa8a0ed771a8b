// The question clock runs here between two answers of the server: done seconds and, while it is open, since when.
// The server's time counts: each answer says it, and the reader's own clock is only the distance from it.
import { all } from "./parts.js";

const RING = 1.2; // of the minimum: 36 minutes for 30, so that the mark stands free at ten o'clock
const ROUND = 2 * Math.PI * 88;

let offset = 0;
let bestTrip = Infinity;

export function hearTime(told, trip) {
  if (!told) return;
  const heard = told + trip / 2 - Date.now();
  // The quickest answer knows best; a clock that was set anew is believed at once.
  if (trip <= bestTrip || Math.abs(heard - offset) > trip + 2000) { offset = heard; bestTrip = trip; }
  bestTrip = bestTrip * 1.2 + 1;
}

export function serverNow() { return Date.now() + offset; }

function clockTime(seconds) {
  const minutes = Math.floor(seconds / 60);
  return `${minutes < 10 ? "0" : ""}${minutes}:${`0${seconds % 60}`.slice(-2)}`;
}

function words(seconds) {
  const minutes = Math.floor(seconds / 60);
  return minutes ? `${minutes} 分 ${seconds % 60} 秒` : `${seconds} 秒`;
}

export function openSeconds(clock) {
  const since = Number(clock.dataset.since || 0);
  const open = since ? Math.max(0, serverNow() - since) / 1000 : 0;
  return Math.floor(Number(clock.dataset.done || 0) + open);
}

function draw(clock) {
  const seconds = openSeconds(clock);
  const needed = Number(clock.dataset.needed);
  const left = Math.max(0, needed - seconds);
  const run = clock.querySelector(".run");
  const length = Math.min(1, seconds / (needed * RING)) * ROUND;
  if (run) run.setAttribute("stroke-dasharray", `${length.toFixed(1)} ${ROUND.toFixed(1)}`);
  const time = clock.querySelector("[data-clock-time]");
  if (time) time.textContent = clockTime(seconds);
  const place = clock.closest("[data-live]") || document;
  all(place, "[data-clock-left]").forEach((said) => {
    const told = said.dataset.clockLeft === "words" ? words(left) : clockTime(left);
    said.textContent = left ? said.dataset.more.replace("{t}", told) : said.dataset.enough;
  });
}

function drawSpoken(said) {
  const seconds = Math.max(0, Math.floor((serverNow() - Number(said.dataset.since)) / 1000));
  said.textContent = said.dataset.said.replace("{t}", words(seconds));
}

export function runClocks(root) {
  all(root, "[data-clock]").forEach(draw);
  all(root, "[data-running]").forEach(drawSpoken);
}

let ticking = 0;

export function tickClocks(root) {
  runClocks(root);
  if (!ticking && document.querySelector("[data-clock], [data-running], [data-live]"))
    ticking = setInterval(() => { if (!document.hidden) runClocks(document); }, 500);
}
