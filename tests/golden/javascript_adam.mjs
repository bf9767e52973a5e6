/**
 * Adaptive moments (adam) for y = m x + b: mean squared error.
 *
 * Made by symgd from the formula. It needs nothing else.
 *
 * The cost
 *     J = (1/N) Σᵢ (m xᵢ + b − yᵢ)²
 *
 * Conventions
 *     parameters, in this order: m, b
 *     data: x, y, one value of each for every example; N examples
 *     residual = prediction - target
 *     the sum over the examples is divided by N
 *     a step: m′ = β₁ m + (1 − β₁) g; v′ = β₂ v + (1 − β₂) g²; θ′ = θ − α (m′/(1 − β₁^t))/(√(v′/(1
 *       − β₂^t)) + ε)
 *
 * Use
 *     import { descend, predict } from "./optimizer.mjs";
 *     const found = descend({ x, y }, { learningRate: 0.01 });
 *     predict(found.parameters, { x });
 *
 * The derivation
 *     The first lines are the same for θ = m, b:
 *       ∂J/∂θ = ∂/∂θ ((1/N) Σᵢ (m xᵢ + b − yᵢ)²)
 *             = (1/N) ∂/∂θ Σᵢ (m xᵢ + b − yᵢ)²                             [constant multiple rule]
 *             = (1/N) Σᵢ ∂/∂θ (m xᵢ + b − yᵢ)²                             [sum rule over the
 *               examples]
 *             = (1/N) Σᵢ 2(m xᵢ + b − yᵢ) ∂/∂θ (m xᵢ + b − yᵢ)             [chain rule, power rule,
 *               with uᵢ = m xᵢ + b − yᵢ]
 *             = (1/N) Σᵢ 2(m xᵢ + b − yᵢ) (∂/∂θ (m xᵢ) + ∂b/∂θ − ∂yᵢ/∂θ)   [sum rule]
 *
 *     Derivative by m, with b held constant:
 *       ∂J/∂m = (1/N) Σᵢ 2(m xᵢ + b − yᵢ) (∂/∂m (m xᵢ) + ∂b/∂m − ∂yᵢ/∂m)
 *             = (1/N) Σᵢ 2(m xᵢ + b − yᵢ) (xᵢ·1 + 0 − 0)                   [constant multiple rule,
 *               variable, constant rule]
 *             = (1/N) Σᵢ 2(m xᵢ + b − yᵢ) xᵢ                               [zero terms, factor one]
 *             = (2/N) Σᵢ xᵢ (m xᵢ + b − yᵢ)                                [constant out of the
 *               sum, one fraction]
 *
 *     Derivative by b, with m held constant:
 *       ∂J/∂b = (1/N) Σᵢ 2(m xᵢ + b − yᵢ) (∂/∂b (m xᵢ) + ∂b/∂b − ∂yᵢ/∂b)
 *             = (1/N) Σᵢ 2(m xᵢ + b − yᵢ)·(0 + 1 − 0)                      [constant rule,
 *               variable]
 *             = (1/N) Σᵢ 2(m xᵢ + b − yᵢ)                                  [zero terms, factor one]
 *             = (2/N) Σᵢ (m xᵢ + b − yᵢ)                                   [constant out of the
 *               sum, one fraction]
 *
 *     Checked by sampling: 27 steps at 3 random points each (27 in exact rational arithmetic, sums
 *       unrolled to 3 terms); results equal to sympy.diff in value, in another form.
 */

/** The parameters' names, in order. */
export const PARAMETERS = ["m", "b"];

/** The data columns' names: inputs, then targets. */
export const COLUMNS = ["x", "y"];

/**
 * Values of one column, one for every example.
 * @typedef {number[] | Float64Array | Float32Array} Column
 */

/**
 * Columns by name: inputs, and targets where a cost is asked for.
 * @typedef {Object<string, Column>} Data
 */

/**
 * A number for each parameter: by name, or in the order of PARAMETERS.
 * @typedef {Object<string, number> | number[] | Float64Array} Parameters
 */

/**
 * A row of a trace: where so many steps lead, step 0 being the start.
 * @typedef {{
 *   step: number, parameters: Object<string, number>, cost: number, gradientNorm: number,
 *   state: Object
 * }} Row
 */

