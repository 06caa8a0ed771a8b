// Who was signed out meanwhile gets 401 for a part of a page, with a line that leads to signing in and back
// (huiyin/web/returning.py). The line goes beside what was being written; nothing is replaced by it.

function tell(html, target) {
  document.querySelectorAll("[data-signed-out]").forEach((each) => each.remove());
  const answer = document.createElement("template");
  answer.innerHTML = html;
  const line = answer.content.querySelector("[data-signed-out]");
  if (!line) return;
  const state = document.querySelector("form[data-saving] #saved");
  if (state) state.append(line);
  else target.before(line);
}

export function tellSignedOut(root) {
  if (root !== document) return;
  document.addEventListener("htmx:responseError", ({ detail }) => {
    if (detail.xhr.status === 401) tell(detail.xhr.responseText, detail.target);
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const asks = event.target.getAttribute("hx-trigger") || "";
    if (asks.startsWith("every") && document.querySelector("[data-signed-out]")) event.preventDefault();
  });
  // Signed in again in another tab.
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful) document.querySelectorAll("[data-signed-out]").forEach((each) => each.remove());
  });
}
