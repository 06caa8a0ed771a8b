// Covering parts of a photo: drag on the picture fills the row of numbers, numbers move the boxes.
// Without this file the same page works by typing the numbers and pressing 先看看.

import { all } from "./parts.js";

const SIDES = ["x", "y", "w", "h"];
const round = (share) => Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;

function rowsOf(form) {
  return Array.from(form.querySelectorAll("[data-redact-row]")).map((row) => {
    const inputs = SIDES.map((side) => row.querySelector(`input[name$="-${side}"]`));
    const rect = form.querySelector(`[data-redact-box="${row.getAttribute("data-redact-row")}"]`);
    return { inputs, rect };
  });
}

function show({ inputs, rect }) {
  const [x, y, w, h] = inputs.map((input) => parseFloat(input.value) || 0);
  rect.setAttribute("x", x);
  rect.setAttribute("y", y);
  rect.setAttribute("width", Math.max(0, Math.min(w, 100 - x)));
  rect.setAttribute("height", Math.max(0, Math.min(h, 100 - y)));
}

function coverOne(form) {
  const picture = form.querySelector("[data-redact-picture]");
  const rows = rowsOf(form);
  if (!picture || !window.PointerEvent) return;
  let drawing = null;

  const place = (event) => {
    const box = picture.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  const chosen = () => {
    const typed = rows.find((row) => row.inputs.indexOf(document.activeElement) >= 0);
    return typed || rows.find((row) => !parseFloat(row.inputs[2].value));
  };
  const unfold = (row) => {
    const folded = row.inputs[0].closest("details");
    if (folded) folded.open = true;
  };

  picture.addEventListener("pointerdown", (event) => {
    const row = chosen();
    if (!row || !event.isPrimary) return;
    event.preventDefault();
    unfold(row);
    picture.setPointerCapture(event.pointerId);
    drawing = { row, from: place(event) };
  });
  picture.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    const [x, y] = place(event);
    const [fromX, fromY] = drawing.from;
    const left = round(Math.min(x, fromX));
    const top = round(Math.min(y, fromY));
    const sides = [left, top, round(Math.max(x, fromX)) - left, round(Math.max(y, fromY)) - top];
    drawing.row.inputs.forEach((input, index) => { input.value = Math.round(sides[index] * 10) / 10; });
    show(drawing.row);
  });
  const stop = () => {
    // A click without a drag draws nothing.
    if (drawing && !(parseFloat(drawing.row.inputs[2].value) && parseFloat(drawing.row.inputs[3].value))) {
      drawing.row.inputs.forEach((input) => { input.value = ""; });
      show(drawing.row);
    }
    drawing = null;
  };
  picture.addEventListener("pointerup", stop);
  picture.addEventListener("pointercancel", stop);
  rows.forEach((row) => row.inputs.forEach((input) => input.addEventListener("input", () => show(row))));
}

export function coverByHand(root) {
  all(root, "form[data-redact]").forEach(coverOne);
}
