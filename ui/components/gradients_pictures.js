// The three pictures of the conflict-geometry page as SVG. All numbers come with the data; here is only where they stand.
const SVG = "http://www.w3.org/2000/svg";
const SUBSCRIPTS = ["₁", "₂", "₃", "₄", "₅"];
const FAN = { wide: 2.7, high: 2.2, most: 400 }; // units of the plane that are shown, and pixels at most
const LOUD = { one: 0.62, decade: 0.19 }; // how long a gradient of length one is drawn, and how much a factor of ten adds
const PLOT = { left: 32, right: 14, top: 34, bottom: 22, high: 210 };

function node(name, attributes = {}, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

const number = (value, digits = 3) => value.toFixed(digits).replace("-", "−");
const words = (x, y, text, ink, more = {}) => node("text", { x, y, fill: ink, "font-size": 12, ...more }, text);
const stroke = (style) => ({ stroke: style.colour, "stroke-width": style.width, "stroke-dasharray": style.dash, fill: "none" });

function marker(kind, x, y, size, colour) {
  const shapes = {
    circle: () => node("circle", { cx: x, cy: y, r: size, fill: colour }),
    square: () => node("rect", { x: x - size, y: y - size, width: 2 * size, height: 2 * size, fill: colour }),
    diamond: () => node("path", { d: `M${x} ${y - size * 1.3}l${size * 1.3} ${size * 1.3}l${-size * 1.3} ${size * 1.3}l${-size * 1.3} ${-size * 1.3}z`, fill: colour }),
    "triangle-up": () => node("path", { d: `M${x} ${y - size * 1.2}l${size * 1.2} ${size * 2.1}h${-size * 2.4}z`, fill: colour }),
    x: () => node("path", { d: `M${x - size} ${y - size}l${2 * size} ${2 * size}m0 ${-2 * size}l${-2 * size} ${2 * size}`, stroke: colour, "stroke-width": 2.2 }),
  };
  return shapes[kind]();
}

function sized(svg, width, height) {
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.style.height = `${height}px`;
}

// The plane of the arrows: its middle, and pixels a unit.
function plane(width) {
  const unit = Math.min(width / FAN.wide, FAN.most / FAN.high);
  return { unit, x: width / 2, y: (unit * FAN.high) / 2, height: unit * FAN.high };
}

const reach = (length) => LOUD.one + LOUD.decade * Math.log10(length);
const lengthAt = (distance) => 10 ** ((distance - LOUD.one) / LOUD.decade);

function tip(on, angle, length) {
  const turn = (angle * Math.PI) / 180;
  return [on.x + Math.cos(turn) * reach(length) * on.unit, on.y - Math.sin(turn) * reach(length) * on.unit];
}

function arrow(on, [x, y], style, says) {
  const long = Math.hypot(x - on.x, y - on.y) || 1;
  const [ux, uy] = [(x - on.x) / long, (y - on.y) / long];
  const head = style.width * 2.4 + 5;
  const [bx, by] = [x - ux * head, y - uy * head];
  const side = head * 0.42;
  const group = node("g", { "data-tip": says });
  group.append(
    node("line", { x1: on.x, y1: on.y, x2: bx, y2: by, stroke: "transparent", "stroke-width": 12 }),
    node("line", { x1: on.x, y1: on.y, x2: bx, y2: by, ...stroke(style) }),
    node("polygon", { fill: style.colour, points: `${x},${y} ${bx - uy * side},${by + ux * side} ${bx + uy * side},${by - ux * side}` }),
  );
  return group;
}

function drawFan(svg, width, now, data) {
  const on = plane(width);
  const { inks } = data;
  sized(svg, width, on.height);
  const parts = [node("circle", { cx: on.x, cy: on.y, r: on.unit, fill: "none", stroke: inks.grid })];
  if (data.cone) {
    const [from, to] = data.cone.map((turn) => [on.x + Math.cos(turn) * on.unit, on.y - Math.sin(turn) * on.unit]);
    parts.push(node("path", { class: "cone", fill: inks.agreement, "data-tip": "Agreement set", d: `M${on.x} ${on.y}L${from}A${on.unit} ${on.unit} 0 0 0 ${to}Z` }));
  }
  for (const rule of data.rules) {
    if (!rule.direction) continue;
    const [x, y] = rule.direction;
    parts.push(arrow(on, [on.x + x * on.unit, on.y - y * on.unit], rule, `${rule.title}: ${number(rule.angle, 1)}°`));
  }
  for (let row = 0; row < now.groups; row++) {
    const end = tip(on, now.angles[row], now.lengths[row]);
    parts.push(arrow(on, end, { colour: inks.text, width: 1.8, dash: "none" }, `Gradient of group ${row + 1}, length ${now.lengths[row]}`));
    const turn = (now.angles[row] * Math.PI) / 180;
    const loud = now.lengths[row] === 1 ? "" : ` ×${now.lengths[row]}`;
    // Beside the line where another arrow goes on beyond this tip or comes near it, and away from the gradient that does.
    const near = now.angles.map((angle, other) => [((angle - now.angles[row] + 540) % 360) - 180, other]).filter(([far, other]) => other !== row && Math.abs(far) < 18)
      .sort(([one], [two]) => Math.abs(one) - Math.abs(two))[0];
    const covered = data.rules.some((rule) => rule.direction && Math.cos((rule.angle * Math.PI) / 180 - turn) > 0.99);
    // Above the tip of a level arrow beyond which there is no room, and flush with it.
    const tight = Math.abs(Math.cos(turn)) > 0.7 && Math.min(end[0], width - end[0]) < 11 + 8 * (2 + loud.length);
    const aside = near || covered || tight ? 13 : 0;
    const side = near ? -Math.sign(near[0] || near[1] - row) : (Math.cos(turn) < 0 ? -1 : 1) * (row % 2 ? -1 : 1);
    const [along, up] = aside ? [-side * Math.sin(turn) * aside, side * Math.cos(turn) * aside] : [Math.cos(turn) * 11, Math.sin(turn) * 14];
    const lean = aside ? along / aside : Math.cos(turn);
    const toward = (way) => (way > 0.3 ? "start" : way < -0.3 ? "end" : "middle");
    const anchor = toward(tight ? -Math.cos(turn) : lean);
    parts.push(words(end[0] + along, end[1] - up + 4.5, `g${SUBSCRIPTS[row]}${loud}`, inks.text,
      { "text-anchor": anchor, "font-size": 14, "font-weight": 600, stroke: inks.paper, "stroke-width": 3, "paint-order": "stroke", "stroke-linejoin": "round" }));
  }
  parts.push(node("circle", { cx: on.x, cy: on.y, r: 3, fill: inks.text }));
  svg.replaceChildren(...parts);
}

// A frame with levels; gives back where a share stands.
function frame(parts, width, low, levels, inks, top) {
  const height = (share) => top + ((1.02 - share) / (1.02 - low)) * (PLOT.high - top - PLOT.bottom);
  for (const level of levels) {
    const y = height(level);
    parts.push(node("line", { x1: PLOT.left, x2: width - PLOT.right, y1: y, y2: y, stroke: level === 0 ? inks.text : inks.grid }));
    parts.push(words(PLOT.left - 6, y + 4, number(level, level % 1 ? 1 : 0), inks.soft, { "text-anchor": "end" }));
  }
  return height;
}

function drawGains(svg, width, data) {
  const { inks } = data;
  sized(svg, width, PLOT.high);
  const parts = [];
  const height = frame(parts, width, -1.02, [-1, -0.5, 0, 0.5, 1], inks, 8);
  const groups = data.groups.length;
  const room = (width - PLOT.left - PLOT.right) / groups;
  const thick = Math.min(26, (room * 0.76) / data.rules.length);
  for (let row = 0; row < groups; row++) {
    const middle = PLOT.left + room * (row + 0.5);
    data.rules.forEach((rule, place) => {
      const share = rule.shares[row];
      const x = middle + (place - data.rules.length / 2) * thick;
      const [top, bottom] = [height(Math.max(share, 0)), height(Math.min(share, 0))];
      const says = `${rule.title}, group ${row + 1}: ${number(share)}`;
      parts.push(node("rect", { class: "bar", x, y: top, width: thick * 0.88, height: Math.max(bottom - top, 0.8), fill: rule.colour, "data-tip": says }));
    });
    parts.push(words(middle, PLOT.high - 5, `Group ${row + 1}`, inks.text, { "text-anchor": "middle", "font-size": 12.5 }));
  }
  svg.replaceChildren(...parts);
}

const placeOf = (width, at, count) => PLOT.left + 8 + ((width - PLOT.left - PLOT.right - 16) * at) / (count - 1);

function drawFamily(svg, width, now, data) {
  const { inks, powers, curve } = data;
  sized(svg, width, PLOT.high);
  const parts = [];
  const x = (at) => placeOf(width, at, powers.length);
  const height = frame(parts, width, -0.05, [0, 0.5, 1], inks, PLOT.top);
  const foot = height(curve ? 0 : 0.7); // without lines the middle is for the sentence that says so
  const mark = (at, style, text, row) => parts.push(
    node("line", { x1: x(at), x2: x(at), y1: row, y2: foot, ...stroke({ ...style, width: 2 }) }),
    words(x(at) + (at > powers.length * 0.75 ? -5 : 5), row + 9, text, style.colour, { "font-weight": 600, "text-anchor": at > powers.length * 0.75 ? "end" : "start" }),
  );
  mark(data.nash, { ...data.marks.nash, dash: "none" }, "Nash", 2);
  if (now.power !== data.nash) mark(now.power, data.marks.gm, `p = ${powers[now.power]}`, 16);
  if (curve) {
    for (let row = 0; row < data.groups.length; row++) {
      const style = { ...data.groups[row], colour: inks.text, width: 1.8 };
      const points = curve.map((shares, at) => [x(at), height(shares[row])]);
      parts.push(node("path", { class: "line", d: `M${points.map((point) => point.join(" ")).join("L")}`, ...stroke(style) }));
      points.forEach(([px, py], at) => {
        const one = marker(style.marker, px, py, 3.4, inks.text);
        one.setAttribute("data-tip", `Group ${row + 1}, p = ${powers[at]}: ${number(curve[at][row])}`);
        parts.push(one);
      });
    }
  } else {
    parts.push(words(width / 2, height(0.25) + 4, "No agreement: nobody can be lifted without a loss.", inks.soft, { "text-anchor": "middle", "font-size": 13 }));
  }
  powers.forEach((text, at) => at % 3 === 0 && parts.push(words(x(at), PLOT.high - 5, text, inks.soft, { "text-anchor": "middle" })));
  svg.replaceChildren(...parts);
}

// The line, dash and colour of a rule, or the line and marker of a group, as a small sample.
function sample(style) {
  const made = node("svg", { viewBox: "0 0 34 12", "aria-hidden": "true" });
  made.append(node("line", { x1: 1, y1: 6, x2: 33, y2: 6, ...stroke(style) }));
  if (style.marker) made.append(marker(style.marker, 17, 6, 3.4, style.colour));
  return made;
}
