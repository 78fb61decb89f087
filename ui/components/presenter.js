// The keys of a presentation press what stands on the page anyway; a handout is printed once it has been laid out.
const PRESSES = { ArrowRight: ".st-key-tour_next a", ArrowLeft: ".st-key-tour_back a", Escape: ".st-key-leave_presentation button" };
const LISTENER = "nashBargainingKeys";
const TAB = "nash-bargaining-lab handout";
const WRITES = 'input:not([type="range"]), textarea, [contenteditable="true"], [role="combobox"]';
// Whatever has a use for arrows of its own: sliders, lists, tabs, tables, figures, and the parts that play.
const MOVES = `${WRITES}, input, select, canvas, .player, .js-plotly-plot, [data-testid^="stBidiComponent"], [data-testid="stDataFrame"],
  [role="slider"], [role="radiogroup"], [role="tablist"], [role="listbox"], [role="menu"], [role="grid"], [role="spinbutton"]`;
const OPEN = '[role="dialog"], [role="listbox"], [role="menu"], [data-testid="stPopoverBody"]';

const asks = (word) => new URLSearchParams(window.location.search).get(word) === "true";

function press(event) {
  const target = PRESSES[event.key];
  if (!target || !asks("present")) return;
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const busy = event.key === "Escape" ? WRITES : MOVES;
  if (event.composedPath().some((node) => node instanceof Element && node.matches(busy))) return;
  if (event.key === "Escape" && document.querySelector(OPEN)) return;
  const found = document.querySelector(target);
  if (!found) return;
  event.preventDefault();
  found.click();
}

const laidOut = () => {
  const app = document.querySelector('[data-testid="stApp"]');
  const figures = [...document.querySelectorAll(".stPlotlyChart")];
  return document.querySelector(".st-key-footer") && app?.dataset.testScriptState === "notRunning" && !document.querySelector('[data-testid="stSkeleton"]')
    && figures.every((figure) => figure.querySelector(".main-svg"));
};

// Two looks half a second apart at the same height: figures have taken the sheet's width.
function whenStill(then, before = -1) {
  const height = laidOut() ? document.querySelector('[data-testid="stMainBlockContainer"]').scrollHeight : -1;
  if (height > 0 && height === before) then();
  else setTimeout(whenStill, 500, then, height);
}

// Everything the address says, in the browser's light theme.
function handout() {
  const url = new URL(window.location.href);
  url.searchParams.delete("present");
  for (const [word, value] of [["handout", "true"], ["embed", "true"], ["embed_options", "light_theme"]]) url.searchParams.set(word, value);
  window.open(url, TAB);
}

export default function ({ parentElement }) {
  const button = parentElement.querySelector("button");
  const paper = asks("handout");
  button.hidden = paper;
  button.onclick = handout;
  if (paper && window.name === TAB) {
    window.name = ""; // once
    window.addEventListener("afterprint", () => window.close(), { once: true });
    whenStill(() => window.print());
  }
  // One listener however often the part is mounted: it moves between the sidebar and a presentation's column.
  document.removeEventListener("keydown", document[LISTENER]);
  document[LISTENER] = press;
  document.addEventListener("keydown", press);
}
