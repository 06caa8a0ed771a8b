// A button that prints; without a script the browser's own menu does.
import { all } from "./parts.js";

export function printOnDemand(root) {
  all(root, "[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
}
