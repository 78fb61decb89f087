// A plane on a canvas: what stands still is drawn once, the runs' trails grow, and only the marks are drawn anew.
const PAD = 8;
const TURN = 2 * Math.PI;
// For a class the page's letters grow, and those on a canvas with them.
const grown = () => Math.max(1, parseFloat(getComputedStyle(document.documentElement).fontSize) / 16);
const letters = (size, weight = 400) => `${weight} ${size * grown()}px sans-serif`;

const numbers = (packed) => new Float32Array(bytesOf(packed).buffer);
// Angles in 16 bits, NaN for none.
const angles = (codes) => Float32Array.from(codes, (part) => (part === -32768 ? NaN : (part / 32767) * Math.PI));

// Corners of the marks that figures use, on a circle of radius one; "x" and "cross" are strokes.
const polygon = (sides, turn) => Array.from({ length: sides }, (_, i) => [Math.sin(turn + (i * TURN) / sides), -Math.cos(turn + (i * TURN) / sides)]);
const MARKS = {
  square: polygon(4, TURN / 8), diamond: polygon(4, 0), pentagon: polygon(5, 0), hexagon: polygon(6, 0),
  "triangle-up": polygon(3, 0), "triangle-down": polygon(3, TURN / 2),
  star: polygon(10, 0).map(([x, y], i) => (i % 2 ? [0.45 * x, 0.45 * y] : [x, y])),
};
const STROKES = { x: polygon(4, TURN / 8), cross: polygon(4, 0) };

function mark(pen, kind, x, y, radius, colour, paper) {
  const open = kind.endsWith("-open");
  const shape = kind.replace("-open", "");
  pen.beginPath();
  if (STROKES[shape]) {
    const [a, b, c, d] = STROKES[shape].map(([dx, dy]) => [x + radius * dx, y + radius * dy]);
    for (const [from, to] of [[a, c], [b, d]]) { pen.moveTo(...from); pen.lineTo(...to); }
    for (const [width, ink] of [[5, paper], [2.6, colour]]) { pen.lineWidth = width; pen.strokeStyle = ink; pen.stroke(); }
    return;
  }
  if (MARKS[shape]) MARKS[shape].forEach(([dx, dy], i) => (i ? pen.lineTo(x + radius * dx, y + radius * dy) : pen.moveTo(x + radius * dx, y + radius * dy)));
  else pen.arc(x, y, radius * 0.9, 0, TURN);
  pen.closePath();
  pen.fillStyle = open ? paper : colour;
  pen.strokeStyle = open ? colour : paper;
  pen.lineWidth = open ? 2 : 1.2;
  pen.fill();
  pen.stroke();
}

// About six round numbers within a range, each with its text.
function ticksOf([low, high]) {
  const rough = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => power * factor >= rough);
  const found = [];
  for (let tick = Math.ceil((low + 0.1 * step) / step) * step; tick < high - 0.1 * step; tick += step) {
    found.push([tick, String(Number(tick.toPrecision(6))).replace("-", "−")]);
  }
  return found;
}

const around = ([x, y], angle, distance) => [x + distance * Math.cos(angle), y - distance * Math.sin(angle)];

