"""The parts of a generated ES module that takes its inputs as one matrix; `<<...>>` is filled in."""

from __future__ import annotations

import re

DATA = """\
/**
 * Values of one column, or of one row, plain or typed.
 * @typedef {number[] | Float64Array | Float32Array} Column
 */

/**
 * What is passed: X has a row for every example, with a number for each of INPUTS, in this order;
 * y is the target<<said>>.
 * @typedef {{ <<typed>> }} Data
 */
"""
PLACES = """\
const WEIGHTS = <<weights>>; // the parameters by which they are multiplied
const ORDER = [...WEIGHTS<<around>>]; // and those around that sum
"""
CONSTANTS = f"""\
const INPUTS = COLUMNS.slice(0, <<inputs>>); // the columns of X
{PLACES}"""

# What is otherwise where data are one matrix.
_OTHERWISE = (
    ("prepared(columnsOf(data, COLUMNS))", "dataOf(data)"),
    (" * @param {Data} data - the inputs\n", " * @param {{ X: Column[] }} data - the inputs\n"),
    (
        'const wanted = PARAMETERS.join(", ");',
        "const wanted = `the ${PARAMETERS.length} names in PARAMETERS`;",
    ),
)
_FINITE = """\
    if (!Number.isFinite(values[i])) {
      const value = typeof values[i] === "string" ? JSON.stringify(values[i]) : String(values[i]);
      throw new RangeError(`column "${name}" is ${value} at index ${i}: pass finite numbers alone`);
    }
"""
_COLUMNS = re.compile(
    r"/\*\* The columns of these names.*?^}\n(?=\nfunction columnOf)", re.S | re.M
)
_TYPES = re.compile(
    r"/\*\*\n \* Values of one column.*?@typedef {Object<string, Column>} Data\n \*/\n", re.S
)


def in_matrices(text: str) -> str:
    """A text for data that are one matrix."""
    for before, after in _OTHERWISE:
        text = text.replace(before, after)
    return text


def head_of_a_matrix(head: str) -> str:
    """Names and types."""
    head = _TYPES.sub(lambda found: DATA, head)
    return head.replace("<<input_list>>\n", CONSTANTS)


def checks_of_a_matrix(checks: str) -> str:
    """What looks at what is passed."""
    assert _FINITE in checks
    checks = checks.replace(_FINITE, "    expectFinite(name, values[i], i);\n")
    return in_matrices(_COLUMNS.sub(lambda found: DATA_OF, checks))


DATA_OF = """\
/** What is passed: rows and columns of one length, every value finite, or a RangeError. */
function dataOf(data) {
  const X = rowsOf(data);
  const columns = <<columns>>;
  columns.forEach(([name, column]) => {
    if (column.length !== X.length) {
      const lengths = `${column.length} values, but X has ${X.length} rows`;
      throw new RangeError(`column "${name}" has ${lengths}: pass one for each example`);
    }
  });
  const [<<others>>] = columns.map(([, column]) => column);
<<expecting_weights>>  return [<<data>>];
}

/** The rows of X, or a RangeError. */
function rowsOf(data) {
  if (data === null || typeof data !== "object" || isList(data)) {
    throw new RangeError("data must be an object with <<passed>>");
  }
  if (!Array.isArray(data.X) || data.X.length === 0) {
    throw new RangeError("data.X must be an array of rows: pass at least one");
  }
  return data.X.map((row, i) => {
    if (!isList(row) || row.length !== INPUTS.length) {
      const said = isList(row) ? `has ${row.length} numbers` : "is no array";
      throw new RangeError(`row ${i} of X ${said}: pass ${INPUTS.length}, in the order of INPUTS`);
    }
    for (let k = 0; k < row.length; k += 1) {
      expectFinite(INPUTS[k], row[k], i);
    }
    return row instanceof Float64Array ? row : new Float64Array(row);
  });
}

function expectFinite(name, given, i) {
  if (!Number.isFinite(given)) {
    const value = typeof given === "string" ? JSON.stringify(given) : String(given);
    throw new RangeError(`column "${name}" is ${value} at index ${i}: pass finite numbers alone`);
  }
}
"""

FROM = """\

/** So many whole numbers, from the first on. */
function from(first, count) {
  return Array.from({ length: count }, (_, k) => first + k);
}
"""

TABLE = """\

/** What the weights are multiplied by in a row. */
function designed(row) {
  return new Float64Array(<<columns>>);
}
"""

PREDICTING = """\
const point = valuesOf(parameters);
const X = rowsOf(data);
const weights = WEIGHTS.map((k) => point[k]);
const said = new Float64Array(X.length);
for (let i = 0; i < X.length; i += 1) {
<<call>>
}
return said;"""

FUNCTION = """\

/** <<what>> */
function <<name>>(<<arguments>>) {
<<statements>>
<<answer>>
}
"""

