/**
 * Gradient descent for y = sigmoid(w x + b): binary cross-entropy.
 *
 * Made by symgd from the formula. It needs nothing else.
 *
 * The cost
 *     J = (1/N) Σᵢ (−yᵢ log(pᵢ) − (1 − yᵢ) log(1 − pᵢ))
 *     pᵢ = sigmoid(w xᵢ + b)
 *
 * Conventions
 *     parameters, in this order: w, b
 *     data: x, y, one value of each for every example; N examples
 *     residual = prediction - target
 *     the sum over the examples is divided by N
 *     a step: each parameter minus the learning rate times its partial derivative
 *
 * Use
 *     import { descend, predict } from "./optimizer.mjs";
 *     const found = descend({ x, y }, { learningRate: 0.01 });
 *     predict(found.parameters, { x });
 *
 * The derivation
 *     The first lines are the same for θ = w, b:
 *       ∂J/∂θ = ∂/∂θ ((1/N) Σᵢ (−yᵢ log(pᵢ) − (1 − yᵢ) log(1 − pᵢ)))
 *             = (1/N) ∂/∂θ Σᵢ (−yᵢ log(pᵢ) − (1 − yᵢ) log(1 − pᵢ))             [constant multiple
 *               rule]
 *             = (1/N) Σᵢ ∂/∂θ (−yᵢ log(pᵢ) − (1 − yᵢ) log(1 − pᵢ))             [sum rule over the
 *               examples]
 *             = (1/N) Σᵢ ∂/∂pᵢ (−yᵢ log(pᵢ) − (1 − yᵢ) log(1 − pᵢ))·∂pᵢ/∂θ     [chain rule through
 *               a name]
 *             = (1/N) Σᵢ (∂/∂pᵢ (−yᵢ log(pᵢ)) − ∂/∂pᵢ ((1 − yᵢ) log(1 − pᵢ)))·∂pᵢ/∂θ
 *                                                                              [sum rule]
 *             = (1/N) Σᵢ (−yᵢ ∂/∂pᵢ log(pᵢ) − ∂/∂pᵢ ((1 − yᵢ) log(1 − pᵢ)))·∂pᵢ/∂θ
 *                                                                              [constant multiple
 *                                                                                rule]
 *             = (1/N) Σᵢ (−yᵢ (1/pᵢ) − ∂/∂pᵢ ((1 − yᵢ) log(1 − pᵢ)))·∂pᵢ/∂θ    [derivative of log]
 *             = (1/N) Σᵢ (−yᵢ (1/pᵢ) − (1 − yᵢ) ∂/∂pᵢ log(1 − pᵢ))·∂pᵢ/∂θ      [constant multiple
 *               rule]
 *             = (1/N) Σᵢ (−yᵢ (1/pᵢ) − (1 − yᵢ) ((1/(1 − pᵢ)) ∂/∂pᵢ (1 − pᵢ)))·∂pᵢ/∂θ
 *                                                                              [chain rule,
 *                                                                                derivative of log,
 *                                                                                with uᵢ = 1 − pᵢ]
 *             = (1/N) Σᵢ (−yᵢ (1/pᵢ) − (1 − yᵢ) ((1/(1 − pᵢ)) (∂/∂pᵢ 1 − ∂pᵢ/∂pᵢ)))·∂pᵢ/∂θ
 *                                                                              [sum rule]
 *             = (1/N) Σᵢ (−yᵢ (1/pᵢ) − (1 − yᵢ) ((1/(1 − pᵢ))·(0 − 1)))·∂pᵢ/∂θ
 *                                                                              [constant rule,
 *                                                                                variable]
 *             = (1/N) Σᵢ (−yᵢ/pᵢ + (1 − yᵢ)/(1 − pᵢ))·∂pᵢ/∂θ                   [zero terms, signs,
 *               factor one, one fraction]
 *             = (1/N) Σᵢ (−yᵢ/pᵢ + (1 − yᵢ)/(1 − pᵢ)) ∂/∂θ sigmoid(w xᵢ + b)   [definition]
 *             = (1/N) Σᵢ (−yᵢ/pᵢ + (1 − yᵢ)/(1 − pᵢ)) (pᵢ (1 − pᵢ) ∂/∂θ (w xᵢ + b))
 *                                                                              [chain rule,
 *                                                                                derivative of
 *                                                                                sigmoid, with vᵢ =
 *                                                                                w xᵢ + b]
 *             = (1/N) Σᵢ (−yᵢ/pᵢ + (1 − yᵢ)/(1 − pᵢ)) (pᵢ (1 − pᵢ) (∂/∂θ (w xᵢ) + ∂b/∂θ))
 *                                                                              [sum rule]
 *
 *     Derivative by w, with b held constant:
 *       ∂J/∂w = (1/N) Σᵢ (−yᵢ/pᵢ + (1 − yᵢ)/(1 − pᵢ)) (pᵢ (1 − pᵢ) (∂/∂w (w xᵢ) + ∂b/∂w))
 *             = (1/N) Σᵢ (−yᵢ/pᵢ + (1 − yᵢ)/(1 − pᵢ)) (pᵢ (1 − pᵢ) (xᵢ·1 + 0))
 *                                                                              [constant multiple
 *                                                                                rule, variable,
 *                                                                                constant rule]
 *             = (1/N) Σᵢ xᵢ (pᵢ − yᵢ)                                          [zero terms, factor
 *               one, multiply in, multiply out and cancel]
 *
 *     Derivative by b, with w held constant:
 *       ∂J/∂b = (1/N) Σᵢ (−yᵢ/pᵢ + (1 − yᵢ)/(1 − pᵢ)) (pᵢ (1 − pᵢ) (∂/∂b (w xᵢ) + ∂b/∂b))
 *             = (1/N) Σᵢ (−yᵢ/pᵢ + (1 − yᵢ)/(1 − pᵢ)) (pᵢ (1 − pᵢ)·(0 + 1))    [constant rule,
 *               variable]
 *             = (1/N) Σᵢ (pᵢ − yᵢ)                                             [zero terms, factor
 *               one, multiply in, multiply out and cancel]
 *
 *     Checked by sampling: 45 steps at 3 random points each (11 in exact rational arithmetic, 34 to
 *       30 digits, sums unrolled to 3 terms); results equal to sympy.diff in value, in another
 *       form.
 */

