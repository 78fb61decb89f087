// Plays runs that the engine has computed: it selects and draws, and computes nothing of its own but where a pixel is.
const PLAYS_FOR = 6; // seconds of a whole run at speed 1
const CALM_MS = 1000; // who asked for less motion sees a still picture a second

// Descent angles -> [first, last] of the directions from which every group gains, or null, and the angle they span.
function agreement(angles) {
  const sorted = [...angles].sort((a, b) => a - b);
  const gaps = sorted.map((angle, i) => (i + 1 < sorted.length ? sorted[i + 1] : sorted[0] + TURN) - angle);
  const widest = gaps.indexOf(Math.max(...gaps));
  const span = TURN - gaps[widest];
  const first = sorted[(widest + 1) % sorted.length];
  return { span, cone: span < Math.PI - 0.001 ? [first + span - Math.PI / 2, first + Math.PI / 2] : null };
}

// The player's own words of the address; the page's other words are the server's.
const address = {
  read(name) { return new URLSearchParams(window.location.search).get(name); },
  write(words) {
    const url = new URL(window.location.href);
    for (const [name, [value, standard]] of Object.entries(words)) {
      if (value === standard) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
  },
};

function drawRibbon(canvas, gained, methods, R) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.width / ratio;
  const row = 9;
  const layer = document.createElement("canvas");
  layer.width = canvas.width;
  layer.height = canvas.height;
  const pen = layer.getContext("2d");
  pen.scale(ratio, ratio);
  const cell = width / Math.max(1, R - 1);
  methods.forEach((method, m) => {
    pen.fillStyle = method.colour;
    for (let r = 0; r < R - 1; r++) {
      pen.globalAlpha = 0.06 + 0.94 * gained[r * methods.length + m];
      pen.fillRect(r * cell, m * row, cell + 0.6, row - 2);
    }
  });
  return layer;
}

function drawLegend(box, methods, inks) {
  box.replaceChildren(...methods.map((method) => {
    const entry = document.createElement("span");
    const sample = document.createElement("canvas");
    const ratio = window.devicePixelRatio || 1;
    [sample.width, sample.height] = [44 * ratio, 14 * ratio];
    const pen = sample.getContext("2d");
    pen.scale(ratio, ratio);
    Object.assign(pen, { strokeStyle: method.colour, lineWidth: method.width });
    pen.setLineDash(method.dash);
    pen.beginPath();
    pen.moveTo(1, 7);
    pen.lineTo(43, 7);
    pen.stroke();
    pen.setLineDash([]);
    mark(pen, method.marker, 22, 7, 5, method.colour, inks.paper);
    entry.append(sample, method.title);
    return entry;
  }));
}

// The data with their series unfolded: [R, ...] each.
async function read(data) {
  const R = data.steps.length;
  const series = async (text, kind) => turned(await unfolded(bytesOf(text), kind, R, 2), R);
  const piece = async (part) => {
    const ends = await unfolded(bytesOf(part.ends), "f4", 1, 0); // [4, N]
    return { ...part, ends: turned(ends, ends.length / 4) };
  };
  const plane = async (spec) => ({ ...spec, points: await series(spec.points, "f4"), pieces: await Promise.all(spec.pieces.map(piece)) });
  const [losses, theta, descents, moves] = await Promise.all([plane(data.planes.losses), plane(data.planes.theta), series(data.descents, "i2"), series(data.moves, "i2")]);
  // Two losses are the plane's own coordinates.
  const values = data.values ? await series(data.values, "f4") : losses.points;
  return { ...data, planes: { losses, theta }, descents: angles(descents), moves: angles(moves), values };
}

export default function (part) {
  const { parentElement } = part;
  const turn = (parentElement.turn = (parentElement.turn ?? 0) + 1);
  let stop = null;
  read(part.data).then((data) => {
    if (parentElement.turn === turn) stop = show({ ...part, data }); // no other runs came in the meantime
  });
  return () => {
    if (stop) stop();
    else parentElement.turn += 1;
  };
}

