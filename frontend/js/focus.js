// Where reading goes on: at the errors of a form, or at what htmx has just put into the page.
import { all } from "./parts.js";

export function guideFocus(root) {
  const target = all(root, "[data-focus]")[0];
  if (target) target.focus({ preventScroll: false });
  // A link of the error summary leads to the field itself, also into a group of choices.
  all(root, '.hy-errors a[href^="#"]').forEach((link) =>
    link.addEventListener("click", (event) => {
      const field = document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      const control = field.matches("fieldset") ? field.querySelector("input") || field : field;
      control.focus();
      control.scrollIntoView({ block: "center" });
    }));
}
