// Before and after: two pictures side by side; a button lays one over the other with a slider between them.
import { all, say } from "./parts.js";

export function compareOnDemand(root) {
  all(root, ".hy-pair").forEach((pair) => {
    const figures = pair.querySelectorAll("figure");
    if (figures.length !== 2 || pair.dataset.compare === "off") return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "hy-link hy-pair-switch";
    button.textContent = say(pair, "over", "叠在一起拖动对比");
    button.setAttribute("aria-expanded", "false");
    const range = document.createElement("input");
    range.type = "range";
    range.min = "0"; range.max = "100"; range.value = "50";
    range.className = "hy-pair__range";
    // Several pairs may stand on a page: what it shows says which one this is.
    const shown = figures[1].querySelector("img");
    range.setAttribute("aria-label", [say(pair, "range", "之前和之后的分界"), shown && shown.alt].filter(Boolean).join("，"));
    const cut = () => {
      pair.style.setProperty("--cut", `${range.value}%`);
      range.setAttribute("aria-valuetext", `${say(pair, "shareBefore", "左边是之前，占")} ${range.value}%`);
    };
    range.addEventListener("input", cut);
    button.addEventListener("click", () => {
      const isOver = pair.classList.toggle("hy-pair--over");
      button.setAttribute("aria-expanded", String(isOver));
      button.textContent = isOver ? say(pair, "beside", "并排看") : say(pair, "over", "叠在一起拖动对比");
      if (isOver) { figures[0].after(range); cut(); range.focus(); } else range.remove();
    });
    pair.after(button);
  });
}
