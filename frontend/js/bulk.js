// Choosing many rows: <form data-bulk> with checkboxes named in data-bulk, a bar .hy-bulk, a counter [data-chosen].
// Without a script the buttons are always there and the server says that nothing was chosen.
import { all, say } from "./parts.js";

export function chooseMany(root) {
  all(root, "form[data-bulk]").forEach((form) => {
    const boxes = () => Array.from(form.querySelectorAll(`input[type="checkbox"][name="${form.dataset.bulk}"]`));
    const everyone = form.querySelector("[data-choose-all]");
    const bar = form.querySelector(".hy-bulk");
    const counter = form.querySelector("[data-chosen]");
    const show = () => {
      const chosen = boxes().filter((box) => box.checked);
      boxes().forEach((box) => {
        const row = box.closest("tr");
        if (row) row.setAttribute("aria-selected", String(box.checked));
      });
      if (everyone) {
        everyone.checked = chosen.length > 0 && chosen.length === boxes().length;
        everyone.indeterminate = chosen.length > 0 && chosen.length < boxes().length;
      }
      if (bar) {
        bar.classList.toggle("is-choosing", chosen.length > 0);
        bar.querySelectorAll("[data-needs-choice]").forEach((b) => { b.disabled = chosen.length === 0; });
      }
      if (counter)
        counter.textContent = chosen.length
          ? say(counter, "some", "已选 {n} 件").replace("{n}", chosen.length)
          : say(counter, "none", "先选中事项");
    };
    form.addEventListener("change", (event) => {
      if (event.target === everyone) boxes().forEach((box) => { box.checked = everyone.checked; });
      show();
    });
    show();
  });
}
