// Draws one of the games that the engine has solved beforehand: the slider only selects.
const SVG = "http://www.w3.org/2000/svg";
const UNIT = 48; // pixels per unit of gradient length

function draw(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

// The name stands beyond the tip; where another arrow lies there, on the arrow's upper (-1) or lower (1) side.
function arrow(tip, style, label, aside = 0) {
  const [x, y] = [tip[0], -tip[1]];
  const length = Math.hypot(x, y) || 1;
  const [ux, uy] = [x / length, y / length];
  const head = style.width * 2 + 4;
  const base = [x - ux * head, y - uy * head];
  const side = head * 0.42;
  const turn = ux < 0 ? -aside : aside;
  const group = draw("g", {});
  group.append(
    draw("line", { x1: 0, y1: 0, x2: base[0], y2: base[1], stroke: style.colour, "stroke-width": style.width, "stroke-dasharray": style.dash }),
    draw("polygon", { fill: style.colour, points: `${x},${y} ${base[0] - uy * side},${base[1] + ux * side} ${base[0] + uy * side},${base[1] - ux * side}` }),
    aside
      ? draw("text", { x: x - ux * 5 - turn * uy * 11, y: y - uy * 5 + turn * ux * 11 + 3.5, "text-anchor": "middle" }, label)
      : draw("text", { x: x + ux * 9, y: y + uy * 9 + 3.5, "text-anchor": ux < -0.35 ? "end" : ux > 0.35 ? "start" : "middle" }, label),
  );
  return group;
}

// Whether two directions are so close that their names would meet.
function near(a, b) {
  return Math.abs(Math.atan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1])) < 0.16;
}

function cone(game, colour) {
  // The directions from which both gain: those less than a right angle away from both groups' gradients.
  const turn = (v, sign) => [-sign * v[1], sign * v[0]];
  const unit = (v) => v.map((c) => c / Math.hypot(...v));
  const edges = [turn(unit(game.b), 1), turn(unit(game.a), -1)];
  const radius = 112;
  const [from, to] = edges.map((e) => [e[0] * radius, -e[1] * radius]);
  return draw("path", { fill: colour, d: `M0 0 L${from} A${radius} ${radius} 0 0 1 ${to} Z` });
}

function bars(parent, game, styles) {
  const rows = [];
  for (const rule of ["mean", "nash"]) {
    const head = document.createElement("div");
    head.className = "bar head";
    head.textContent = styles[rule].title;
    head.style.color = styles[rule].colour;
    rows.push(head);
    for (const [index, name] of ["Group A", "Group B"].entries()) {
      const value = game[rule + "_gains"][index];
      const row = document.createElement("div");
      row.className = "bar";
      const label = document.createElement("span");
      label.textContent = name;
      const track = document.createElement("div");
      track.className = "track";
      const fill = document.createElement("div");
      fill.className = "fill";
      fill.style.background = value < 0 ? styles.failed : styles[rule].colour;
      fill.style.left = `${50 + Math.min(0, value) * 50}%`;
      fill.style.width = `${Math.abs(value) * 50}%`;
      track.append(fill);
      const number = document.createElement("span");
      number.className = "value";
      number.textContent = (value < 0 ? "−" : "+") + Math.abs(value).toFixed(2);
      row.append(label, track, number);
      rows.push(row);
    }
  }
  parent.replaceChildren(...rows);
}

export default function ({ data, parentElement }) {
  const find = (selector) => parentElement.querySelector(selector);
  const [svg, slider, output] = [find("svg"), find("input"), find("output")];
  const show = () => {
    const game = data.games[Number(slider.value)];
    const scaled = (v, by) => [v[0] * by, v[1] * by];
    const parts = [];
    if (game.agreement) parts.push(cone(game, data.styles.agreement));
    parts.push(draw("path", { d: "M-112 0 A112 112 0 0 1 112 0", fill: "none", stroke: data.styles.grid, "stroke-width": 1 }));
    const joint = [game.mean, game.agreement && game.nash].filter(Boolean);
    const crowded = (v, others) => (others.some((other) => near(v, other)) ? -1 : 0);
    parts.push(arrow(scaled(game.a, UNIT), data.styles.group, "A", crowded(game.a, [game.b, ...joint])));
    parts.push(arrow(scaled(game.b, UNIT), data.styles.group, "B", crowded(game.b, joint)));
    if (game.mean) parts.push(arrow(scaled(game.mean, 112), data.styles.mean, "Mean"));
    if (game.agreement) parts.push(arrow(scaled(game.nash, 112), data.styles.nash, "Nash", game.mean && near(game.nash, game.mean) ? 1 : 0));
    parts.push(draw("circle", { r: 3, fill: data.styles.group.colour }));
    svg.replaceChildren(...parts);
    output.textContent = `${slider.value}°`;
    find(".verdict").textContent = game.says;
    bars(find(".bars"), game, data.styles);
  };
  slider.oninput = show;
  show();
}
