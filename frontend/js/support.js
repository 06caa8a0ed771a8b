// 同问 without leaving the page. The live part is the same for everybody; which ones are mine stands beside it, in
// [data-mine], and is drawn into each new part. Without a script the button posts its form.
import { all, say } from "./parts.js";

function mineOf() {
  const kept = document.querySelector("[data-mine]");
  return { kept, ids: kept ? kept.dataset.mine.split(" ").filter(Boolean) : [] };
}

function drawMine(root) {
  const { kept, ids } = mineOf();
  if (!kept) return;
  all(root, "button[data-support]").forEach((button) => {
    const isMine = ids.includes(button.dataset.support);
    button.setAttribute("aria-pressed", String(isMine));
    const word = button.querySelector("span");
    if (word) word.textContent = isMine ? say(kept, "done", "已同问") : say(kept, "todo", "同问");
  });
}

async function send(button) {
  const form = button.form;
  const body = new URLSearchParams(new FormData(form));
  body.set(button.name, button.value);
  const answer = await fetch(form.action, { method: "POST", credentials: "same-origin", body, headers: { "HX-Request": "true" } });
  if (answer.status === 401) { location.href = answer.headers.get("HX-Redirect") || location.href; return; }
  const told = document.querySelector("[data-live-say]");
  if (!answer.ok) {
    const read = document.createElement("template");
    read.innerHTML = await answer.text();
    tell(button, read.content.textContent.trim());
    return;
  }
  const { kept, ids } = mineOf();
  kept.dataset.mine = [...ids, button.dataset.support].join(" ");
  const count = button.querySelector("b");
  if (count) count.textContent = String(Number(count.textContent) + 1);
  drawMine(button.parentNode);
  if (told) told.textContent = say(kept, "heard", "已同问");
  const live = button.closest("[data-live]");
  if (live && live.askNow) live.askNow();
}

function tell(button, text) {
  const row = button.closest("li");
  let said = row.querySelector("[data-said]");
  if (!said) {
    said = document.createElement("p");
    said.dataset.said = "";
    said.setAttribute("role", "status");
    said.className = "hy-tight hy-meta";
    (row.firstElementChild || row).append(said);
  }
  said.textContent = text;
}

export function supportInPlace(root) {
  if (!window.fetch || !window.URLSearchParams) return;
  drawMine(root);
  if (root !== document) return;
  document.addEventListener("hy:swapped", (event) => drawMine(event.target));
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("button[data-support]");
    if (!button || !button.form) return;
    event.preventDefault();
    if (button.getAttribute("aria-pressed") === "true") return;
    const { kept } = mineOf();
    send(button).catch(() => tell(button, say(kept, "offline", "没有网络，没有记上，请稍后再按。")));
  });
}
