// Shows one of the two-stage schedules that the engine has run, every T of them: the slider only selects.
const SETTLED_MS = 180; // without a further move, after which T is told to the page

const floats = (text) => new Float32Array(bytesOf(text).buffer);

// The paths of a sweep, once its own part (sweep.js) has unpacked them.
async function unpacked(digest) {
  while (!window.nashSweeps?.has(digest)) await new Promise((go) => window.addEventListener("nash-sweep", go, { once: true }));
  return window.nashSweeps.get(digest);
}

class Lab {
  constructor(root) {
    this.root = root;
    [this.svg, this.slide, this.typed] = [".drawing", ".slide", ".typed"].map((part) => root.querySelector(part));
    this.slide.oninput = () => this.choose(Number(this.slide.value));
    this.typed.oninput = () => this.typed.value !== "" && this.choose(Number(this.typed.value));
    this.svg.onpointerdown = (event) => this.pick(event, true);
    this.svg.onpointermove = (event) => this.pick(event, false);
    this.svg.onpointerup = this.svg.onpointercancel = () => (this.held = null);
    for (const button of root.querySelectorAll(".files button")) button.onclick = () => this.saved(button.dataset.kind);
    this.watcher = new ResizeObserver(() => this.data && this.svg.clientWidth !== this.width && this.rebuild());
    this.watcher.observe(root.querySelector(".lab"));
  }

  async shown(data, tell) {
    this.tell = tell;
    if (this.sent !== data.sent[1]) {
      this.sent = data.sent[1];
      this.T = data.sent[0];
      clearTimeout(this.timer);
    }
    const levels = await unpacked((this.digest = data.digest));
    if (this.digest !== data.digest) return; // another one came in the meantime
    this.levels = levels;
    this.data = data;
    this.slide.max = this.typed.max = data.steps;
    this.curves = this.read(data);
    this.rebuild();
  }

  read(data) {
    const wide = data.steps + 1;
    const row = (values) => (g) => values.subarray(g * wide, (g + 1) * wide);
    const flags = bytesOf(data.flags); // [G, T, S]: 1 off the front, 2 off the diagonal
    const flag = (g, T, s) => flags[(g * wide + T) * data.starts + s];
    const met = (g) => Array.from({ length: wide }, (_, T) => {
      for (let s = 0; s < data.starts; s++) if (flag(g, T, s)) return false;
      return true;
    });
    return { distance: row(floats(data.distance)), gap: row(floats(data.gap)), flag, met };
  }

  // The position of start s of goal g, offset o after switch T, along axis k; NaN where the run left the finite numbers.
  at(g, s, k, o, T) {
    const { starts, offsets, steps, levels, loss_range: range } = this.data;
    const level = this.levels[(((g * starts + s) * 2 + k) * offsets.length + o) * (steps + 1) + T];
    const [low, high] = range[k];
    return level === levels ? NaN : low + (high - low) * ((level / (levels - 1)) * 3 - 1);
  }

  // Where that is on the picture, as a path has it; nothing where the run left the finite numbers.
  place(g, s, o, T) {
    const { plane } = this.boxes;
    const [x, y] = [plane.px(this.at(g, s, 0, o, T)), plane.py(this.at(g, s, 1, o, T))];
    return Number.isFinite(x + y) ? `${x.toFixed(1)} ${y.toFixed(1)}` : "";
  }

  rebuild() {
    const { data, svg } = this;
    this.width = svg.clientWidth;
    const width = Math.max(300, this.width);
    const { made, at, height } = still(width, data, this.curves);
    this.boxes = at;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const clip = node("clipPath", { id: "plane" });
    clip.append(node("rect", { x: at.plane.x, y: at.plane.y, width: at.plane.width, height: at.plane.height }));
    this.moving = node("g");
    const picks = ["distance", "gap", "ribbon"].map((name) => node("rect", { class: "pick", fill: "transparent", x: at[name].x, y: at[name].y, width: at[name].width, height: at[name].height }));
    svg.replaceChildren(clip, made, this.moving, ...picks);
    this.prepare();
    this.draw();
  }