/**
 * What a descent came to. `outcome` says what ended it; a short step is where the next one would be
 * no longer than the tolerance, which a crawl on a long slope can be as well as a minimum.
 * `message` says the same in a sentence.
 * @typedef {{
 *   parameters: Object<string, number>, cost: number, gradientNorm: number, steps: number,
 *   outcome: "short step" | "out of steps" | "diverged", message: string, trace: Row[]
 * }} Descent
 */

const INPUTS = ["x"];
const BLOCK = 1024; // examples that are added one after the other; then come the blocks' sums
const FAR = 1e12; // a cost so many times the first one's is lost

/**
 * What the model says of each example.
 * @param {Parameters} parameters
 * @param {Data} data - the inputs
 * @returns {Float64Array}
 */
export function predict(parameters, data) {
  const [m, b] = valuesOf(parameters);
  const [x] = columnsOf(data, INPUTS);
  const n = x.length;
  const said = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    said[i] = m * x[i] + b;
  }
  return said;
}

/**
 * The cost.
 * @param {Parameters} parameters
 * @param {Data} data
 * @returns {number}
 */
export function cost(parameters, data) {
  return costAndGradient(parameters, data).cost;
}

/**
 * The partial derivatives of the cost, in the form that the parameters come in.
 * @template {Parameters} P
 * @param {P} parameters
 * @param {Data} data
 * @returns {P}
 */
export function gradient(parameters, data) {
  return costAndGradient(parameters, data).gradient;
}

/**
 * Cost and gradient together, which share most of the work.
 * @template {Parameters} P
 * @param {P} parameters
 * @param {Data} data
 * @returns {{ cost: number, gradient: P }}
 * @throws {RangeError} for data or parameters that do not fit, and where the result is not finite
 */
export function costAndGradient(parameters, data) {
  const point = valuesOf(parameters);
  const [value, slopes] = finite(point, evaluate(point, prepared(columnsOf(data, COLUMNS))));
  return { cost: value, gradient: inFormOf(parameters, slopes) };
}

/**
 * The parameters after one step, in the form that they come in, and the state for the next one.
 * @template {Parameters} P
 * @param {P} parameters
 * @param {Data} data
 * @param {{ learningRate: number, state?: Object }} options - without a state it is the first step
 * @returns {{ parameters: P, state: Object }}
 */
export function update(parameters, data, { learningRate, state } = {}) {
  expectPositive("learningRate", learningRate);
  const point = valuesOf(parameters);
  const [, slopes] = finite(point, evaluate(point, prepared(columnsOf(data, COLUMNS))));
  const [step, remembered] = state ?? [0, begun(learningRate)];
  const [next, kept] = stepped(point, slopes, step + 1, learningRate, remembered);
  return { parameters: inFormOf(parameters, next), state: [step + 1, kept] };
}

/**
 * The descent; each row of its trace has the state there, STATES by STATES.
 * @param {Data} data
 * @param {Object} options
 * @param {number} options.learningRate
 * @param {number} [options.maxIter] - steps at most
 * @param {number} [options.tolerance] - ends where the next step is no longer; 0: never
 * @param {Parameters} [options.start] - a parameter that is not named starts at 0
 * @returns {Descent}
 * @throws {RangeError} for arguments that do not fit, and where the cost has no value at the start
 */
