// Beside a long text: put the mark of a number or photo where the cursor stands.
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
}