  // All that moves, once; draw() only sets where it is.
  prepare() {
    const { data, boxes: { distance, gap, ribbon } } = this;
    const inks = data.inks;
    const clipped = node("g", { "clip-path": "url(#plane)" });
    const marks = node("g");
    const stage = (style) => node("path", { fill: "none", stroke: style.colour, "stroke-width": style.width, "stroke-dasharray": style.dash, "stroke-linejoin": "round" });
    this.runs = [];
    this.shared = [];
    for (const g of data.one_bargain ? data.shown.slice(0, 1) : data.shown) {
      for (let s = 0; s < data.starts; s++) {
        const pieces = Array.from({ length: data.steps + 1 }, (_, T) => this.place(g, s, 0, T));
        const path = stage(data.nash);
        this.shared.push({ path, pieces });
        clipped.append(path);
      }
    }
    for (const g of data.shown) {
      const style = data.goals[g];
      for (let s = 0; s < data.starts; s++) {
        const run = { g, s, path: stage(style), end: node("path", { d: symbol(style.marker, 5), fill: style.colour, stroke: inks.paper }) };
        run.ring = node("circle", { r: 10, fill: "none", stroke: inks.failed, "stroke-width": 2.4 });
        run.square = node("rect", { x: -8, y: -8, width: 16, height: 16, fill: "none", stroke: inks.text, "stroke-width": 1.4 });
        run.end.append(node("title", {}, `${style.title}, start ${s + 1}`));
        run.mark = node("g");
        run.mark.append(run.end, run.ring, run.square);
        clipped.append(run.path);
        marks.append(run.mark);
        this.runs.push(run);
      }
    }
    for (let s = 0; s < data.starts; s++) {
      const start = node("g", { transform: `translate(${this.place(0, s, 0, 0)})` });
      start.append(node("circle", { r: 8.5, fill: inks.paper, stroke: inks.text }), words(0, 3.6, s + 1, inks.text, { "text-anchor": "middle", "font-size": 10.5 }));
      marks.append(start);
    }
    this.cursors = [distance, gap, ribbon].map(() => node("path", { stroke: inks.text, "stroke-width": 1.5, "stroke-dasharray": "4 3", fill: "none" }));
    this.dots = data.shown.flatMap((g) => ["distance", "gap"].map((name) => ({ g, name, mark: node("path", { d: symbol(data.goals[g].marker, 4.5), fill: data.goals[g].colour, stroke: inks.paper }) })));
    this.label = words(0, 0, "", inks.text, { "font-weight": 650, stroke: inks.paper, "stroke-width": 4, "paint-order": "stroke", "stroke-linejoin": "round" });
    this.moving.append(clipped, marks, ...this.cursors, ...this.dots.map((dot) => dot.mark), this.label);
  }

  draw() {
    const { data, T, boxes: { distance, gap, ribbon } } = this;
    for (const { path, pieces } of this.shared) path.setAttribute("d", drawn(pieces, T));
    const last = data.offsets.length - 1;
    const offsets = data.offsets.filter((offset) => T + offset < data.steps).length;
    for (const run of this.runs) {
      const pieces = Array.from({ length: offsets + 1 }, (_, i) => this.place(run.g, run.s, i < offsets ? i : last, T));
      run.path.setAttribute("d", drawn(pieces, offsets));
      const tip = pieces[offsets];
      run.mark.setAttribute("display", tip ? "inline" : "none");
      if (tip) run.mark.setAttribute("transform", `translate(${tip})`);
      const flag = this.curves.flag(run.g, T, run.s);
      run.ring.setAttribute("display", flag & 1 ? "inline" : "none");
      run.square.setAttribute("display", flag & 2 ? "inline" : "none");
    }
    const x = distance.px(T).toFixed(1);
    [distance, gap, ribbon].forEach((box, i) => this.cursors[i].setAttribute("d", `M${x} ${box.y - 4}V${box.y + box.height}`));
    for (const { g, name, mark } of this.dots) {
      const value = Math.min(data.heights[1], this.curves[name](g)[T]);
      mark.setAttribute("transform", `translate(${x} ${this.boxes[name].py(value)})`);
    }
    const right = T > 0.8 * data.steps;
    this.label.textContent = `T = ${T}`;
    for (const [key, value] of Object.entries({ x: Number(x) + (right ? -6 : 6), y: distance.y + 12, "text-anchor": right ? "end" : "start" })) this.label.setAttribute(key, value);
    this.slide.value = T;
    if (Number(this.typed.value) !== T) this.typed.value = T;
    this.tabulate();
  }

