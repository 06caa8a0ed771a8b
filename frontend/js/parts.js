// Starting the parts of a page: once for the page, again for each piece that htmx puts into it.

export function start(parts) {
  document.documentElement.classList.add("has-js");
  const run = (root) => parts.forEach((part) => part(root));
  run(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) run(event.target);
  });
}

export function all(root, selector) {
  const found = Array.from(root.querySelectorAll(selector));
  if (root.matches && root.matches(selector)) found.unshift(root);
  return found;
}

// A script cannot translate: its few sentences stand in the page as data-… where they differ from these.
export function say(element, key, fallback) {
  return element.dataset[key] || fallback;
}