EVALUATE = """\
/** Cost and gradient at a point, in order; not finite where they are too large or not defined. */
function evaluate(point, data) {
  const [<<data>>] = data;
  const weights = WEIGHTS.map((k) => point[k]);
  const pulls = ORDER.map(() => 0);
  let total = 0;
  for (let start = 0; start < y.length; start += BLOCK) {
    const end = Math.min(y.length, start + BLOCK);
    const pulled = ORDER.map(() => 0);
    let block = 0;
    for (let i = start; i < end; i += 1) {
<<call>>
      const row = <<table>>[i];
      block += loss;
      for (let k = 0; k < row.length; k += 1) {
        pulled[k] += slope * row[k];
      }
<<inner>>    }
    total += block;
    pulled.forEach((pull, k) => {
      pulls[k] += pull;
    });
  }
<<size>>  const [value, scale] = [<<reduced>>];
  const slopes = ordered(pulls.map((pull) => scale * pull));
<<answer>>
}

<<ordered>>"""

ORDERED = """\
/** Numbers for ORDER in the order of PARAMETERS. */
function ordered(values) {
  const found = [...values];
  ORDER.forEach((place, k) => {
    found[place] = values[k];
  });
  return found;
}
"""

PENALISED = """\
  let extra = 0;
  for (const k of <<penalised>>) {
    const [more, further] = penalty(point[k]);
    extra += more;
    slopes[k] += further;
  }
  return [value + extra, slopes];"""

HESSIAN = """\

/** The second derivatives of the cost: XᵀDX, with D how much each example's loss bends. */
function hessian(point, data) {
<<taken>>  const weights = WEIGHTS.map((k) => point[k]);
  const by = ORDER.map((_, k) => Math.max(k - <<first>>, 0)); // which row of what bends
  const found = ORDER.map(() => ORDER.map(() => 0));
<<begun>>  for (let i = 0; i < y.length; i += 1) {
<<call>>
    const steep = [...<<table>>[i]<<ones>>];
<<summed>>    for (let k = 0; k < ORDER.length; k += 1) {
<<pulled>>      for (let j = 0; j < ORDER.length; j += 1) {
        found[k][j] += bent[by[k]][by[j]] * steep[k] * steep[j];
      }
    }
  }
<<size>><<found>><<penalised>>  return rows;
}
"""
FOUND = """\
  const rows = ordered(found.map((row) => ordered(row.map((value) => <<scale>> * value))));
"""
STACKED = """\
  const X = Array.from(y, (_, i) => data.slice(0, <<width>>).map((column) => column[i]));
"""

# Of the root of a mean J, second derivatives are those of the mean over 2J, less ∇J·∇Jᵀ/J.
ROOT_BEGUN = """\
  const pulls = ORDER.map(() => 0);
  let total = 0;
"""
ROOT_SUMMED = """\
    total += loss;
"""
ROOT_PULLED = """\
      pulls[k] += slopes[by[k]] * steep[k];
"""
ROOT_FOUND = """\
  const [value, scale] = [<<both>>];
  const slope = pulls.map((pull) => scale * pull);
  const less = (k, j) => (slope[k] * slope[j]) / value;
  const rows = ordered(
    found.map((row, k) => ordered(row.map((bend, j) => scale * bend - less(k, j)))),
  );
"""

PENALISED_TWICE = """\
  for (const k of <<penalised>>) {
    rows[k][k] += penaltyBends(point[k]);
  }
"""

RESIDUALS = """\

/** What the cost is the sum of squares of, a number for each row, and its derivatives. */
function residuals(point, data) {
  const [<<data>>] = data;
  const weights = WEIGHTS.map((k) => point[k]);
  const [reached, rows] = [[], []];
<<size>>  for (let i = 0; i < y.length; i += 1) {
<<call>>
    const scale = Math.sqrt(<<scale>>);
    const steep = [...<<table>>[i]].map((value) => slope * value);
    reached.push(scale * difference);
    rows.push(ordered([...steep<<others>>].map((value) => scale * value)));
  }
<<below>>  return [reached, rows];
}
"""

FILLING = """\
  const [<<data>>] = data;
  const weights = WEIGHTS.map((k) => point[k]);
  let at = top;
  for (let i = start; i < y.length && at < into[0].length; i += stride) {
<<call>>
    const steep = [...<<table>>[i]].map((value) => slope * value);
    ordered([...steep<<others>>]).forEach((value, k) => {
      into[k][at] = value;
    });
    into[<<last>>][at] = difference;
<<weighed>>    at += 1;
  }
  return at;"""

BELOW = """\
  const below = Math.sqrt(<<square>>); // the penalty's rows
  for (const place of <<penalised>>) {
    reached.push(below * point[place]);
    rows.push(point.map((_, k) => (k === place ? below : 0)));
  }
"""

# Where rows have weights, and where a loss is not meant for any number:
EXPECTING = """\
  expectWeights(COLUMNS[<<place>>], <<weights>>);
"""
EXPECTING_TARGETS = """\
  expectTargets(COLUMNS[<<place>>], y);
"""
