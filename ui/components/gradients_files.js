// A picture as a file of its own: with its title, its paper and its legend.
const LEGEND = { row: 20, letter: 7.2, sample: 44, margin: 26 };

function standalone(svg, { title, unit, legend, inks }) {
  const [, , drawn, high] = svg.getAttribute("viewBox").split(" ").map(Number);
  const width = drawn + 2 * LEGEND.margin;
  const top = unit ? 50 : 34;
  const made = node("svg", { xmlns: SVG, "font-family": "Source Sans, Source Sans Pro, Helvetica, Arial, sans-serif" });
  made.append(words(8, 22, title, inks.text, { "font-size": 16, "font-weight": 600 }));
  if (unit) made.append(words(8, 40, unit, inks.soft));
  const body = node("g", { transform: `translate(${LEGEND.margin} ${top})` });
  body.append(...[...svg.childNodes].map((child) => child.cloneNode(true)));
  made.append(body);
  let [x, y] = [8, high + top + LEGEND.row];
  for (const entry of legend) {
    const wide = LEGEND.sample + entry.title.length * LEGEND.letter + 12;
    if (x > 8 && x + wide > width) [x, y] = [8, y + LEGEND.row];
    const group = node("g", { transform: `translate(${x} ${y - 10})` });
    group.append(...sample(entry).childNodes, words(40, 10.5, entry.title, inks.text, { "font-size": 12.5 }));
    made.append(group);
    x += wide;
  }
  const height = y + 14;
  made.setAttribute("viewBox", `0 0 ${width} ${height}`);
  made.setAttribute("width", width);
  made.setAttribute("height", height);
  made.prepend(node("rect", { width, height, fill: inks.paper }));
  return made;
}

function hand(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function save(kind, name, made) {
  const text = new XMLSerializer().serializeToString(made);
  const drawn = new Blob([text], { type: "image/svg+xml" });
  if (kind === "SVG") return hand(drawn, `${name}.svg`);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  const sharp = 3;
  [canvas.width, canvas.height] = [made.getAttribute("width") * sharp, made.getAttribute("height") * sharp];
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => hand(blob, `${name}.png`), "image/png");
}
