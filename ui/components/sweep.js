// Unpacks all paths of a sweep and keeps them for the part that draws them: they are sent once, however often that part changes.
const KEPT = 4; // sweeps

export default function ({ data }) {
  const head = data.indexOf(10); // a line of its own: which sweep, and of how many steps
  const [digest, steps] = new TextDecoder().decode(data.subarray(0, head)).split(" ");
  const kept = (window.nashSweeps ??= new Map());
  if (kept.has(digest)) return;
  kept.set(digest, unfolded(data.slice(head + 1), "u2", Number(steps) + 1, 1)); // levels [G, S, 2, O, T]
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
  window.dispatchEvent(new Event("nash-sweep"));
}
