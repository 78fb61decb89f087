// The rules in the plane, for the moments until the engine answers: with two dimensions each is a few lines or one bisection.
// The engine's answer always takes this one's place, and the tests hold the two against each other.
const STEPS = 60; // of a bisection: down to rounding
const NOTHING = 3e-7; // a step shorter than this share of the longest gradient is none
const RADIUS = 0.5; // of CAGrad's ball

const dot = (a, b) => a[0] * b[0] + a[1] * b[1];
const plus = (a, b, by = 1) => [a[0] + by * b[0], a[1] + by * b[1]];
const times = (a, by) => [a[0] * by, a[1] * by];
const total = (vectors) => vectors.reduce((sum, one) => plus(sum, one), [0, 0]);
const at = (turn) => [Math.cos(turn), Math.sin(turn)];

// Where a falling function between two ends crosses zero.
function crossing(low, high, slope) {
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (slope(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

// The agreement set between two angles, or null. Whole degrees decide it without rounding.
function coneOf(angles) {
  const sorted = angles.map((angle) => angle % 360).sort((a, b) => a - b);
  const gaps = sorted.map((angle, i) => (i + 1 < sorted.length ? sorted[i + 1] : sorted[0] + 360) - angle);
  const widest = gaps.indexOf(Math.max(...gaps));
  const span = 360 - gaps[widest];
  if (span >= 180) return null;
  const first = sorted[(widest + 1) % sorted.length];
  return [first + span - 90, first + 90].map((angle) => (angle * Math.PI) / 180);
}

// The direction with the largest power mean of the gains. Along the cone the mean rises and then falls, so that the sign of its
// slope leads there; gains are compared by their logarithms, as powers of them may be out of range.
function family(game, power) {
  if (!game.cone) return [0, 0];
  const slope = (turn) => {
    const d = at(turn);
    const gains = game.gradients.map((g) => Math.max(dot(g, d), Number.MIN_VALUE));
    const rises = game.gradients.map((g) => dot(g, [-d[1], d[0]]));
    const least = gains.indexOf(Math.min(...gains));
    if (power === -Infinity) return rises[least];
    const floor = Math.log(gains[least]);
    return rises.reduce((sum, rise, i) => sum + rise * Math.exp((power - 1) * (Math.log(gains[i]) - floor)), 0);
  };
  return at(crossing(...game.cone, slope));
}

// The best vector of the gradients' hull by a convex measure whose slope along a line is given: it lies on a side.
function bestOfHull(gradients, value, slope) {
  let best = gradients[0];
  gradients.forEach((a, i) => gradients.slice(i + 1).forEach((b) => {
    const along = plus(b, a, -1);
    const found = plus(a, along, crossing(0, 1, (t) => -slope(plus(a, along, t), along)));
    for (const one of [found, b]) if (value(one) < value(best)) best = one;
  }));
  return best;
}

// The nearest vector by which nobody loses: the vector itself, or its shadow on an edge of the dual cone.
function nobodyLoses(units, vector) {
  const allowed = (one) => units.every((unit) => dot(unit, one) >= -1e-12 * Math.hypot(...one));
  if (allowed(vector)) return vector;
  const edges = units.flatMap(([x, y]) => [[-y, x], [y, -x]]).filter(allowed);
  const shadows = edges.map((edge) => times(edge, Math.max(0, dot(edge, vector))));
  return shadows.reduce((best, one) => (Math.hypot(...one) > Math.hypot(...best) ? one : best), [0, 0]);
}

const INVERSES = {
  // Inverse of the symmetric matrix [[a, b], [b, c]] and its square root, applied to a vector.
  plain: ([a, b, c], [x, y]) => times([c * x - b * y, a * y - b * x], 1 / (a * c - b * b)),
  root: ([a, b, c], v) => {
    const root = Math.sqrt(a * c - b * b);
    const scale = 1 / Math.sqrt(a + c + 2 * root);
    return INVERSES.plain([(a + root) * scale, b * scale, (c + root) * scale], v);
  },
};
const squares = (vectors) => vectors.reduce(([a, b, c], [x, y]) => [a + x * x, b + x * y, c + y * y], [0, 0, 0]);

const STEP = {
  nash: (game) => family(game, 0),
  mean: ({ gradients }) => times(total(gradients), 1 / gradients.length),
  gm: (game) => (game.power === 1 ? STEP.mean(game) : family(game, game.power)),
  pcgrad: ({ gradients, order }) => total(gradients.map((own, i) => order[i].reduce(
    (v, j) => (j === i ? v : plus(v, gradients[j], -Math.min(0, dot(v, gradients[j])) / dot(gradients[j], gradients[j]))), own))),
  mgda: ({ gradients, cone }) => (cone ? bestOfHull(gradients, (g) => dot(g, g), dot) : [0, 0]),
  cagrad: (game) => {
    const { gradients, longest } = game;
    const mean = STEP.mean(game);
    const ball = RADIUS * Math.hypot(...mean);
    if (ball < NOTHING * longest) return [0, 0];
    const long = (g) => Math.hypot(...g) || Number.MIN_VALUE;
    const hard = bestOfHull(gradients, (g) => dot(g, mean) + ball * Math.hypot(...g), (g, along) => dot(along, mean) + (ball * dot(along, g)) / long(g));
    return plus(mean, hard, ball / long(hard));
  },
  imtl_g: ({ units, lengths, level }) => {
    // Least squares for the same projection on every unit gradient, then weights that sum to one.
    if (level) {
      const signs = units.map((unit) => Math.sign(dot(unit, units[0])));
      const whole = signs.reduce((all, sign, i) => all + sign / lengths[i], 0);
      return signs.some((sign) => sign < 0) ? [0, 0] : times(units[0], units.length / whole);
    }
    const matrix = squares(units);
    const same = INVERSES.plain(matrix, total(units));
    const raw = INVERSES.plain(matrix, same);
    const each = units.map((unit, i) => dot(unit, raw) / lengths[i]);
    const whole = each.reduce((a, b) => a + b);
    const size = each.reduce((a, b) => a + Math.abs(b), 0);
    return Math.abs(whole) > 1e-12 * size ? times(same, 1 / whole) : [0, 0];
  },
  upgrad: ({ gradients, units }) => total(gradients.map((own) => nobodyLoses(units, own))),
  aligned_mtl: (game) => (game.level ? STEP.mean(game) : INVERSES.root(squares(game.gradients), STEP.mean(game))),
};

// What every rule does in a scene, and the family along all exponents.
const LOSING = 1e-9; // a share below which a group counts as losing nothing

function foresee({ groups, angles, lengths, power }, names, powers, orders) {
  const turned = angles.slice(0, groups);
  const units = turned.map((angle) => at((angle * Math.PI) / 180));
  const gradients = units.map((unit, i) => times(unit, lengths[i]));
  const game = {
    units, gradients, lengths, power: powers[power], order: orders[groups - 2], cone: coneOf(turned),
    longest: Math.max(...lengths.slice(0, groups)),
    level: turned.every((angle) => (angle - turned[0]) % 180 === 0), // all on one line
  };
  const rules = names.map((name) => {
    const step = STEP[name](game);
    const long = Math.hypot(...step);
    if (long <= NOTHING * game.longest) return { direction: null, shares: units.map(() => 0) };
    const direction = times(step, 1 / long);
    const angle = ((Math.atan2(direction[1], direction[0]) * 180) / Math.PI + 360) % 360;
    return { direction, angle, shares: units.map((unit) => dot(unit, direction)) };
  });
  const curve = game.cone && powers.map((one) => units.map((unit) => dot(unit, family(game, one))));
  return { cone: game.cone, rules, curve };
}

// What the pictures show, in the words of the engine's own sentence (ui/geometry/scenes.py).
function verdict(cone, rules) {
  if (!cone) return "No direction helps all groups: there is no agreement, and Nash stays where it is.";
  const takes = rules.flatMap(({ title, shares }) => {
    const losing = shares.flatMap((share, i) => (share < -LOSING ? [i + 1] : []));
    const last = losing.pop();
    if (!last) return [];
    return [`${title} takes from ${losing.length ? `groups ${losing.join(", ")} and ${last}` : `group ${last}`}`];
  });
  return `All groups gain from the directions in an arc of ${(((cone[1] - cone[0]) * 180) / Math.PI).toFixed(0)}°. ${takes.join("; ") || "No rule drawn here makes a group lose"}.`;
}
