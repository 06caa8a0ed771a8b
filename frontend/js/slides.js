// The keys of a presenter's remote on a page of slides; without this file the links at the foot of each do the same.
const FORWARD = ["ArrowRight", "ArrowDown", "PageDown", " "];
const BACK = ["ArrowLeft", "ArrowUp", "PageUp"];

export function turnSlides(root) {
  const deck = root.querySelector("[data-slides]");
  if (!deck) return;
  const slides = Array.from(deck.querySelectorAll("[data-slide]"));
  const here = () => {
    const middle = window.innerHeight / 2;
    const at = slides.findIndex((slide) => slide.getBoundingClientRect().bottom > middle);
    return at < 0 ? slides.length - 1 : at;
  };
  const show = (at) => {
    const slide = slides[Math.min(Math.max(at, 0), slides.length - 1)];
    window.history.replaceState(null, "", `#${slide.id}`);
    slide.scrollIntoView();
    slide.focus({ preventScroll: true });
  };
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === " " && event.target.closest("a, button, input, summary")) return;
    const to = FORWARD.includes(event.key) ? here() + 1 : BACK.includes(event.key) ? here() - 1
      : event.key === "Home" ? 0 : event.key === "End" ? slides.length - 1 : null;
    if (to === null) return;
    event.preventDefault();
    show(to);
  });
}
