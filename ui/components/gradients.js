// The knobs and pictures of the conflict-geometry page. What a turned knob does is foreseen and drawn at once; the engine is asked,
// one question at a time, and its answer takes the place of what was foreseen. Formulas, tables and files hold the engine's numbers.
const PATIENCE_MS = 3000; // after which a question counts as lost

class Lab {
  constructor(root) {
    this.root = root;
    this.all = root.querySelector(".lab");
    this.pictures = Object.fromEntries(["fan", "gains", "family"].map((name) => [name, root.querySelector(`.${name} .drawing`)]));
    this.grips = root.querySelector(".grips");
    this.count = root.querySelector(".count input");
    this.power = root.querySelector(".power");
    this.rows = [];
    this.legends = {};
    this.asked = { turn: 0, at: -Infinity, waiting: false, newer: false };
    this.count.oninput = () => this.turn({ groups: Number(this.count.value) });
    this.power.oninput = () => this.turn({ power: Number(this.power.value) });
    this.choosePower();
    this.offerFiles();
    this.watchTips();
    this.watcher = new ResizeObserver(() => this.data && this.draw());
    this.watcher.observe(this.all);
  }

  // ---- questions and answers

  answered(data, ask) {
    this.ask = ask;
    const first = !this.data;
    this.data = data;
    if (first) this.asked.turn = data.turn;
    if (data.turn >= this.asked.turn) this.asked.waiting = false;
    if (!this.asked.waiting && !this.asked.newer) {
      const { groups, angles, lengths, power } = data.settings;
      const kept = this.now ?? data.others; // what a group had before it was taken away
      this.now = { groups, power, angles: [...angles, ...kept.angles.slice(groups)], lengths: [...lengths, ...kept.lengths.slice(groups)] };
    }
    this.draw();
    this.question();
  }

  turn(change) {
    Object.assign(this.now, change);
    this.asked.newer = true;
    this.draw();
    this.question();
  }

