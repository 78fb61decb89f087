// Unpacks all paths of a sweep and keeps them for the part that draws them: they are sent once, however often that part changes.
const KEPT = 4; // sweeps

// Positions [G, S, 2, O, T] as 16-bit numbers, each the difference to that of the T before, deflated.
async function unpack({ packed, steps }) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const levels = new Uint16Array(await new Response(stream).arrayBuffer());
  for (let i = 0; i < levels.length; i++) if (i % (steps + 1)) levels[i] += levels[i - 1];
  return levels;
}

export default function ({ data }) {
  const kept = (window.nashSweeps ??= new Map());
  if (kept.has(data.digest)) return;
  kept.set(data.digest, unpack(data));
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
  window.dispatchEvent(new Event("nash-sweep"));
}