export function descend(data, options) {
  const { learningRate, maxIter, tolerance, start } = settled(options);
  const rows = summarised(columnsOf(data, COLUMNS));
  const first = startOf(start);
  const far = FAR * Math.max(Math.abs(finite(first, fromSummary(first, rows))[0]), 1);
  const trace = [];
  let point = first;
  let state = begun(learningRate);
  for (let step = 0; ; step += 1) {
    const [value, slopes] = fromSummary(point, rows);
    const gradientNorm = Math.hypot(...slopes);
    if (!Number.isFinite(value + gradientNorm)) {
      const why = "the cost or its gradient is not a finite number any more";
      return ended("diverged", trace, `${why}; pass a smaller learningRate, or another start`);
    }
    trace.push({ step, parameters: named(point), cost: value, gradientNorm, state });
    const rate = rateAt(step + 1, learningRate, Math.max(maxIter, 1));
    const [next, kept] = stepped(point, slopes, step + 1, rate, state);
    const given = [...point, ...slopes, ...state.flat(Infinity), rate];
    const made = [...next, ...kept.flat(Infinity)];
    if (!made.every(Number.isFinite) && given.every((number) => Math.abs(number) < 1e46)) {
      const why = `at step ${step + 1} the rule has no finite value, it divides by 0 there, or`;
      const how = "works out what is not defined; change it, or a setting of it";
      return ended("diverged", trace, `${why} ${how}`);
    }
    if (!kept.flat().every(Number.isFinite)) {
      const why = "what the next would remember is too large for a float";
      return ended("diverged", trace, `${why}; rescale the columns, or pass another start`);
    }
    const length = Math.hypot(...next.map((value, k) => value - point[k]));
    if (tolerance > 0 && length <= tolerance && (length > 0 ||
        rests(point, slopes, step + 1, rate, kept))) {
      const why = `the next would be ${shown(length)} long, no longer than the tolerance`;
      const slope = `the gradient's length is ${shown(gradientNorm)}`;
      return ended("short step", trace, `${why} ${shown(tolerance)}; ${slope}`);
    }
    if (value > far) {
      const why = `the cost rose from ${shown(trace[0].cost)} to ${shown(value)}`;
      return ended("diverged", trace, `${why}; pass a smaller learningRate`);
    }
    if (step >= maxIter) {
      return outOfSteps(trace, first, point, length);
    }
    [point, state] = [next, kept];
  }
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** What the optimizer remembers, by name; a state has an array for each. */
export const STATES = ["m", "v"];

/** What is remembered before the first step: for each name a number for each parameter. */
function begun(rate) {
  return [0, 0].map((first) => PARAMETERS.map(() => first));
}

/** The learning rate of step t of T. */
function rateAt(t, alpha, T) {
  return alpha;
}

/**
 * One step of the rule, and what is remembered then.
 *
 *     m′ = β₁ m + (1 − β₁) g
 *     v′ = β₂ v + (1 − β₂) g²
 *     θ′ = θ − α (m′/(1 − β₁^t))/(√(v′/(1 − β₂^t)) + ε)
 */
function stepped(point, slopes, t, alpha, state) {
  const kept = state.map((values) => [...values]);
  const next = point.map((value, k) => {
    let theta = value;
    const g = slopes[k];
    let m = state[0][k];
    let v = state[1][k];
    m = BETA1 * m + (1 - BETA1) * g;
    v = BETA2 * v + (1 - BETA2) * (g * g);
    theta =
      theta -
      alpha * (m / (1 - Math.pow(BETA1, t))) / (Math.sqrt(v / (1 - Math.pow(BETA2, t))) + EPSILON);
    kept[0][k] = m;
    kept[1][k] = v;
    return theta;
  });
  return [next, kept];
}

/** What the data alone decide, worked out once. */
function prepared(columns) {
  return columns;
}

/** Cost and gradient at a point, in order; not finite where they are too large or not defined. */
function evaluate(point, data) {
  const [m, b] = point;
  const [x, y] = data;
  const n = y.length;
  let total_1 = 0;
  let total_2 = 0;
  let total_3 = 0;
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(n, start + BLOCK);
    let block_total_1 = 0;
    let block_total_2 = 0;
    let block_total_3 = 0;
    for (let i = start; i < end; i += 1) {
      const residual = m * x[i] + b - y[i];
      block_total_1 += residual * residual;
      block_total_2 += x[i] * residual;
      block_total_3 += residual;
    }
    total_1 += block_total_1;
    total_2 += block_total_2;
    total_3 += block_total_3;
  }
  const value = total_1 / n;
  const slope_m = 2 * total_2 / n;
  const slope_b = 2 * total_3 / n;
  return [value, [slope_m, slope_b]];
}

const CONSTANT = 1; // the parameter whose slope is the same in every row; -1: none
const MISSED = 8; // a fit that leaves so much more than the least is made anew
const REACH = 16; // how far an anchor's parts may be beyond what they add up to
const LOST = 256 * Number.EPSILON; // a column with less of its own is a sum of those before it

/**
 * Few rows in the place of all. The loss is the square of the residual, which is linear in the
 * parameters: the triangle of a QR factorisation has the same sum of squares, whatever these are.
 */
