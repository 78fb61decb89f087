// What stands still while T moves: planes, axes, front, curves, legend; and where a number is on them.
const SVG = "http://www.w3.org/2000/svg";
const FAMILY = "Source Sans, Source Sans Pro, system-ui, sans-serif";
const ROW = 13; // of the ribbon

function node(name, attributes = {}, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function words(x, y, text, fill, more = {}) {
  return node("text", { x, y, fill, "font-size": 12.5, ...more }, text);
}

function symbol(kind, r) {
  if (kind.startsWith("triangle-up")) return `M0 ${-1.2 * r}L${1.1 * r} ${0.8 * r}L${-1.1 * r} ${0.8 * r}Z`;
  if (kind.startsWith("diamond")) return `M0 ${-1.3 * r}L${1.3 * r} 0L0 ${1.3 * r}L${-1.3 * r} 0Z`;
  return `M${-r} 0A${r} ${r} 0 1 1 ${r} 0A${r} ${r} 0 1 1 ${-r} 0Z`;
}

class Box {
  constructor(x, y, width, height, xs, ys, log = false) {
    Object.assign(this, { x, y, width, height, xs, log });
    this.ys = log ? ys.map(Math.log10) : ys;
  }
  px(value) { return this.x + ((value - this.xs[0]) / (this.xs[1] - this.xs[0])) * this.width; }
  py(value) {
    const [low, high] = this.ys;
    return this.y + this.height - (((this.log ? Math.log10(value) : value) - low) / (high - low)) * this.height;
  }
  value(px) { return this.xs[0] + ((px - this.x) / this.width) * (this.xs[1] - this.xs[0]); }
}

function frame(box, { title, xTicks, yTicks, xTitle, yTitle }, inks) {
  const made = node("g");
  const right = box.x + box.width;
  const foot = box.y + box.height;
  made.append(words(box.x, box.y - 10, title, inks.text, { "font-size": 14.5, "font-weight": 600 }));
  for (const tick of yTicks) {
    const y = box.py(tick);
    made.append(node("path", { d: `M${box.x} ${y}H${right}`, stroke: inks.grid }),
      words(box.x - 9, y + 4, String(tick).replace("-", "−"), inks.soft, { "text-anchor": "end", "font-size": 11.5 }));
  }
  for (const tick of xTicks) {
    const x = box.px(tick);
    made.append(node("path", { d: `M${x} ${box.y}V${foot}`, stroke: inks.grid }),
      words(x, foot + 16, String(tick).replace("-", "−"), inks.soft, { "text-anchor": "middle", "font-size": 11.5 }));
  }
  made.append(node("path", { d: `M${box.x} ${box.y}V${foot}H${right}`, stroke: inks.soft, fill: "none" }));
  if (xTitle) made.append(words(box.x + box.width / 2, foot + 34, xTitle, inks.text, { "text-anchor": "middle" }));
  if (yTitle) {
    made.append(words(0, 0, yTitle, inks.text, { "text-anchor": "middle", transform: `translate(${box.x - 40} ${box.y + box.height / 2}) rotate(-90)` }));
  }
  return made;
}

function every(step, [low, high]) {
  const found = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) found.push(tick);
  return found;
}

function line(xs, ys, box) {
  let [d, pen] = ["", "M"];
  for (let i = 0; i < xs.length; i++) {
    if (!Number.isFinite(ys[i])) pen = "M";
    else {
      d += `${pen}${box.px(xs[i]).toFixed(1)} ${box.py(ys[i]).toFixed(1)}`;
      pen = "L";
    }
  }
  return d;
}

function boxes(width, data) {
  const wide = width >= 760;
  const side = Math.min(560, wide ? 0.53 * width - 60 : width - 62);
  const plane = new Box(54, 28, side, side, ...data.loss_range);
  const [x, top] = wide ? [plane.x + side + 72, 28] : [54, plane.y + side + 84];
  const across = width - x - 14;
  const band = data.shown.length * ROW;
  const high = wide ? (side - band - 3 * 36 + 2) / 2 : 150;
  const span = [0, data.steps];
  const distance = new Box(x, top, across, high, span, data.heights, true);
  const gap = new Box(x, top + high + 54, across, high, span, data.heights, true);
  const ribbon = new Box(x, gap.y + high + 52, across, band, span, [0, 1]);
  return { plane, distance, gap, ribbon, foot: Math.max(plane.y + side, ribbon.y + band) + 44 };
}

function ribbonRow(box, row, met, colour) {
  let d = "";
  for (let from = 0; from < met.length; from++) {
    if (!met[from]) continue;
    let to = from;
    while (met[to + 1]) to++;
    d += `M${box.px(Math.max(0, from - 0.5)).toFixed(1)} ${box.y + row * ROW}H${box.px(Math.min(box.xs[1], to + 0.5)).toFixed(1)}v${ROW - 4}H${box.px(Math.max(0, from - 0.5)).toFixed(1)}Z`;
    from = to;
  }
  return node("path", { d, fill: colour });
}

