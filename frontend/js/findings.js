// Beside a long text: go to the words of a finding, put another wording in their place so that Ctrl+Z takes it back,
// say how many findings there are when that changes. Asking while one types is htmx's; without a script the findings
// stand on the page as of the last saving.
import { all } from "./parts.js";

const BLANK = "＿"; // what a wording leaves to be filled in

// Where the words of a button stand now: they may have moved since they were found.
function placeOf(text, button) {
  const [start, end] = button.dataset.span.split(" ").map(Number);
  const words = button.dataset.words;
  if (text.value.slice(start, end) === words) return [start, end];
  let nearest = -1;
  for (let at = text.value.indexOf(words); at >= 0; at = text.value.indexOf(words, at + 1))
    if (nearest < 0 || Math.abs(at - start) < Math.abs(nearest - start)) nearest = at;
  return nearest < 0 ? null : [nearest, nearest + words.length];
}

function show(text, start, end) {
  text.focus({ preventScroll: true });
  text.setSelectionRange(start, end);
  text.scrollTop = text.scrollHeight * (start / (text.value.length || 1)) - text.clientHeight / 2;
  text.scrollIntoView({ block: "nearest" });
}

function replace(text, start, end, words) {
  show(text, start, end);
  // Old, but the only way in which the browser can take it back.
  if (!document.execCommand("insertText", false, words)) {
    text.setRangeText(words, start, end, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const blank = words.indexOf(BLANK);
  if (blank >= 0) text.setSelectionRange(start + blank, start + blank + 1);
}

export function showFindings(root) {
  const text = document.querySelector("form[data-saving] textarea");
  if (!text) return;
  all(root, "button[data-span]").forEach((button) =>
    button.addEventListener("click", () => {
      const place = placeOf(text, button);
      if (!place) { show(text, text.selectionStart, text.selectionStart); return; } // the words were changed meanwhile
      if ("take" in button.dataset) replace(text, place[0], place[1], button.dataset.take);
      else show(text, place[0], place[1]);
    }));
  all(root, "[data-findings]").forEach((place) => {
    // Whoever is writing a reason does not lose it to what the check says anew.
    place.addEventListener("htmx:beforeSwap", (event) => {
      const isWriting = Array.from(place.querySelectorAll("textarea")).some((each) => each.value || each === document.activeElement);
      if (isWriting) event.detail.shouldSwap = false;
    });
    place.addEventListener("htmx:afterSwap", () => {
      const said = document.querySelector("[data-findings-said]");
      const now = place.querySelector("[data-said]").dataset.said;
      if (said.textContent !== now) said.textContent = now;
    });
  });
}
