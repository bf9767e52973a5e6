"""The data summary of a generated ES module: few rows in the place of all, where the loss is the square of what is linear.

Laws
----
- with the residual's slopes by the parameters as columns of A, and the residual r at an anchor a:
  ‖A·(θ − a) + r‖² = ‖R·[θ − a, 1]‖², so that the cost is a sum of squares, and never negative
- what hangs on the formula stands in `fill`, all else is the same for every model
- where a column is constant, the others are taken from their means while R is made: nothing of what they vary by is lost
- the anchor is a least-squares fit, but none whose parts are far larger than the data and cancel, as where columns are nearly
  alike: J at 0 would lose digits beside them, and direct evaluation does not
- blocks of rows have an R each, and these have the R of all: none is rounded as often as there are blocks
- the rows of a penalty are taken from 0, as it is, and not from the anchor
"""

from __future__ import annotations

from collections.abc import Mapping

FILL = """\
/** Some rows as columns from `top` on: the slopes, the residual, the root of a weight. */
function fill(into, top, data, start, stride, point) {
<<statements>>
}
"""
SUMMARISED = """\
const CONSTANT = <<constant>>; // the parameter whose slope is the same in every row; -1: none
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
  const scale = Math.sqrt(<<scale>>);
  const rows = columns.map((_, i) => {
    const whole = middles.map((m, k) => columns[k][i] + (m ? m * columns[CONSTANT][i] : 0));
    const slopes = whole.map((slope) => scale * slope);
    return { slopes, origin: anchor, rest: scale * columns[zeros.length][i] };
  });
<<below>>  return rows;
}
"""
BELOW = """\
  const penalised = <<penalised>>;
  for (const place of penalised) {
    const slopes = zeros.map((_, k) => (k === place ? Math.sqrt(<<square>>) : 0));
    rows.push({ slopes, origin: zeros, rest: 0 }); // a row of the penalty
  }
"""
HESSIAN = """\

/** The second derivatives of the cost, row by row. */
function hessian(point, rows) {
  const slopes = rows.map((row) => row.slopes);
  return product(transposed(slopes), slopes).map((row) => row.map((value) => 2 * value));
}
"""
RESIDUALS = """\

/** What the cost is the sum of squares of, and its derivatives. */
function residuals(point, rows) {
  return [rows.map((row) => valueAt(row, point)), rows.map((row) => row.slopes)];
}
"""

SUMMARY: Mapping[str, str] = {
    "fromSummary": """\
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
""",
    "valueAt": """\
/** What a row of a summary comes to at a point. */
function valueAt({ slopes, origin, rest }, point) {
  let sum = rest;
  for (let k = 0; k < point.length; k += 1) {
    sum += slopes[k] * (point[k] - origin[k]);
  }
  return sum;
}
""",
    "improved": """\
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
""",
    "wayDown": """\
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
""",
    "lengthAt": """\
/** The root of the sum of squares so far from the anchor. */
function lengthAt(columns, way) {
  const rest = columns[way.length];
  return Math.hypot(...rest.map((r, i) => way.reduce((sum, d, k) => sum + d * columns[k][i], r)));
}
""",
    "triangleOf": """\
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
""",
    "added": """\
/** A column with so many times another one, from a row on. */
function added(column, factor, other, top, end) {
  for (let i = top; factor !== 0 && i < end; i += 1) {
    column[i] += factor * other[i];
  }
}
""",
    "reflect": """\
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
""",
}
