// A long text that htmx saves as one types: <form data-saving="name of its draft" hx-post hx-trigger="…, hy:save">.
// From the first key the page says that it is not saved. Whatever leads away waits for the saving and stays where that
// fails; what cannot wait (Back, a closed tab) sends the text off. Until it has arrived it is kept on this device and
// comes back with the page. Without a script there is the button.
import { draftOf, tellBack } from "./drafts.js";
import { isWritten } from "./live.js";
import { all } from "./parts.js";

const AGAIN = 15000;

// Refusals come with 200 as well, so that their line is put into the page. Nothing else may take its place.
const isItsLine = (xhr) => xhr.status === 200 && xhr.responseText.includes('id="saved"');
const isKeptBy = (xhr) => isItsLine(xhr) && !xhr.responseText.includes("data-refused");

function leadsAway(link) {
  const isHere = link.hash && link.href.split("#")[0] === window.location.href.split("#")[0];
  return /^https?:$/.test(link.protocol) && !isHere && link.target !== "_blank" && !("leaves" in link.dataset);
}

export function saveWhileWriting(root) {
  all(root, "form[data-saving]").forEach(keepSaved);
}

function keepSaved(form) {
  const text = form.querySelector("textarea");
  const draft = draftOf(form.dataset.saving);
  let saved = text.defaultValue; // what the server has
  let sent = saved;
  let leaving = null; // what was pressed before all was saved, and how it goes on
  let again = 0;
  let isOnDevice = true;
  let isSentOff = false;
  let wasLate = false;

  const isUnsaved = () => text.value !== saved;
  const save = () => form.dispatchEvent(new Event("hy:save"));
  const state = () => form.querySelector("#saved");
  const version = () => form.querySelector("[name=version]");

  function look() {
    form.toggleAttribute("data-unsaved", isUnsaved());
    if (isUnsaved()) isOnDevice = draft.keep({ body: text.value, version: version().value, upon: [saved, sent] });
    else draft.forget();
  }

  function tellFailure(words, reopen) {
    const line = document.createElement("p");
    line.textContent = words;
    if (reopen) {
      const link = document.createElement("a");
      link.href = window.location.href.split("#")[0];
      link.dataset.leaves = "";
      link.textContent = reopen;
      line.append(" ", link);
    }
    const box = document.createElement("div");
    box.className = "hy-notice hy-notice--bad";
    box.append(line);
    all(state(), ":scope > p, :scope > div").forEach((each) => each.remove());
    state().append(box);
  }

  function failed({ status }) {
    const told = form.dataset;
    if (status === 401) return; // signedout.js says it
    if (status && status < 500 && status !== 429) { tellFailure(told.savingRefused, told.savingReopen); return; }
    tellFailure(status ? told.savingFailed : told.savingOffline);
    again = setTimeout(save, AGAIN);
  }

  form.addEventListener("htmx:beforeRequest", () => { sent = text.value; clearTimeout(again); look(); });
  form.addEventListener("htmx:beforeSwap", ({ detail }) => { if (!isItsLine(detail.xhr)) detail.shouldSwap = false; });
  form.addEventListener("htmx:afterRequest", ({ detail }) => {
    const isKept = isKeptBy(detail.xhr);
    if (isKept) saved = sent;
    else if (!isItsLine(detail.xhr)) failed(detail.xhr);
    look();
    const isLate = state().matches("[data-stale]");
    if (!isKept || (isLate && !wasLate)) leaving = null; // somebody else wrote meanwhile: that is read first
    wasLate = isLate;
    if (leaving && isUnsaved()) save();
    else if (leaving) { const { go } = leaving; leaving = null; go(); }
  });
  text.addEventListener("input", look);
  window.addEventListener("online", () => { if (isUnsaved()) save(); });

  function wait(event, from, go) {
    event.preventDefault();
    event.stopPropagation();
    leaving = { from, go };
    save();
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || !isUnsaved() || event.ctrlKey || event.metaKey || event.shiftKey || !leadsAway(link)) return;
    wait(event, link, () => window.location.assign(link.href));
  }, true);
  document.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    if (target === form || !isUnsaved()) return;
    wait(event, submitter || target, () => (submitter ? submitter.click() : target.submit()));
  }, true);

  // What is drawn anew beside the text leaves alone what somebody is filling in or has just sent, and open folds open.
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    const { target, fragment } = detail;
    if (isWritten(target) || (leaving && target.contains(leaving.from))) detail.shouldSwap = false;
    all(fragment, "details[id]").forEach((fold) => {
      const old = document.getElementById(fold.id);
      fold.open = Boolean(old && old.open);
    });
  });

  window.addEventListener("beforeunload", (event) => { if (isUnsaved() && !isOnDevice) event.preventDefault(); });
  window.addEventListener("pagehide", () => {
    if (!isUnsaved() || form.matches(".htmx-request")) return;
    isSentOff = true;
    fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, keepalive: true })
      .catch(() => { /* too long, or no network: it is on this device */ });
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted && isSentOff) window.location.reload(); });

  function giveBack() {
    const old = draft.fields();
    if (!old) return;
    if (old.body === saved) { draft.forget(); return; }
    // Over words of somebody else it is not written: it is sent with the version it was written upon.
    if (!old.upon.includes(saved)) version().value = old.version;
    const enter = (words) => { text.value = words; text.dispatchEvent(new Event("input", { bubbles: true })); };
    enter(old.body);
    tellBack(form, "", () => enter(text.defaultValue));
  }
  document.addEventListener("DOMContentLoaded", giveBack); // htmx listens by then
}