  tabulate() {
    const { data, T } = this;
    const says = [];
    const rows = data.shown.map((g) => {
      const flags = Array.from({ length: data.starts }, (_, s) => this.curves.flag(g, T, s));
      const [front, both] = [flags.filter((flag) => !(flag & 1)).length, flags.filter((flag) => !flag).length];
      says.push(`${data.goals[g].title} ends on the front from ${front} of ${data.starts} starts, and on the fair diagonal too from ${both}`);
      const cells = [data.goals[g].title, `${front} of ${data.starts}`, `${both} of ${data.starts}`, ...["distance", "gap"].map((name) => written(this.curves[name](g)[T], data))];
      const row = document.createElement("tr");
      row.append(...cells.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
      const mark = node("svg", { viewBox: "-7 -7 14 14", "aria-hidden": "true" });
      mark.append(node("path", { d: symbol(data.goals[g].marker, 5), fill: data.goals[g].colour }));
      row.firstChild.prepend(mark);
      return row;
    });
    this.root.querySelector("tbody").replaceChildren(...rows);
    this.sentence = `After ${T} bargaining steps: ${says.join("; ")}.`;
    this.svg.setAttribute("aria-label", `${this.sentence} Paths on the loss plane, and final distance and gap over T.`);
  }

  choose(T) {
    if (!this.boxes || !Number.isFinite(T)) return;
    this.T = Math.max(0, Math.min(this.data.steps, Math.round(T)));
    this.draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.root.querySelector(".says").textContent = this.sentence;
      this.tell("T", this.T);
    }, SETTLED_MS);
  }

  pick(event, begins) {
    if (begins) {
      if (!event.target.classList.contains("pick")) return;
      this.held = event.pointerId;
      this.svg.setPointerCapture(event.pointerId);
    }
    if (this.held !== event.pointerId) return;
    const px = ((event.clientX - this.svg.getBoundingClientRect().left) / this.svg.clientWidth) * this.svg.viewBox.baseVal.width;
    this.choose(this.boxes.distance.value(px));
  }

  saved(kind) {
    const made = this.svg.cloneNode(true);
    const { width, height } = this.svg.viewBox.baseVal;
    for (const [key, value] of Object.entries({ xmlns: SVG, width, height, "font-family": FAMILY })) made.setAttribute(key, value);
    made.prepend(node("rect", { width, height, fill: this.data.inks.paper }));
    save(kind, `schedules-T${this.T}`, made);
  }
}

function drawn(pieces, upto) {
  let [d, pen] = ["", "M"];
  for (let i = 0; i <= upto; i++) {
    if (pieces[i] === "") pen = "M";
    else {
      d += pen + pieces[i];
      pen = "L";
    }
  }
  return d;
}

function written(value, data) {
  if (!Number.isFinite(value)) return "lost";
  return value <= 1.001 * data.heights[0] ? `under ${data.heights[0]}` : value.toFixed(3);
}

export default function ({ data, parentElement, setStateValue }) {
  parentElement.lab ??= new Lab(parentElement);
  parentElement.lab.shown(data, setStateValue);
}
