// Raised hands by option, kept by this browser alone. The answer is the server's, and comes only when it is asked for.
const MOST = 9999;
const place = (name) => `nash-bargaining-lab hands ${name}`;

function recall(name, options) {
  let kept = null;
  try {
    kept = JSON.parse(window.localStorage.getItem(place(name)));
  } catch { /* a browser that keeps nothing, or something else under this name */ }
  const count = (value) => (Number.isInteger(value) && value >= 0 && value <= MOST ? value : 0);
  return options.map((_, i) => count(Array.isArray(kept) && kept.length === options.length ? kept[i] : 0));
}

function keep(name, counts) {
  try {
    window.localStorage.setItem(place(name), JSON.stringify(counts));
  } catch { /* counted all the same, as long as the page stands */ }
}

function build(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const find = (selector) => parentElement.querySelector(selector);
  const { name, options, answer } = data;
  const counts = recall(name, options);
  const right = answer ? answer.option : null;
  find(".text").textContent = data.text;
  const rows = options.map((option, i) => {
    const row = build("li", i === right ? "option right" : "option", "");
    const [less, more] = [[-1, "−", "One hand less"], [1, "+", "One hand more"]].map(([by, sign, says]) => {
      const button = build("button", by < 0 ? "less" : "more", sign);
      button.type = "button";
      button.setAttribute("aria-label", `${says}: ${option}`);
      button.onclick = () => count(i, by);
      return button;
    });
    row.append(build("span", "label", i === right ? `✓ ${option}` : option), less, build("output", "count", ""), more);
    return row;
  });
  find(".options").replaceChildren(...rows);

  function draw() {
    const all = counts.reduce((sum, value) => sum + value, 0);
    rows.forEach((row, i) => {
      row.querySelector(".count").textContent = counts[i];
      row.style.setProperty("--share", `${all ? (100 * counts[i]) / all : 0}%`);
    });
    const hands = right === null || !all ? "" : ` Foreseen by ${counts[right]} of ${all}.`;
    find(".says").textContent = answer ? answer.says + hands : "";
    find(".see").textContent = answer ? "Hide the answer" : "See the answer";
  }
  function count(i, by) {
    counts[i] = Math.max(0, Math.min(MOST, counts[i] + by));
    keep(name, counts);
    draw();
  }
  find(".see").onclick = () => setTriggerValue(answer ? "hide" : "see", true);
  find(".reset").onclick = () => {
    counts.fill(0);
    keep(name, counts);
    draw();
  };
  draw();
}
