// What was written in an act that was refused goes back into its form, open and with the reason: nobody types it again.
import { isText, isWritten } from "./live.js";
import { all } from "./parts.js";

const formOf = (act) => {
  const fold = act.fold && document.getElementById(act.fold);
  return fold && fold.querySelector("form[data-act]");
};

// What was typed, for where its form is gone, or taken by something else meanwhile.
export function writtenIn(form) {
  return Array.from(form.elements).filter((control) => isText(control) && control.value.trim()).map((control) => control.value.trim());
}

export function isGivenBack(act) {
  const form = formOf(act);
  return Boolean(form) && form.dataset.back === act.key;
}

export function giveBack(act) {
  const form = formOf(act);
  if (!form || isWritten(form)) return;
  Array.from(form.elements).forEach((control) => {
    if (control.type === "hidden" || !(control.name in act.fields)) return;
    if (control.type === "radio" || control.type === "checkbox") control.checked = control.value === act.fields[control.name];
    else control.value = act.fields[control.name];
  });
  const why = document.createElement("p");
  why.className = "hy-error";
  why.setAttribute("role", "alert");
  why.textContent = act.refused;
  form.prepend(why);
  form.dataset.back = act.key;
  form.closest("details").open = true;
}

// It is sent again, as it stands now.
export function takeUp(form) {
  delete form.dataset.back;
  all(form, ":scope > .hy-error").forEach((why) => why.remove());
}
