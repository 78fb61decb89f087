// A formula that is wider than its column is written smaller, so that none is cut: on a phone, in large type, on paper.
const SIZE = 1.21; // times the text around it, as the formulas' own style sheet has it
const LEAST = 0.2;
const SLACK = 3; // pixels that the drawing reaches past its own box at any size

function fit(formula) {
  const text = formula.firstElementChild;
  if (!text) return;
  text.style.fontSize = "";
  const [needs, has] = [formula.scrollWidth, formula.clientWidth];
  if (has && needs > has + SLACK) text.style.fontSize = `${SIZE * Math.max(LEAST, (0.97 * has) / needs)}em`;
}

export default function () {
  const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => fit(target)));
  const known = new WeakSet();
  const look = () => document.querySelectorAll(".katex-display").forEach((formula) => {
    if (!known.has(formula)) sizes.observe(formula);
    known.add(formula);
    fit(formula);
  });
  let frame = 0;
  const news = new MutationObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(look);
  });
  news.observe(document.body, { childList: true, subtree: true });
  look();
  return () => {
    cancelAnimationFrame(frame);
    sizes.disconnect();
    news.disconnect();
  };
}