function summarised(data) {
  const zeros = PARAMETERS.map(() => 0);
  const few = Math.ceil(data[0].length / BLOCK);
  let [anchor, middles] = [zeros, zeros];
  for (const stride of [few, few]) {
    [anchor, middles] = improved(anchor, middles, triangleOf(data, stride, anchor, middles));
  }
  let columns = triangleOf(data, 1, anchor, middles);
  const least = lengthAt(columns, wayDown(columns, anchor, middles));
  if (!(lengthAt(columns, zeros) <= MISSED * least)) {
    [anchor, middles] = improved(anchor, middles, columns);
    columns = triangleOf(data, 1, anchor, middles);
  }
  if (!columns.every((column) => column.every(Number.isFinite))) {
    [anchor, middles] = [zeros, zeros]; // there a row is beyond the floats
    columns = triangleOf(data, 1, anchor, middles);
  }
  const scale = Math.sqrt(1 / data[0].length);
  const rows = columns.map((_, i) => {
    const whole = middles.map((m, k) => columns[k][i] + (m ? m * columns[CONSTANT][i] : 0));
    const slopes = whole.map((slope) => scale * slope);
    return { slopes, origin: anchor, rest: scale * columns[zeros.length][i] };
  });
  return rows;
}

/** Some rows as columns from `top` on: the slopes, the residual, the root of a weight. */
function fill(into, top, data, start, stride, point) {
  const [m, b] = point;
  const [x, y] = data;
  const n = y.length;
  let at = top;
  for (let i = start; i < n && at < into[0].length; i += stride) {
    const residual = m * x[i] + b - y[i];
    into[0][at] = x[i];
    into[1][at] = 1;
    into[2][at] = residual;
    at += 1;
  }
  return at;
}

/** A function of the entries of vectors, entry by entry. */
function each(entry, ...vectors) {
  return vectors[0].map((_, k) => entry(...vectors.map((vector) => vector[k])));
}

/** uᵀv. */
function dot(u, v) {
  return u.reduce((sum, value, k) => sum + value * v[k], 0);
}

/** Cost and gradient at a point from the rows of a summary. */
function fromSummary(point, rows) {
  const pulls = point.map(() => 0);
  let value = 0;
  for (const row of rows) {
    const here = valueAt(row, point);
    value += here * here;
    for (let k = 0; k < pulls.length; k += 1) {
      pulls[k] += 2 * here * row.slopes[k];
    }
  }
  return [value, pulls];
}

/** What a row of a summary comes to at a point. */
function valueAt({ slopes, origin, rest }, point) {
  let sum = rest;
  for (let k = 0; k < point.length; k += 1) {
    sum += slopes[k] * (point[k] - origin[k]);
  }
  return sum;
}

/** An anchor nearer to the least sum of squares, and columns' means, by their triangle. */
function improved(anchor, middles, columns) {
  const way = wayDown(columns, anchor, middles);
  if (CONSTANT < 0) {
    return [each((a, d) => a + d, anchor, way), middles];
  }
  const ones = columns[CONSTANT];
  way[CONSTANT] -= dot(middles, way);
  const means = middles.map((_, k) => dot(columns[k], ones) / dot(ones, ones));
  means[CONSTANT] = 0;
  const centres = each((m, d) => (Number.isFinite(d) ? m + d : m), middles, means);
  return [each((a, d) => a + d, anchor, way), centres];
}

/** The way from the anchor to the least sum of squares, as far as it is in reach. */
function wayDown(columns, anchor, middles) {
  const way = middles.map(() => 0);
  const from = anchor.slice(); // in what each column is from its middle
  const ones = CONSTANT < 0 ? 0 : Math.hypot(...columns[CONSTANT]);
  if (CONSTANT >= 0) {
    from[CONSTANT] += dot(middles, anchor);
  }
  let reach = REACH * lengthAt(columns, from.map((a) => -a));
  for (let k = way.length - 1; k >= 0; k -= 1) {
    const rest = way.reduce((sum, d, j) => sum + d * columns[j][k], columns[way.length][k]);
    const [size, whole] = [columns[k][k], Math.hypot(...columns[k], middles[k] * ones)];
    if (Math.abs(size) > LOST * whole && Number.isFinite(rest / size)) {
      const there = Math.min(Math.max(from[k] - rest / size, -reach / whole), reach / whole);
      way[k] = there - from[k];
      reach += Math.abs(there) * whole;
    }
  }
  return way;
}

/** The root of the sum of squares so far from the anchor. */
function lengthAt(columns, way) {
  const rest = columns[way.length];
  return Math.hypot(...rest.map((r, i) => way.reduce((sum, d, k) => sum + d * columns[k][i], r)));
}

