// A row laid out as a card stops being a row for some screen readers; the roles say again what it is.
import { all } from "./parts.js";

const ROLES = [
  ["thead, tbody", "rowgroup"], ["tr", "row"], ["td", "cell"],
  ["thead th", "columnheader"], ["tbody th", "rowheader"],
];

export function nameTables(root) {
  all(root, ".hy-table--stack").forEach((table) => {
    table.setAttribute("role", "table");
    ROLES.forEach(([selector, role]) =>
      table.querySelectorAll(selector).forEach((part) => part.setAttribute("role", role)));
  });
}