/** The parameters' names, in order. */
export const PARAMETERS = ["w", "b"];

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
 *   step: number, parameters: Object<string, number>, cost: number, gradientNorm: number
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
  const [w, b] = valuesOf(parameters);
  const [x] = columnsOf(data, INPUTS);
  const n = x.length;
  const said = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    said[i] = 1 / (1 + Math.exp(-(w * x[i] + b)));
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
 * The parameters after one step, in the form that they come in.
 * @template {Parameters} P
 * @param {P} parameters
 * @param {Data} data
 * @param {{ learningRate: number }} options
 * @returns {P}
 */
export function update(parameters, data, { learningRate } = {}) {
  expectPositive("learningRate", learningRate);
  const point = valuesOf(parameters);
  const [, slopes] = finite(point, evaluate(point, prepared(columnsOf(data, COLUMNS))));
  return inFormOf(parameters, moved(point, slopes, learningRate));
}

/**
 * Gradient descent.
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
  const columns = prepared(columnsOf(data, COLUMNS));
  const first = startOf(start);
  const far = FAR * Math.max(Math.abs(finite(first, evaluate(first, columns))[0]), 1);
  const trace = [];
  let point = first;
  for (let step = 0; ; step += 1) {
    const [value, slopes] = evaluate(point, columns);
    const gradientNorm = Math.hypot(...slopes);
    if (!Number.isFinite(value + gradientNorm)) {
      const why = "the cost or its gradient is not a finite number any more";
      return ended("diverged", trace, `${why}; pass a smaller learningRate, or another start`);
    }
    trace.push({ step, parameters: named(point), cost: value, gradientNorm });
    const length = learningRate * gradientNorm;
    if (tolerance > 0 && length <= tolerance) {
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
    point = moved(point, slopes, learningRate);
  }
}

/** One step: each parameter minus the learning rate times its partial derivative. */
function moved(point, slopes, learningRate) {
  return point.map((value, k) => value - learningRate * slopes[k]);
}

/** What the data alone decide, worked out once: more columns, and numbers. */
function prepared(columns) {
  const [x, y] = columns;
  const n = y.length;
  const one_minus_y = new Float64Array(n);
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(n, start + BLOCK);
    for (let i = start; i < end; i += 1) {
      one_minus_y[i] = 1 - y[i];
    }
  }
  return [x, y, one_minus_y];
}

/** Cost and gradient at a point, in order; not finite where they are too large or not defined. */
function evaluate(point, data) {
  const [w, b] = point;
  const [x, y, one_minus_y] = data;
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
      const inner = w * x[i] + b;
      const prediction = 1 / (1 + Math.exp(-inner));
      const inner_2 = -y[i] / (1 + Math.exp(inner)) + prediction * one_minus_y[i];
      block_total_1 += -y[i] * (-softplus(-inner)) - one_minus_y[i] * (-softplus(inner));
      block_total_2 += x[i] * inner_2;
      block_total_3 += inner_2;
    }
    total_1 += block_total_1;
    total_2 += block_total_2;
    total_3 += block_total_3;
  }
  const value = total_1 / n;
  const slope_w = total_2 / n;
  const slope_b = total_3 / n;
  return [value, [slope_w, slope_b]];
}

/** ln(1 + exp(u)), where exp(u) is too large for a number as well. */
function softplus(u) {
  return Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
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
    const reads = "; the binary cross-entropy reads predictions between 0 and 1";
    throw new RangeError(`${cause} at ${place}${reads}: pass other parameters`);
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
  if (names === COLUMNS) {
    COLUMNS.forEach((name, k) => expectTargets(name, columns[k]));
  }
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

/** RangeError where a target is none that the loss is meant for. */
function expectTargets(name, column) {
  const row = column.findIndex((target) => !((0 <= target) && (target <= 1)));
  if (["y"].includes(name) && row >= 0) {
    const where = `column "${name}" is ${shown(column[row])} at index ${row}`;
    throw new RangeError(`${where}, which does not fit ${MEANT_FOR}`);
  }
}

const MEANT_FOR =
  "the binary cross-entropy; expected targets 0 or 1, or probabilities; the " +
  "prediction is a probability between 0 and 1";