function show({ data, parentElement, setTriggerValue }) {
  const find = (selector) => parentElement.querySelector(selector);
  const { methods, inks, groups: K } = data;
  const shape = { M: methods.length, S: data.starts, R: data.steps.length };
  const { M, S, R } = shape;
  const { descents, moves, values } = data;
  const gained = numbers(data.gained);
  const stages = ["losses", "theta"].map((name) => new Stage(find(`canvas.${name}`), data.planes[name], shape, methods, inks, data.failed));
  const [play, scrub, output, speed, reading, ribbon] = [".play", ".scrub", ".step", ".speed", ".reading", ".ribbon"].map(find);
  const [methodChoice, startChoice] = [find(".method"), find(".start")];
  find(".losses-title").textContent = K === 2 ? "Loss plane" : "Loss space, seen at an angle";

  const fill = (select, texts, wanted) => {
    const options = texts.map(([value, text]) => new Option(text, value));
    select.replaceChildren(...options);
    select.value = options.some((option) => option.value === wanted) ? wanted : texts[0][0];
  };
  const known = find(".player").dataset; // lives as long as the page does
  const recall = (name) => known[name] ?? address.read(name) ?? "";
  fill(methodChoice, [...methods.map(({ name, title }) => [name, title]), ["none", "no run"]], recall("forces"));
  fill(startChoice, Array.from({ length: S }, (_, i) => [String(i + 1), `start ${i + 1}`]), recall("from"));
  if ([...speed.options].some((option) => option.value === recall("speed"))) speed.value = recall("speed");
  scrub.max = R - 1;
  const asked = Number(recall("moment") || 0);
  const state = { at: Math.max(0, data.steps.findLastIndex((step) => step <= asked)), playing: false, last: 0, ribbon: null };

  function remember() {
    const words = {
      moment: [String(data.steps[Math.floor(state.at)]), "0"],
      forces: [methodChoice.value, methods[0].name],
      from: [startChoice.value, "1"],
      speed: [speed.value, "1"],
    };
    for (const [name, [value]] of Object.entries(words)) known[name] = value;
    address.write(words);
  }

  function forces(at) {
    const m = methods.findIndex((method) => method.name === methodChoice.value);
    const s = Number(startChoice.value) - 1;
    if (m < 0) return "";
    const run = (at * M + m) * S + s;
    const down = Array.from({ length: K }, (_, k) => descents[run * K + k]); // NaN where a group has nothing to gain
    const pulling = down.filter((angle) => !Number.isNaN(angle));
    const { span, cone } = pulling.length ? agreement(pulling) : { span: 0, cone: null };
    const stage = stages[1];
    const from = [stage.px[run], stage.py[run]];
    if (cone) stage.wedge(from, ...cone, 64, inks.agreement);
    const moved = moves[run];
    for (const angle of pulling) stage.arrow(from, angle, 46, inks.text, 1.6);
    if (!Number.isNaN(moved)) stage.arrow(from, moved, 62, methods[m].colour, 3);
    // Numbers stand beside the arrows where these lie together: no number on another, nor on the coloured arrow.
    const taken = Number.isNaN(moved) ? [] : [moved];
    down.forEach((angle, k) => {
      if (Number.isNaN(angle)) return;
      const free = (at) => taken.every((other) => Math.abs(Math.atan2(Math.sin(at - other), Math.cos(at - other))) > 0.33);
      const at = [0, 0.4, -0.4, 0.8, -0.8, 1.2, -1.2].map((turn) => angle + turn).find(free) ?? angle;
      taken.push(at);
      stage.note(from, at, 58, String(k + 1), inks.text);
    });
    const losses = Array.from({ length: K }, (_, k) => `L${k + 1} ${values[run * K + k].toFixed(2).replace("-", "−")}`);
    const verdict = cone ? "" : "; no direction helps all";
    return `${losses.join(", ")}; the descents span ${Math.round((span * 180) / Math.PI)}°${verdict}`;
  }

  function draw() {
    const at = Math.floor(state.at);
    for (const stage of stages) stage.draw(at);
    reading.textContent = forces(at);
    const pen = ribbon.getContext("2d");
    pen.clearRect(0, 0, ribbon.width, ribbon.height);
    if (state.ribbon) pen.drawImage(state.ribbon, 0, 0);
    const width = Math.max(2, 2 * (window.devicePixelRatio || 1));
    pen.fillStyle = inks.text;
    pen.fillRect(Math.min(ribbon.width - width, (at / Math.max(1, R - 1)) * ribbon.width), 0, width, ribbon.height);
    scrub.value = at;
    output.textContent = `Step ${data.steps[at]} of ${data.steps[R - 1]}`;
    const name = state.playing ? "Pause" : "Play";
    if (play.textContent !== name) {
      play.textContent = name;
      play.setAttribute("aria-label", name);
    }
  }

  function fit() {
    const ratio = window.devicePixelRatio || 1;
    ribbon.style.height = `${M * 9 + 2}px`;
    ribbon.width = Math.round((ribbon.clientWidth || 600) * ratio);
    ribbon.height = Math.round((M * 9 + 2) * ratio);
    state.ribbon = drawRibbon(ribbon, gained, methods, R);
    draw();
  }

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let frame = 0;
  function tick(now) {
    if (!state.playing) return;
    if (calm.matches && now - state.last < CALM_MS) {
      frame = requestAnimationFrame(tick);
      return;
    }
    const pace = Math.max(30, (R - 1) / PLAYS_FOR) * Number(speed.value);
    state.at = Math.min(R - 1, state.at + (Math.max(0, now - state.last) / 1000) * pace);
    state.last = now;
    if (state.at >= R - 1) {
      state.playing = false;
      remember();
    }
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
    if (!state.playing) remember();
    state.last = performance.now();
    draw();
    frame = requestAnimationFrame(tick);
  };
  for (const [selector, by] of [[".back", -1], [".forth", 1]]) {
    find(selector).onclick = () => {
      go(Math.floor(state.at) + by);
      remember();
    };
  }
  scrub.oninput = () => go(Number(scrub.value));
  scrub.onchange = speed.onchange = remember;
  methodChoice.onchange = startChoice.onchange = () => {
    draw();
    remember();
  };
  const ground = stages[1];
  ground.canvas.onclick = (event) => {
    const box = ground.canvas.getBoundingClientRect();
    setTriggerValue("start", ground.place(event.clientX - box.left, event.clientY - box.top));
  };
  drawLegend(find(".legend"), methods, inks);
  const watcher = new ResizeObserver(fit);
  watcher.observe(find(".stages"));
  fit();
  if (known.moment !== undefined) remember(); // the server may have rewritten the address from what it knows
  return () => {
    state.playing = false;
    cancelAnimationFrame(frame);
    watcher.disconnect();
  };
}
