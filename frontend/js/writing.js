// Beside a long text: put the mark of a number or photo where the cursor stands, and say when saving did not work.
// Saving itself is htmx's (hx-post on the form); without a script there is the button.
import { all } from "./parts.js";

export function helpWriting(root) {
  all(root, "[data-insert]").forEach((button) =>
    button.addEventListener("click", () => {
      const text = document.getElementById(button.dataset.insertInto);
      if (!text) return;
      text.setRangeText(button.dataset.insert, text.selectionStart, text.selectionEnd, "end");
      text.focus();
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }));
  all(root, "form[data-saving]").forEach((form) => {
    const text = form.querySelector("textarea");
    let isWaiting = false;
    // Somebody else wrote meanwhile and both texts are kept: no more saving over theirs until they are put together.
    form.addEventListener("htmx:beforeRequest", (event) => { if (form.querySelector("[data-stale]")) event.preventDefault(); });
    form.addEventListener("htmx:sendError", () => {
      isWaiting = true;
      const state = form.querySelector("[role=status]");
      const words = state.querySelector("p") || state.appendChild(document.createElement("p"));
      words.className = "hy-due-late";
      words.textContent = form.dataset.savingOffline;
    });
    window.addEventListener("online", () => {
      if (isWaiting) { isWaiting = false; text.dispatchEvent(new Event("input", { bubbles: true })); }
    });
  });
}