/** R of all rows, or of every so many, by those of blocks; each column is taken from its middle. */
function triangleOf(data, stride, anchor, middles) {
  const height = middles.length + 1;
  const room = () => Array.from({ length: height + 1 }, () => new Float64Array(height + BLOCK));
  const [into, found] = [room(), room().slice(0, height)];
  const [columns, weights] = [into.slice(0, height), into[height]];
  let last = height;
  for (let start = 0; start < data[0].length; start += stride * BLOCK) {
    weights.fill(1);
    const end = fill(into, height, data, start, stride, anchor);
    middles.forEach((middle, k) => added(columns[k], -middle, columns[CONSTANT], height, end));
    for (const column of columns) {
      column.fill(0, 0, height);
      for (let i = height; i < end; i += 1) {
        column[i] *= weights[i];
      }
    }
    columns.forEach((_, k) => reflect(columns, k, height, end));
    if (last + height > found[0].length) {
      found.forEach((_, k) => reflect(found, k, height, last));
      last = height;
    }
    found.forEach((column, k) => column.set(columns[k].subarray(0, height), last));
    last += height;
  }
  found.forEach((_, k) => reflect(found, k, height, last));
  return found.map((column) => column.slice(0, height));
}

/** A column with so many times another one, from a row on. */
function added(column, factor, other, top, end) {
  for (let i = top; factor !== 0 && i < end; i += 1) {
    column[i] += factor * other[i];
  }
}

/** Householder's reflection of row k and those from `top` on, which clears a column there. */
function reflect(columns, k, top, end) {
  const column = columns[k];
  let largest = 0;
  for (let i = top; i < end; i += 1) {
    largest = Math.max(largest, Math.abs(column[i]));
  }
  if (largest === 0) {
    return;
  }
  largest = Math.max(largest, Math.abs(column[k]));
  const unit = 2 ** Math.floor(Math.log2(largest)); // so that nothing is rounded
  let squares = 0;
  for (let i = top; i < end; i += 1) {
    column[i] /= unit;
    squares += column[i] * column[i];
  }
  const first = column[k] / unit;
  const length = Math.sqrt(first * first + squares) * (first > 0 ? -1 : 1);
  for (const other of columns.slice(k + 1)) {
    let along = 0;
    for (let i = top; i < end; i += 1) {
      along += column[i] * other[i];
    }
    along = (along + (first - length) * other[k]) / (length * (first - length));
    added(other, along, column, top, end);
    other[k] += along * (first - length);
  }
  column[k] = length * unit;
}

/** What a descent came to, by its trace. */
function ended(outcome, trace, why) {
  const { step, parameters, cost, gradientNorm } = trace[trace.length - 1];
  const message = `${outcome} after ${step} ${step === 1 ? "step" : "steps"}: ${why}`;
  return { parameters, cost, gradientNorm, steps: step, outcome, message, trace };
}

/** All steps are done: lower than at the start, or higher. */
function outOfSteps(trace, first, point, length) {
  const [from, to] = [trace[0].cost, trace[trace.length - 1].cost];
  const way = Math.hypot(...point.map((value, k) => value - first[k]));
  if (to > from && way > 1e-9 * Math.hypot(...point)) {
    const why = `the cost rose from ${shown(from)} to ${shown(to)}`;
    return ended("diverged", trace, `${why}; pass a smaller learningRate`);
  }
  if (length === 0) {
    return ended("out of steps", trace, "maxIter allows no more, and the gradient is 0");
  }
  const why = `maxIter allows no more, and the next would be ${shown(length)} long`;
  return ended("out of steps", trace, `${why}; raise maxIter to go on`);
}

/** The options of a descent, with what is usual in the place of what is not given. */
function settled(options) {
  const known = { learningRate: undefined, maxIter: 10000, tolerance: 1e-9, start: {} };
  for (const name of Object.keys(options ?? {})) {
    if (!Object.hasOwn(known, name)) {
      throw new RangeError(`there is no option "${name}": pass ${Object.keys(known).join(", ")}`);
    }
    known[name] = options[name] ?? known[name];
  }
  expectPositive("learningRate", known.learningRate);
  if (!(Number.isInteger(known.maxIter) && known.maxIter >= 0)) {
    throw new RangeError(`maxIter must be a whole number, 0 or more, not ${quoted(known.maxIter)}`);
  }
  if (!(typeof known.tolerance === "number" && known.tolerance >= 0)) {
    throw new RangeError(`tolerance must be a number, 0 or more, not ${quoted(known.tolerance)}`);
  }
  return known;
}

function expectPositive(name, value) {
  if (!(typeof value === "number" && value > 0 && value < Infinity)) {
    const remedy = "pass one, such as 0.01";
    throw new RangeError(`${name} must be a positive number, not ${quoted(value)}: ${remedy}`);
  }
}