class Stage {
  // spec: ranges, backdrop and points [R, M, S, 2] of a plane; shape: {R, M, S}; failed: [M * S], runs to ring in red.
  constructor(canvas, spec, shape, methods, inks, failed) {
    Object.assign(this, { canvas, spec, shape, methods, inks, failed });
    this.pen = canvas.getContext("2d");
    this.points = spec.points;
    this.lines = spec.lines.map((line) => ({ ...line, x: numbers(line.x), y: numbers(line.y) }));
    this.pieces = spec.pieces;
    this.size = 0;
  }
  x(value) { return this.left + ((value - this.spec.x[0]) / (this.spec.x[1] - this.spec.x[0])) * (this.size - this.left - PAD); }
  y(value) { return this.size - this.foot - ((value - this.spec.y[0]) / (this.spec.y[1] - this.spec.y[0])) * (this.size - this.foot - PAD); }
  place(px, py) {
    const part = (p, margin, range) => range[0] + ((p - margin) / (this.size - margin - PAD)) * (range[1] - range[0]);
    return [part(px, this.left, this.spec.x), part(this.size - py, this.foot, this.spec.y)];
  }
  // Numbers of the axes stand outside the plane, where no run comes.
  margins() {
    this.ticks = [this.spec.x, this.spec.y].map((range) => (this.spec.ticks ? ticksOf(range) : []));
    this.pen.font = letters(11);
    this.left = PAD + (this.spec.ticks ? 4 + Math.max(...this.ticks[1].map(([, text]) => this.pen.measureText(text).width)) : 0);
    this.foot = PAD + (this.spec.ticks ? 12 * grown() : 0);
  }
  fit() {
    const ratio = window.devicePixelRatio || 1;
    const size = this.canvas.clientWidth || 300;
    if (size === this.size && ratio === this.ratio) return;
    Object.assign(this, { size, ratio });
    this.canvas.width = this.canvas.height = Math.round(size * ratio);
    const { R, M, S } = this.shape;
    this.margins();
    this.px = new Float32Array(R * M * S);
    this.py = new Float32Array(R * M * S);
    for (let i = 0; i < R * M * S; i++) {
      this.px[i] = this.x(this.points[2 * i]);
      this.py[i] = this.y(this.points[2 * i + 1]);
    }
    this.ground = this.layer();
    this.drawGround(this.ground.pen);
    this.trail = this.layer();
    this.walked = new Float64Array(M * S); // lengths of the trails, so that a dash goes on where it stopped
    this.at = 0;
  }
  layer() {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = this.canvas.width;
    const pen = canvas.getContext("2d");
    pen.scale(this.ratio, this.ratio);
    pen.lineJoin = "round";
    return { canvas, pen };
  }
  drawGround(pen) {
    const { inks, size } = this;
    const stroke = (colour, width, dash, alpha, path) => {
      Object.assign(pen, { strokeStyle: colour, lineWidth: width, globalAlpha: alpha });
      pen.setLineDash(dash);
      pen.beginPath();
      path();
      pen.stroke();
      pen.setLineDash([]);
      pen.globalAlpha = 1;
    };
    this.axes(pen, stroke);
    for (const part of this.pieces) {
      stroke(part.colour, 0.8, part.dash, part.alpha, () => {
        for (let i = 0; i < part.ends.length; i += 4) {
          pen.moveTo(this.x(part.ends[i]), this.y(part.ends[i + 1]));
          pen.lineTo(this.x(part.ends[i + 2]), this.y(part.ends[i + 3]));
        }
      });
    }
    pen.lineCap = "round";
    for (const line of this.lines) {
      const path = () => line.x.forEach((value, i) => pen.lineTo(this.x(value), this.y(line.y[i])));
      if (line.area) {
        pen.beginPath();
        path();
        Object.assign(pen, { fillStyle: line.colour, globalAlpha: 0.1 });
        pen.fill();
      }
      stroke(line.colour, line.width, line.dash, line.alpha, path);
    }
    pen.font = letters(12, 600);
    pen.fillStyle = inks.soft;
    for (const [x, y, text] of this.spec.marks) pen.fillText(text, this.x(x) - 8, this.y(y) + 4);
    const [along, up] = this.spec.labels;
    pen.fillText(along, size - PAD - 16 * grown(), size - 6);
    pen.fillText(up, PAD - 4, PAD + 10 * grown());
    const whole = { R: this.shape.R - 1 };
    pen.lineCap = "butt";
    this.runs((m, run) => stroke(this.methods[m].colour, 1, [], 0.4, () => this.walk(pen, run, 0, whole.R)));
    const { M, S } = this.shape;
    this.runs((m, run) => {
      const i = whole.R * M * S + run;
      pen.globalAlpha = 0.55;
      mark(pen, this.methods[m].marker, this.px[i], this.py[i], 4, this.methods[m].colour, inks.paper);
      if (this.failed[run]) stroke(inks.failed, 2.4, [], 1, () => pen.arc(this.px[i], this.py[i], 9, 0, TURN));
      pen.globalAlpha = 1;
    });
  }
  // The starts, numbered; red where some method fails from them.
  drawStarts(pen) {
    const { M, S } = this.shape;
    Object.assign(pen, { font: letters(10, 600), textAlign: "center" });
    for (let s = 0; s < S; s++) {
      const fails = Array.from({ length: M }, (_, m) => this.failed[m * S + s]).some(Boolean);
      pen.beginPath();
      pen.arc(this.px[s], this.py[s], 8 * grown(), 0, TURN);
      Object.assign(pen, { fillStyle: this.inks.paper, strokeStyle: fails ? this.inks.failed : this.inks.text, lineWidth: fails ? 2.4 : 1.2 });
      pen.fill();
      pen.stroke();
      pen.fillStyle = this.inks.text;
      pen.fillText(String(s + 1), this.px[s], this.py[s] + 3.5 * grown());
    }
    pen.textAlign = "start";
  }
  axes(pen, stroke) {
    const { inks, size, left, foot } = this;
    const [along, up] = this.ticks;
    Object.assign(pen, { font: letters(11), fillStyle: inks.soft });
    for (const [tick, text] of along) {
      const p = this.x(tick);
      stroke(inks.grid, 1, [], 1, () => { pen.moveTo(p, PAD); pen.lineTo(p, size - foot); });
      pen.textAlign = "center";
      if (p < size - PAD - 30 * grown()) pen.fillText(text, p, size - 6); // further on stands the axis's name
    }
    for (const [tick, text] of up) {
      const p = this.y(tick);
      stroke(inks.grid, 1, [], 1, () => { pen.moveTo(left, p); pen.lineTo(size - PAD, p); });
      pen.textAlign = "end";
      if (p > PAD + 20 * grown()) pen.fillText(text, left - 4, p + 4);
    }
    pen.textAlign = "start";
  }
  runs(each) {
    const { M, S } = this.shape;
    for (let m = 0; m < M; m++) for (let s = 0; s < S; s++) each(m, m * S + s);
  }
  // The run's path between two moments, without points too close to be told apart; returns its length.
  walk(pen, run, from, to) {
    const stride = this.shape.M * this.shape.S;
    let i = from * stride + run;
    let [x, y, length] = [this.px[i], this.py[i], 0];
    pen.moveTo(x, y);
    for (let r = from + 1; r <= to; r++) {
      i += stride;
      const step = Math.hypot(this.px[i] - x, this.py[i] - y);
      if (step < 0.7 && r < to) continue;
      [x, y] = [this.px[i], this.py[i]];
      pen.lineTo(x, y);
      if (step < 1e5) length += step;
    }
    return length;
  }
  grow(at) {
    const { pen } = this.trail;
    if (at < this.at) {
      pen.clearRect(0, 0, this.size, this.size);
      this.walked.fill(0);
      this.at = 0;
    }
    if (at === this.at) return;
    this.runs((m, run) => {
      const { colour, width, dash } = this.methods[m];
      Object.assign(pen, { strokeStyle: colour, lineWidth: width, lineDashOffset: this.walked[run] });
      pen.setLineDash(dash);
      pen.beginPath();
      this.walked[run] += this.walk(pen, run, this.at, at);
      pen.stroke();
    });
    this.at = at;
  }
  draw(at) {
    this.fit();
    this.grow(at);
    const { pen } = this;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.drawImage(this.ground.canvas, 0, 0);
    pen.drawImage(this.trail.canvas, 0, 0);
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    const { M, S } = this.shape;
    if (at) this.runs((m, run) => mark(pen, this.methods[m].marker, this.px[at * M * S + run], this.py[at * M * S + run], 5.5, this.methods[m].colour, this.inks.paper));
    this.drawStarts(pen); // above the marks: their numbers stay readable
  }
  arrow(from, angle, length, colour, width) {
    const { pen } = this;
    const tip = around(from, angle, length);
    Object.assign(pen, { strokeStyle: colour, lineWidth: width, lineCap: "round" });
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...tip);
    for (const turn of [2.6, -2.6]) {
      pen.moveTo(...tip);
      pen.lineTo(tip[0] + 9 * Math.cos(angle + turn), tip[1] - 9 * Math.sin(angle + turn));
    }
    pen.stroke();
  }
  // A word so far from a point, readable on whatever lies below it.
  note(from, angle, distance, text, colour) {
    const { pen } = this;
    const [x, y] = around(from, angle, distance);
    Object.assign(pen, { font: letters(12, 600), textAlign: "center", fillStyle: colour, strokeStyle: this.inks.paper, lineWidth: 4, lineJoin: "round" });
    pen.strokeText(text, x, y + 4);
    pen.fillText(text, x, y + 4);
    pen.textAlign = "start";
  }
  wedge(from, first, last, radius, colour) {
    const { pen } = this;
    pen.beginPath();
    pen.moveTo(...from);
    pen.arc(from[0], from[1], radius, -last, -first);
    pen.fillStyle = colour;
    pen.fill();
  }
}
