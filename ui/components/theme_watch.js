// Streamlit restyles the page when the reader switches the theme, but does not run the script again, and figures carry
// their own colours. This part notices and asks for a new run.
const LOOK_AGAIN_MS = 300;

function shown(element) {
  const paint = document.createElement("canvas").getContext("2d");
  const host = element.host || element;
  paint.fillStyle = getComputedStyle(host).getPropertyValue("--st-background-color").trim();
  paint.fillRect(0, 0, 1, 1);
  const [red, green, blue] = paint.getImageData(0, 0, 1, 1).data;
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? "dark" : "light";
}

export default function ({ data, parentElement, setStateValue }) {
  let known = data.theme;
  const timer = setInterval(() => {
    const now = shown(parentElement);
    if (now !== known) {
      known = now;
      setStateValue("theme", now);
    }
  }, LOOK_AGAIN_MS);
  return () => clearInterval(timer);
}
