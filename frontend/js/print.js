// A button that prints; without a script the browser's own menu does. Pictures further down are not loaded yet when
// somebody prints: they are fetched first, so that none is blank on paper.
import { all } from "./parts.js";

const LONGEST_WAIT = 5000;

function fetchPictures() {
  const late = all(document, 'img[loading="lazy"]');
  late.forEach((picture) => { picture.loading = "eager"; });
  const shown = late.map((picture) => (picture.decode ? picture.decode().catch(() => {}) : null));
  return Promise.race([Promise.all(shown), new Promise((done) => setTimeout(done, LONGEST_WAIT))]);
}

export function printOnDemand(root) {
  all(root, "[data-print]").forEach((button) =>
    button.addEventListener("click", () => fetchPictures().then(() => window.print())));
  if (root === document) window.addEventListener("beforeprint", fetchPictures);
}
