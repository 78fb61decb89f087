// What has the width of the screen is printed as much smaller as the sheet is narrower, so that nothing is cut.
const SHEET = ((210 - 2 * 13) / 25.4) * 96; // pixels: A4 within the margins of assets/print.css
const FIXED = ".stPlotlyChart, .stDataFrame, .katex-display";

export default function () {
  const zoom = (by) => document.querySelectorAll(FIXED).forEach((one) => (one.style.zoom = by));
  const shrink = () => {
    const main = getComputedStyle(document.querySelector('[data-testid="stMainBlockContainer"]'));
    zoom(Math.min(1, SHEET / (parseFloat(main.width) - parseFloat(main.paddingLeft) - parseFloat(main.paddingRight))));
  };
  const back = () => zoom("");
  window.addEventListener("beforeprint", shrink);
  window.addEventListener("afterprint", back);
  return () => {
    window.removeEventListener("beforeprint", shrink);
    window.removeEventListener("afterprint", back);
  };
}
