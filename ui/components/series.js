// Reads what series.py folds: N series of R numbers each, [N, R], as the bits of the given kind of array.
const KINDS = { i2: Int16Array, u2: Uint16Array, f4: Float32Array };


async function unfolded(packed, kind, R, order) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const planes = new Uint8Array(await new Response(stream).arrayBuffer());
  const size = KINDS[kind].BYTES_PER_ELEMENT;
  const length = planes.length / size;
  const whole = size === 2 ? new Uint16Array(length) : new Uint32Array(length);
  for (let i = 0; i < length; i++) {
    let zigzag = 0;
    for (let part = size - 1; part >= 0; part--) zigzag = (zigzag << 8) | planes[part * length + i];
    whole[i] = (zigzag >>> 1) ^ -(zigzag & 1);
  }
  for (let turn = 0; turn < order; turn++) {
    for (let i = 0; i < length; i++) if (i % R) whole[i] += whole[i - 1];
  }
  return new KINDS[kind](whole.buffer);
}

// [N, R] -> [R, N].
function turned(values, R) {
  const made = new values.constructor(values.length);
  const N = values.length / R;
  for (let n = 0; n < N; n++) for (let r = 0; r < R; r++) made[r * N + n] = values[n * R + r];
  return made;
}