/** What was passed, text in quotes. */
function quoted(value) {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** Cost and gradient, or a RangeError where they are not finite. */
function finite(point, [value, slopes]) {
  if (![value, ...slopes].every(Number.isFinite)) {
    const place = point.map((number, k) => `${PARAMETERS[k]} = ${shown(number)}`).join(", ");
    const cause = "the cost or its gradient is not a finite number";
    throw new RangeError(`${cause} at ${place}: pass other parameters`);
  }
  return [value, slopes];
}

/** Whether values stand in order, and not by name. */
function isList(values) {
  return Array.isArray(values) || (ArrayBuffer.isView(values) && !(values instanceof DataView));
}

/** The parameters in order, or a RangeError. */
function valuesOf(parameters, what = "the parameters") {
  const wanted = PARAMETERS.join(", ");
  if (parameters === null || typeof parameters !== "object") {
    const remedy = `pass a number for each of ${wanted}`;
    throw new RangeError(`${what} must be an object or an array: ${remedy}`);
  }
  if (!isList(parameters)) {
    const other = Object.keys(parameters).find((name) => !PARAMETERS.includes(name));
    if (other !== undefined) {
      throw new RangeError(`${what}: there is no parameter "${other}"; expected ${wanted}`);
    }
  }
  const point = isList(parameters)
    ? Array.from(parameters)
    : PARAMETERS.map((name) => (Object.hasOwn(parameters, name) ? parameters[name] : undefined));
  if (point.length !== PARAMETERS.length) {
    const remedy = `pass one for each of ${wanted}, in this order`;
    throw new RangeError(`${what} are ${point.length} numbers: ${remedy}`);
  }
  point.forEach((value, k) => {
    if (!Number.isFinite(value)) {
      throw new RangeError(`${what}: ${PARAMETERS[k]} is ${String(value)}: pass a finite number`);
    }
  });
  return point;
}

/** The start in order; what is not named starts at 0. */
function startOf(start) {
  const isNamed = typeof start === "object" && start !== null && !isList(start);
  const zeros = isNamed ? PARAMETERS.map((name) => [name, 0]) : [];
  return valuesOf(isNamed ? { ...Object.fromEntries(zeros), ...start } : start, "start");
}

/** Numbers in order by the parameters' names. */
function named(values) {
  return Object.fromEntries(PARAMETERS.map((name, k) => [name, values[k]]));
}

/** Numbers for the parameters in the form that these come in. */
function inFormOf(parameters, values) {
  if (ArrayBuffer.isView(parameters)) {
    return Float64Array.from(values);
  }
  return isList(parameters) ? values : named(values);
}

/** The columns of these names, of one length, every value finite, or a RangeError. */
function columnsOf(data, names) {
  if (data === null || typeof data !== "object" || isList(data)) {
    throw new RangeError(`data must be an object with the columns ${names.join(", ")}`);
  }
  const columns = names.map((name) => {
    if (!Object.hasOwn(data, name)) {
      throw new RangeError(`data has no column "${name}": pass the columns ${names.join(", ")}`);
    }
    return columnOf(name, data[name]);
  });
  columns.forEach((column, k) => {
    if (column.length !== columns[0].length) {
      const lengths = `${column.length} values, but "${names[0]}" has ${columns[0].length}`;
      throw new RangeError(`column "${names[k]}" has ${lengths}: pass one for each example`);
    }
  });
  return columns;
}

function columnOf(name, values) {
  if (!isList(values) || values.length === 0) {
    throw new RangeError(`column "${name}" must be an array of numbers: pass at least one`);
  }
  for (let i = 0; i < values.length; i += 1) {
    if (!Number.isFinite(values[i])) {
      const value = typeof values[i] === "string" ? JSON.stringify(values[i]) : String(values[i]);
      throw new RangeError(`column "${name}" is ${value} at index ${i}: pass finite numbers alone`);
    }
  }
  return values instanceof Float64Array ? values : new Float64Array(values);
}

/** A number as messages have it. */
function shown(value) {
  return String(Number(value.toPrecision(6)));
}

/** Whether the next steps would not move a parameter either, at the same gradient. */
function rests(point, slopes, step, rate, state, ...given) {
  let remembered = state;
  for (let later = step + 1; later < step + 4; later += 1) {
    const [next, kept] = stepped(point, slopes, later, rate, remembered, ...given);
    if (next.some((value, k) => value !== point[k])) {
      return false;
    }
    remembered = kept;
  }
  return true;
}
