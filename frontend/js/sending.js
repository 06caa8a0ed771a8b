// A second press while the first is on its way sends nothing; the server's idempotency key is the real guard.
import { all } from "./parts.js";

const WAIT = 8000; // then a press counts again: the network may have lost the first

export function sendOnce(root) {
  all(root, 'form[method="post"]').forEach((form) => {
    let sentAt = 0;
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      const now = Date.now();
      if (now - sentAt < WAIT) { event.preventDefault(); return; }
      sentAt = now;
      form.setAttribute("aria-busy", "true");
    });
    form.addEventListener("htmx:afterRequest", () => { sentAt = 0; form.removeAttribute("aria-busy"); });
  });
  // Coming back with the browser's button shows the form as it was left: it may be sent again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) all(document, "form[aria-busy]").forEach((form) => form.removeAttribute("aria-busy"));
  });
}
