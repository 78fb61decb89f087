// Plays runs that the engine has computed: it selects and draws, and computes nothing of its own but where a pixel is.
const FRAMES_A_SECOND = 60; // recorded moments a second at speed 1
const PAD = 8;

function numbers(packed) {
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

class Plane {
  constructor(canvas, xRange, yRange, looks) {
    Object.assign(this, { canvas, xRange, yRange, looks });
    this.pen = canvas.getContext("2d");
  }
  fit() {
    const ratio = window.devicePixelRatio || 1;
    const size = this.canvas.clientWidth || 300;
    if (this.canvas.width !== Math.round(size * ratio)) {
      this.canvas.width = this.canvas.height = Math.round(size * ratio);
    }
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.size = size;
  }
  x(value) { return PAD + ((value - this.xRange[0]) / (this.xRange[1] - this.xRange[0])) * (this.size - 2 * PAD); }
  y(value) { return this.size - PAD - ((value - this.yRange[0]) / (this.yRange[1] - this.yRange[0])) * (this.size - 2 * PAD); }
  place(px, py) {
    const part = (p, range) => range[0] + ((p - PAD) / (this.size - 2 * PAD)) * (range[1] - range[0]);
    return [part(px, this.xRange), part(this.size - py, this.yRange)];
  }
  clear() {
    this.fit();
    this.pen.clearRect(0, 0, this.size, this.size);
    this.pen.font = "11px sans-serif";
    this.pen.lineCap = "round";
    for (const range of [this.xRange, this.yRange]) {
      for (let tick = Math.ceil((range[0] + 0.5) / 5) * 5; tick < range[1] - 0.5; tick += 5) {
        const line = range === this.xRange
          ? [[this.x(tick), PAD], [this.x(tick), this.size - PAD]]
          : [[PAD, this.y(tick)], [this.size - PAD, this.y(tick)]];
        this.stroke(line, this.looks.grid, 1);
        this.pen.fillStyle = this.looks.soft;
        if (range === this.xRange) this.pen.fillText(tick, line[1][0] + 3, this.size - PAD - 3);
        else this.pen.fillText(tick, PAD + 3, line[0][1] - 3);
      }
    }
  }
  stroke(points, colour, width, dash = [], alpha = 1) {
    this.pen.globalAlpha = alpha;
    this.pen.strokeStyle = colour;
    this.pen.lineWidth = width;
    this.pen.setLineDash(dash);
    this.pen.beginPath();
    points.forEach(([px, py], i) => (i ? this.pen.lineTo(px, py) : this.pen.moveTo(px, py)));
    this.pen.stroke();
    this.pen.setLineDash([]);
    this.pen.globalAlpha = 1;
  }
  line(xs, ys, colour, width, dash, alpha) {
    this.stroke(Array.from(xs, (value, i) => [this.x(value), this.y(ys[i])]), colour, width, dash, alpha);
  }
  dot(px, py, radius, colour, edge) {
    this.pen.beginPath();
    this.pen.arc(px, py, radius, 0, 2 * Math.PI);
    this.pen.fillStyle = colour;
    this.pen.fill();
    this.pen.strokeStyle = edge;
    this.pen.lineWidth = 1.2;
    this.pen.stroke();
  }
  arrow(from, angle, length, colour, width, label) {
    const tip = [from[0] + length * Math.cos(angle), from[1] - length * Math.sin(angle)];
    this.stroke([from, tip], colour, width);
    for (const turn of [2.6, -2.6]) {
      this.stroke([tip, [tip[0] + 9 * Math.cos(angle + turn), tip[1] - 9 * Math.sin(angle + turn)]], colour, width);
    }
    this.pen.font = "600 12px sans-serif";
    this.pen.fillStyle = colour;
    this.pen.fillText(label, tip[0] + 8 * Math.cos(angle) - 4, tip[1] - 8 * Math.sin(angle) + 4);
  }
  wedge(from, middle, half, radius, colour) {
    this.pen.beginPath();
    this.pen.moveTo(...from);
    this.pen.arc(from[0], from[1], radius, -(middle + half), -(middle - half));
    this.pen.fillStyle = colour;
    this.pen.fill();
  }
}

function forces(plane, run, at) {
  // Descent directions of both groups, the cone from which both gain, and the step's direction.
  const [a, b] = [0, 1].map((k) => Math.atan2(-run.gradient(at, k, 1), -run.gradient(at, k, 0)));
  const spread = Math.atan2(Math.sin(b - a), Math.cos(b - a));
  const from = [plane.x(run.theta(at, 0)), plane.y(run.theta(at, 1))];
  const half = (Math.PI - Math.abs(spread)) / 2;
  if (half > 0.001) plane.wedge(from, a + spread / 2, half, 64, plane.looks.agreement);
  plane.arrow(from, a, 46, plane.looks.text, 1.6, "1");
  plane.arrow(from, b, 46, plane.looks.text, 1.6, "2");
  const step = [run.direction(at, 0), run.direction(at, 1)];
  if (Math.hypot(...step) > 0) plane.arrow(from, Math.atan2(-step[1], -step[0]), 60, run.colour, 3, "");
  return Math.round((Math.abs(spread) * 180) / Math.PI);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const find = (selector) => parentElement.querySelector(selector);
  const [M, S, R] = [data.methods.length, data.starts, data.steps.length];
  const arrays = Object.fromEntries(["theta", "losses", "gradients", "directions", "gained"].map((name) => [name, numbers(data[name])]));
  const value = (name, r, m, s, i, width) => arrays[name][((r * M + m) * S + s) * width + i];
  const planes = {
    losses: new Plane(find(".losses"), ...data.loss_range, data.looks),
    theta: new Plane(find(".theta"), ...data.theta_range, data.looks),
  };
  const [play, scrub, output, speed, reading] = [".play", ".scrub", ".step", ".speed", ".reading"].map(find);
  const [methodChoice, startChoice] = [find(".method"), find(".start")];
  const fill = (select, texts) => {
    const before = select.value;
    select.replaceChildren(...texts.map((text, i) => new Option(text, i)));
    if (before !== "" && Number(before) < texts.length) select.value = before;
  };
  fill(methodChoice, data.methods.map((method) => method.title));
  fill(startChoice, Array.from({ length: S }, (_, i) => `start ${i + 1}`));
  scrub.max = R - 1;
  const state = { at: Math.min(Number(scrub.value), R - 1), playing: false, last: 0 };

  function drawPlane(name) {
    const plane = planes[name];
    const at = Math.floor(state.at);
    plane.clear();
    if (name === "losses") {
      const low = Math.max(data.loss_range[0][0], data.loss_range[1][0]);
      const high = Math.min(data.loss_range[0][1], data.loss_range[1][1]);
      plane.line([low, high], [low, high], data.looks.fair, 1.5, [1, 4]);
    }
    const front = data.front[name];
    plane.line(front[0], front[1], data.looks.text, 5, [], 0.5);
    const paths = (upto, alpha) => {
      data.methods.forEach((method, m) => {
        for (let s = 0; s < S; s++) {
          const points = [];
          for (let r = 0; r <= upto; r++) points.push([plane.x(value(name, r, m, s, 0, 2)), plane.y(value(name, r, m, s, 1, 2))]);
          plane.stroke(points, method.colour, alpha < 1 ? 1 : method.width, method.dash, alpha);
        }
      });
    };
    paths(R - 1, 0.16);
    paths(at, 1);
    for (let s = 0; s < S; s++) plane.dot(plane.x(value(name, 0, 0, s, 0, 2)), plane.y(value(name, 0, 0, s, 1, 2)), 3.5, data.looks.paper, data.looks.text);
    data.methods.forEach((method, m) => {
      for (let s = 0; s < S; s++) plane.dot(plane.x(value(name, at, m, s, 0, 2)), plane.y(value(name, at, m, s, 1, 2)), 5, method.colour, data.looks.paper);
    });
  }

  function drawRibbon() {
    const canvas = find(".ribbon");
    const ratio = window.devicePixelRatio || 1;
    const width = canvas.clientWidth || 600;
    const row = 9;
    canvas.style.height = `${M * row + 2}px`;
    canvas.width = width * ratio;
    canvas.height = (M * row + 2) * ratio;
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    const cell = width / Math.max(1, R - 1);
    data.methods.forEach((method, m) => {
      pen.fillStyle = method.colour;
      for (let r = 0; r < R - 1; r++) {
        pen.globalAlpha = 0.06 + 0.94 * arrays.gained[r * M + m];
        pen.fillRect(r * cell, m * row, cell + 0.6, row - 2);
      }
    });
    pen.globalAlpha = 1;
    pen.fillStyle = data.looks.text;
    pen.fillRect(Math.min(width - 2, Math.floor(state.at) * cell), 0, 2, M * row);
  }

  function draw() {
    const at = Math.floor(state.at);
    drawPlane("losses");
    drawPlane("theta");
    drawRibbon();
    const [m, s] = [Number(methodChoice.value), Number(startChoice.value)];
    const angle = forces(planes.theta, {
      theta: (r, i) => value("theta", r, m, s, i, 2),
      gradient: (r, k, i) => value("gradients", r, m, s, 2 * k + i, 4),
      direction: (r, i) => value("directions", r, m, s, i, 2),
      colour: data.methods[m].colour,
    }, at);
    const loss = [0, 1].map((i) => value("losses", at, m, s, i, 2).toFixed(2).replace("-", "−"));
    reading.textContent = `L1 ${loss[0]}, L2 ${loss[1]}; ${angle}° between the two descents`;
    scrub.value = at;
    output.textContent = `Step ${data.steps[at]} of ${data.steps[R - 1]}`;
    play.textContent = state.playing ? "Pause" : "Play";
    play.setAttribute("aria-label", state.playing ? "Pause" : "Play");
  }

  let frame = 0;
  function tick(now) {
    if (!state.playing) return;
    state.at = Math.min(R - 1, state.at + ((now - state.last) / 1000) * FRAMES_A_SECOND * Number(speed.value));
    state.last = now;
    if (state.at >= R - 1) state.playing = false;
    draw();
    frame = requestAnimationFrame(tick);
  }
  const go = (at) => {
    state.playing = false;
    state.at = Math.max(0, Math.min(R - 1, at));
    draw();
  };
  play.onclick = () => {
    state.playing = !state.playing;
    if (state.playing && state.at >= R - 1) state.at = 0;
    state.last = performance.now();
    draw();
    frame = requestAnimationFrame(tick);
  };
  find(".back").onclick = () => go(Math.floor(state.at) - 1);
  find(".forth").onclick = () => go(Math.floor(state.at) + 1);
  scrub.oninput = () => go(Number(scrub.value));
  methodChoice.onchange = startChoice.onchange = draw;
  planes.theta.canvas.onclick = (event) => {
    const box = planes.theta.canvas.getBoundingClientRect();
    setTriggerValue("start", planes.theta.place(event.clientX - box.left, event.clientY - box.top));
  };
  const watcher = new ResizeObserver(() => draw());
  watcher.observe(find(".stages"));
  draw();
  return () => {
    state.playing = false;
    cancelAnimationFrame(frame);
    watcher.disconnect();
  };
}