function legend(entries, width, top, inks) {
  const made = node("g");
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `12.5px ${FAMILY}`;
  let [x, y] = [54, top];
  for (const { title, parts } of entries) {
    const wide = 40 + pen.measureText(title).width + 18;
    if (x > 54 && x + wide > width) [x, y] = [54, y + 21];
    const group = node("g", { transform: `translate(${x} ${y})` });
    group.append(...parts.map(([name, attributes]) => node(name, attributes)), words(40, 4, title, inks.text));
    made.append(group);
    x += wide;
  }
  return [made, y + 16];
}

function legendEntries(data) {
  const { inks, nash } = data;
  const stroke = (style, more = {}) => ["path", { d: "M0 0H32", stroke: style.colour, "stroke-width": style.width, "stroke-dasharray": style.dash, fill: "none", ...more }];
  return [
    { title: "Bargaining, the first T steps", parts: [stroke(nash)] },
    ...data.shown.map((g) => ({
      title: `${data.goals[g].title}, after T`,
      parts: [stroke(data.goals[g]), ["path", { d: symbol(data.goals[g].marker, 4.5), transform: "translate(16 0)", fill: data.goals[g].colour, stroke: inks.paper }]],
    })),
    { title: "Pareto front", parts: [["path", { d: "M0 0H32", stroke: inks.front, "stroke-width": 5, opacity: 0.55 }]] },
    { title: "Fair: L1 = L2", parts: [["path", { d: "M0 0H32", stroke: inks.fair, "stroke-width": 1.5, "stroke-dasharray": "1 4" }]] },
    { title: "Off the front (fails)", parts: [["circle", { cx: 16, r: 8, fill: "none", stroke: inks.failed, "stroke-width": 2.4 }]] },
    { title: "Off the diagonal", parts: [["rect", { x: 9, y: -7, width: 14, height: 14, fill: "none", stroke: inks.text, "stroke-width": 1.4 }]] },
  ];
}

// The whole still picture: its root group, its height and its boxes.
function still(width, data, curves) {
  const { inks } = data;
  const made = node("g");
  const at = boxes(width, data);
  const [from, to] = data.loss_range;
  made.append(frame(at.plane, { title: "Loss plane: lower left is better", xTicks: every(5, from), yTicks: every(5, to), xTitle: "Loss of group 1, L1 (no unit)", yTitle: "Loss of group 2, L2 (no unit)" }, inks));
  const [low, high] = [Math.max(from[0], to[0]), Math.min(from[1], to[1])];
  made.append(node("path", { d: line([low, high], [low, high], at.plane), stroke: inks.fair, "stroke-width": 1.5, "stroke-dasharray": "1 4", fill: "none" }));
  made.append(node("path", { d: line(...data.front, at.plane), stroke: inks.front, "stroke-width": 5, opacity: 0.55, fill: "none" }));
  const steps = Float32Array.from({ length: data.steps + 1 }, (_, T) => T);
  const xTicks = every(data.steps > 400 ? 200 : Math.max(1, Math.round(data.steps / 5)), [0, data.steps]);
  const titles = { distance: ["Distance to the front, worst start", "Distance"], gap: ["Gap between the groups, worst start", "Gap"] };
  for (const [name, [title, yTitle]] of Object.entries(titles)) {
    const box = at[name];
    const band = box.py(data.tolerance[name]);
    made.append(node("rect", { x: box.x, y: band, width: box.width, height: box.y + box.height - band, fill: inks.agreement }));
    made.append(frame(box, { title, xTicks, yTicks: [0.001, 0.01, 0.1, 1, 10, 100], yTitle }, inks));
    for (const g of data.shown) {
      const style = data.goals[g];
      made.append(node("path", { d: line(steps, curves[name](g), box), stroke: style.colour, "stroke-width": 1.8, "stroke-dasharray": style.dash, fill: "none", "stroke-linejoin": "round" }));
    }
  }
  made.append(words(at.ribbon.x, at.ribbon.y - 10, "Both met from every start", inks.text, { "font-size": 14.5, "font-weight": 600 }));
  data.shown.forEach((g, row) => {
    made.append(node("path", { d: `M${at.ribbon.x} ${at.ribbon.y + row * ROW + (ROW - 4) / 2}h${at.ribbon.width}`, stroke: inks.grid }));
    made.append(ribbonRow(at.ribbon, row, curves.met(g), data.goals[g].colour));
    made.append(node("path", { d: symbol(data.goals[g].marker, 4), transform: `translate(${at.ribbon.x - 12} ${at.ribbon.y + row * ROW + (ROW - 4) / 2})`, fill: data.goals[g].colour }));
  });
  made.append(words(at.ribbon.x + at.ribbon.width / 2, at.ribbon.y + at.ribbon.height + 14, "Bargaining steps T", inks.text, { "text-anchor": "middle" }));
  const [names, height] = legend(legendEntries(data), width, at.foot + 14, inks);
  made.append(names);
  return { made, at, height };
}