  question() {
    const { asked } = this;
    if (!asked.newer || (asked.waiting && performance.now() - asked.at < PATIENCE_MS)) return;
    Object.assign(asked, { turn: asked.turn + 1, at: performance.now(), waiting: true, newer: false });
    this.ask("turned", { turn: asked.turn, ...this.now });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      asked.waiting = false;
      this.question();
    }, PATIENCE_MS);
  }

  // ---- drawing

  // Whether these are the settings that the knobs show.
  same({ groups, angles, lengths, power }) {
    const { now } = this;
    return groups === now.groups && power === now.power && angles.every((angle, row) => angle === now.angles[row] && lengths[row] === now.lengths[row]);
  }

  // The engine's numbers where it has answered, else what is foreseen.
  known() {
    const { data, now } = this;
    const rules = this.same(data.settings) ? data : foresee(now, data.rules.map((rule) => rule.name), data.exponents.map((p) => p ?? -Infinity), data.meetings);
    const titled = (rule) => (rule.name === "gm" ? rule.title.replace(/\)$/, `, p = ${data.powers[now.power]})`) : rule.title);
    return {
      ...data, cone: rules.cone, curve: rules.curve, groups: data.styles.slice(0, now.groups),
      rules: data.rules.map((rule, i) => ({ ...rule, ...rules.rules[i], title: titled(rule) })),
    };
  }

  draw() {
    const { data, now, pictures } = this;
    const width = (svg) => Math.max(240, svg.parentElement.clientWidth);
    const known = (this.shown = this.known());
    // A picture that would look the same is left alone: the answer to a good foresight moves nothing.
    const key = JSON.stringify([now, known.rules, known.curve, known.inks, this.all.clientWidth], (_, value) => (typeof value === "number" ? Math.round(value * 1e5) : value));
    if (key !== this.drawn) {
      this.drawn = key;
      drawFan(pictures.fan, width(pictures.fan), now, known);
      drawGains(pictures.gains, width(pictures.gains), known);
      drawFamily(pictures.family, width(pictures.family), now, known);
    }
    // Words follow the arrows: the engine's where it has answered, else those of what is foreseen.
    const answered = this.same(data.settings);
    const said = answered ? data.says : verdict(known.cone, data.rules.map(({ title }, i) => ({ title, shares: known.rules[i].shares })));
    const alt = answered ? data.alt : {
      fan: `${now.groups} gradients and each rule's direction as arrows. ${said}`,
      gains: "Bars of every group's gain under every rule.",
      family: "Each group's gain along the exponent of the power mean.",
    };
    for (const [name, text] of Object.entries(alt)) pictures[name].setAttribute("aria-label", text);
    const says = this.root.querySelector(".says");
    if (says.textContent !== said) says.textContent = said;
    this.drawLegends();
    this.drawKnobs();
    this.drawGrips(width(pictures.fan));
  }

  drawLegends() {
    for (const [name, place] of [["fan", ".rules"], ["family", ".groups"]]) {
      const legend = this.legend(name);
      const key = JSON.stringify(legend);
      if (key === this.legends[name]) continue;
      this.legends[name] = key;
      this.root.querySelector(place).replaceChildren(...legend.map((entry) => {
        const item = document.createElement("li");
        item.append(sample(entry), entry.title);
        return item;
      }));
    }
  }

  legend(name) {
    const { rules, groups, inks } = this.shown;
    if (name !== "family") return rules.map(({ title, colour, dash, width }) => ({ title, colour, dash, width }));
    return groups.map((style, row) => ({ ...style, title: `Group ${row + 1}`, colour: inks.text, width: 1.8 }));
  }

  drawKnobs() {
    const { data, now } = this;
    const set = (input, value) => Number(input.value) !== value && (input.value = value);
    while (this.rows.length < data.most) this.rows.push(this.row(this.rows.length));
    this.rows.forEach((row, place) => {
      row.all.hidden = place >= now.groups;
      row.all.style.display = row.all.hidden ? "none" : "";
      set(row.angle, now.angles[place]);
      row.angle.setAttribute("aria-valuetext", `${now.angles[place]} degrees`);
      row.angleText.textContent = `${now.angles[place]}°`;
      set(row.length, data.lengths.indexOf(now.lengths[place]));
      row.length.setAttribute("aria-valuetext", `${now.lengths[place]}`);
      row.lengthText.textContent = `×${now.lengths[place]}`;
    });
    this.count.max = data.most;
    set(this.count, now.groups);
    this.root.querySelector(".count output").textContent = now.groups;
    this.power.max = data.powers.length - 1;
    set(this.power, now.power);
    const text = data.powers[now.power];
    this.power.setAttribute("aria-valuetext", now.power === data.nash ? `${text}, Nash` : text);
    this.root.querySelector(".ends output").textContent = `p = ${text}`;
    // The slider's thumb stands under the marked exponent.
    this.power.style.marginLeft = `${PLOT.left}px`;
    this.power.style.width = `calc(100% - ${PLOT.left + PLOT.right}px)`;
  }

  row(place) {
    const all = document.createElement("div");
    all.className = "row";
    all.innerHTML = `<b>g${SUBSCRIPTS[place]}</b><input type="range" min="0" max="360" step="1"><output></output><input type="range" min="0" step="1"><output></output>`;
    const [angle, length] = all.querySelectorAll("input");
    const [angleText, lengthText] = all.querySelectorAll("output");
    angle.setAttribute("aria-label", `Group ${place + 1}: angle`);
    length.setAttribute("aria-label", `Group ${place + 1}: length`);
    length.max = this.data.lengths.length - 1;
    angle.oninput = () => this.turn({ angles: this.now.angles.with(place, Number(angle.value)) });
    length.oninput = () => this.turn({ lengths: this.now.lengths.with(place, this.data.lengths[Number(length.value)]) });
    this.root.querySelector(".rows").append(all);
    return { all, angle, angleText, length, lengthText };
  }

  // ---- direct manipulation

  drawGrips(width) {
    const on = plane(width);
    this.grips.setAttribute("viewBox", `0 0 ${width} ${on.height}`);
    while (this.grips.childElementCount < this.data.most) this.grips.append(this.grip(this.grips.childElementCount));
    [...this.grips.children].forEach((grip, row) => {
      grip.style.display = row < this.now.groups ? "" : "none";
      const [x, y] = tip(on, this.now.angles[row], this.now.lengths[row]);
      grip.setAttribute("cx", x);
      grip.setAttribute("cy", y);
    });
  }

  grip(row) {
    const made = node("circle", { r: 17 });
    const place = (event) => {
      const box = this.grips.getBoundingClientRect();
      const on = plane(box.width);
      return [(event.clientX - box.left - on.x) / on.unit, (on.y - event.clientY + box.top) / on.unit];
    };
    let missed; // the tip less the finger, so that nothing jumps
    made.onpointerdown = (event) => {
      made.setPointerCapture(event.pointerId);
      made.classList.add("held");
      const turn = (this.now.angles[row] * Math.PI) / 180;
      const far = reach(this.now.lengths[row]);
      const [x, y] = place(event);
      missed = [Math.cos(turn) * far - x, Math.sin(turn) * far - y];
      event.preventDefault();
    };
    made.onpointermove = (event) => {
      if (!missed) return;
      const [x, y] = place(event).map((part, i) => part + missed[i]);
      const angle = (Math.round((Math.atan2(y, x) * 180) / Math.PI) + 360) % 360;
      const wanted = Math.log10(lengthAt(Math.hypot(x, y)));
      const apart = (length) => Math.abs(Math.log10(length) - wanted);
      const length = this.data.lengths.reduce((best, one) => (apart(one) < apart(best) ? one : best));
      if (angle === this.now.angles[row] && length === this.now.lengths[row]) return;
      this.turn({ angles: this.now.angles.with(row, angle), lengths: this.now.lengths.with(row, length) });
    };
    made.onpointerup = made.onpointercancel = () => {
      missed = undefined;
      made.classList.remove("held");
    };
    return made;
  }

  choosePower() {
    const svg = this.pictures.family;
    svg.style.touchAction = "pan-y";
    svg.style.cursor = "ew-resize";
    const choose = (event) => {
      if (!(event.buttons & 1)) return;
      const box = svg.getBoundingClientRect();
      const count = this.data.powers.length;
      const [first, last] = [placeOf(box.width, 0, count), placeOf(box.width, count - 1, count)];
      const power = Math.round(((event.clientX - box.left - first) / (last - first)) * (count - 1));
      const inside = Math.max(0, Math.min(count - 1, power));
      if (inside !== this.now.power) this.turn({ power: inside });
    };
    svg.onpointerdown = choose;
    svg.onpointermove = choose;
  }

  // ---- reading and taking away

  watchTips() {
    const box = this.root.querySelector(".tip");
    this.all.onpointermove = (event) => {
      const says = event.buttons ? undefined : event.target.closest?.("[data-tip]")?.dataset.tip;
      box.hidden = !says;
      if (!says) return;
      const place = this.all.getBoundingClientRect();
      box.textContent = says;
      const x = event.clientX - place.left + 14;
      box.style.left = `${Math.max(0, Math.min(x, place.width - box.offsetWidth))}px`;
      box.style.top = `${event.clientY - place.top - 34}px`;
    };
    this.all.onpointerleave = () => (box.hidden = true);
  }

  offerFiles() {
    for (const name of Object.keys(this.pictures)) {
      const figure = this.root.querySelector(`.${name}`);
      const title = figure.querySelector("figcaption span").textContent;
      const unit = figure.querySelector(".unit")?.textContent;
      for (const kind of ["SVG", "PNG"]) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = kind;
        button.setAttribute("aria-label", `Download “${title}” as ${kind}`);
        button.onclick = () => save(kind, this.data.files[name], standalone(this.pictures[name], { title, unit, legend: this.legend(name), inks: this.data.inks }));
        figure.querySelector(".files").append(button);
      }
    }
  }

  gone() {
    clearTimeout(this.timer);
    this.watcher.disconnect();
  }
}

const labs = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let lab = labs.get(parentElement);
  if (!lab?.all.isConnected) labs.set(parentElement, (lab = new Lab(parentElement)));
  lab.answered(data, setTriggerValue);
  return () => lab.gone();
}
