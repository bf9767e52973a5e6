"""What update rules over vectors and matrices call in a generated ES module: each by its name, a module has those that it uses."""

from __future__ import annotations

from collections.abc import Mapping

VECTORS: Mapping[str, str] = {
    "each": """\
/** A function of the entries of vectors, entry by entry. */
function each(entry, ...vectors) {
  return vectors[0].map((_, k) => entry(...vectors.map((vector) => vector[k])));
}
""",
    "table": """\
/** A function of the entries of matrices, which are arrays of rows. */
function table(entry, ...matrices) {
  return matrices[0].map((_, k) => each(entry, ...matrices.map((matrix) => matrix[k])));
}
""",
    "dot": """\
/** uᵀv. */
function dot(u, v) {
  return u.reduce((sum, value, k) => sum + value * v[k], 0);
}
""",
    "norm": """\
/** The square root of the sum of all squares. */
function norm(u) {
  return Math.hypot(...u.flat());
}
""",
    "times": """\
/** A matrix times a vector. */
function times(matrix, vector) {
  return matrix.map((row) => dot(row, vector));
}
""",
    "product": """\
/** A matrix times a matrix. */
function product(one, other) {
  const columns = transposed(other);
  return one.map((row) => columns.map((column) => dot(row, column)));
}
""",
    "transposed": """\
/** Rows for columns. */
function transposed(matrix) {
  return (matrix[0] ?? []).map((_, k) => matrix.map((row) => row[k]));
}
""",
    "outer": """\
/** The matrix u·vᵀ. */
function outer(u, v) {
  return u.map((value) => v.map((other) => value * other));
}
""",
    "diagonal": """\
/** A matrix with its diagonal alone. */
function diagonal(matrix) {
  return matrix.map((row, k) => row.map((value, i) => (i === k ? value : 0)));
}
""",
    "identity": """\
/** The identity matrix of so many rows, times a number. */
function identity(count, value = 1) {
  return Array.from({ length: count }, (_, k) =>
    Array.from({ length: count }, (_, i) => (i === k ? value : 0)),
  );
}
""",
    "NoStep": """\
/** An update rule has no step here. */
class NoStep extends RangeError {}
""",
    "solve": """\
/** x with A·x = b, or without an inverse the shortest that comes nearest; else NaN. */
function solve(matrix, right) {
  if (Array.isArray(right[0])) {
    return transposed(transposed(right).map((column) => solve(matrix, column)));
  }
  const count = matrix[0].length;
  if (![...matrix.flat(), ...right].every(Number.isFinite)) {
    return Array(count).fill(NaN);
  }
  return (matrix.length === count && eliminated(matrix, right)) || nearest(matrix, right);
}
""",
    "eliminated": """\
/** The solution by Gaussian elimination with partial pivoting; null without an inverse. */
function eliminated(matrix, right) {
  const rows = matrix.map((row, k) => [...row, right[k]]);
  const count = rows.length;
  for (let k = 0; k < count; k += 1) {
    let largest = k;
    for (let i = k + 1; i < count; i += 1) {
      largest = Math.abs(rows[i][k]) > Math.abs(rows[largest][k]) ? i : largest;
    }
    [rows[k], rows[largest]] = [rows[largest], rows[k]];
    if (rows[k][k] === 0) {
      return null;
    }
    for (let i = k + 1; i < count; i += 1) {
      const factor = rows[i][k] / rows[k][k];
      for (let c = k; c <= count; c += 1) {
        rows[i][c] -= factor * rows[k][c];
      }
    }
  }
  const found = Array(count).fill(0);
  for (let k = count - 1; k >= 0; k -= 1) {
    const known = rows[k].slice(k + 1, count).reduce((sum, a, i) => sum + a * found[k + 1 + i], 0);
    found[k] = (rows[k][count] - known) / rows[k][k];
  }
  return found;
}
""",
    "nearest": """\
/**
 * The shortest x that brings A·x nearest to b: columns are turned until they are at right angles,
 * the one-sided method of Jacobi, which gives the singular values to their last digits.
 */
function nearest(matrix, right) {
  const [columns, count] = [transposed(matrix), matrix[0].length];
  const turns = identity(count);
  for (let sweep = 0, moved = true; moved && sweep < 60; sweep += 1) {
    moved = false;
    for (let k = 0; k < count; k += 1) {
      for (let i = k + 1; i < count; i += 1) {
        const [a, b] = [dot(columns[k], columns[k]), dot(columns[i], columns[i])];
        const both = dot(columns[k], columns[i]);
        if (Math.abs(both) > 1e-16 * Math.sqrt(a) * Math.sqrt(b)) {
          const middle = (b - a) / (2 * both);
          const tangent = (middle < 0 ? -1 : 1) / (Math.abs(middle) + Math.hypot(1, middle));
          moved = moved || Math.abs(tangent) > 1e-16;
          turn(columns, k, i, tangent);
          turn(turns, k, i, tangent);
        }
      }
    }
  }
  const sizes = columns.map(norm);
  const least = Math.max(...sizes) * 2 ** -52 * Math.max(matrix.length, count);
  const parts = columns.map((c, k) => (sizes[k] > least ? dot(c, right) / sizes[k] / sizes[k] : 0));
  return turns[0].map((_, k) => dot(turns.map((row) => row[k]), parts));
}
""",
    "turn": """\
/** Two rows, turned by the angle of this tangent. */
function turn(rows, k, i, tangent) {
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = tangent * cosine;
  [rows[k], rows[i]] = [
    each((u, v) => cosine * u - sine * v, rows[k], rows[i]),
    each((u, v) => sine * u + cosine * v, rows[k], rows[i]),
  ];
}
""",
    "curvatures": """\
/** The eigenvalues of a symmetric matrix, by the rotations of Jacobi. */
function curvatures(matrix) {
  let rows = matrix.map((row) => [...row]);
  const count = rows.length;
  const size = norm(rows);
  for (let sweep = 0; sweep < 60; sweep += 1) {
    const beside = norm(rows.map((row, k) => row.map((value, i) => (i === k ? 0 : value))));
    if (beside <= 1e-17 * size) {
      break;
    }
    for (let k = 0; k < count; k += 1) {
      for (let i = k + 1; i < count; i += 1) {
        if (rows[k][i] !== 0) {
          const middle = (rows[i][i] - rows[k][k]) / (2 * rows[k][i]);
          const tangent = (middle < 0 ? -1 : 1) / (Math.abs(middle) + Math.hypot(1, middle));
          turn(rows, k, i, tangent);
          rows = transposed(rows);
          turn(rows, k, i, tangent);
          [rows[k][i], rows[i][k]] = [0, 0];
        }
      }
    }
  }
  return rows.map((row, k) => row[k]);
}
""",
    "isDefinite": """\
/** Whether a matrix, with less on its diagonal, is positive definite: it has a Cholesky factor. */
function isDefinite(matrix, less) {
  const rows = [];
  return matrix.every((row, i) => {
    const made = [];
    for (let k = 0; k <= i; k += 1) {
      let rest = k < i ? row[k] : row[i] - less;
      for (let j = 0; j < k; j += 1) {
        rest -= made[j] * (k < i ? rows[k][j] : made[j]);
      }
      made.push(k < i ? rest / rows[k][k] : Math.sqrt(rest));
    }
    rows.push(made);
    return made[i] > 0;
  });
}
""",
    "newtonStep": """\
/** Newton's step H⁻¹·g; NoStep where it does not lead to a minimum. */
function newtonStep(matrix, slopes) {
  if (![...matrix.flat(), ...slopes].every(Number.isFinite)) {
    return slopes.map(() => NaN);
  }
  // In units in which each parameter bends alike; whether a cost bends down is the same in all.
  const bends = matrix.map((row, k) => {
    const most = Math.max(...row.map(Math.abs));
    return Math.max(Math.abs(row[k]), 2 ** -52 * most) || 1;
  });
  const units = bends.map((bend) => 2 ** Math.round(Math.log2(bend) / 2));
  const alike = matrix.map((row, k) => row.map((value, i) => value / units[k] / units[i]));
  const sizes = alike.map((row) => row.reduce((sum, value) => sum + Math.abs(value), 0));
  if (isDefinite(alike, slopes.length * 2 ** -51 * Math.max(...sizes))) {
    return solve(matrix, slopes);
  }
  const found = curvatures(alike);
  const [least, most] = [Math.min(...found), Math.max(...found.map(Math.abs))];
  const room = slopes.length * 2 ** -52 * most;
  if (least > room) {
    return solve(matrix, slopes);
  }
  const own = Math.min(...curvatures(matrix));
  const bent = `the cost curves downwards here, by ${shown(own < 0 ? own : least)}`;
  const down = `${bent}: Newton's step leads to a saddle or a maximum`;
  const flat = "the Hessian has no inverse here: in some direction the cost is flat";
  const remedy = "start nearer to the minimum, or choose another optimizer such as lbfgs";
  throw new NoStep(`${least < -room ? down : flat}; ${remedy}`);
}
""",
    "firstThatFits": """\
/** The formula at the first k that fits; for none, at the last, if that is next to nothing. */
function firstThatFits(formula, fits) {
  const tried = 200;
  for (let k = 0; k < tried; k += 1) {
    if (fits(k)) {
      return formula(k);
    }
  }
  const size = (value) => Math.max(...[value].flat(2).map(Math.abs));
  if (size(formula(tried)) <= 1e-9 * size(formula(0))) {
    return formula(tried);
  }
  const remedy = "write a condition that a short enough step fits, or give another start";
  throw new NoStep(`no k from 0 to ${tried - 1} fits the condition of first(...); ${remedy}`);
}
""",
    "push": """\
/** A matrix with one more column, of which the last are kept. */
function push(matrix, column, most) {
  return matrix.map((row, k) => [...row, column[k]].slice(-Math.max(Math.trunc(most), 1)));
}
""",
    "twoLoop": """\
/** The inverse Hessian that steps and the gradient's changes tell, times g. */
function twoLoop(steps, changes, g) {
  const others = transposed(changes);
  const pairs = transposed(steps)
    .map((s, k) => [s, others[k], 1 / dot(s, others[k])])
    .filter(([s, y]) => dot(s, y) > 0);
  if (!pairs.length) {
    return g;
  }
  const parts = [];
  let wanted = g;
  for (const [s, y, weight] of [...pairs].reverse()) {
    const part = weight * dot(s, wanted);
    parts.push(part);
    wanted = each((w, change) => w - part * change, wanted, y);
  }
  const [s, y] = pairs[pairs.length - 1];
  const scale = dot(s, y) / dot(y, y);
  wanted = wanted.map((w) => w * scale);
  for (const [s, y, weight] of pairs) {
    const part = parts.pop() - weight * dot(y, wanted);
    wanted = each((w, step) => w + part * step, wanted, s);
  }
  return wanted;
}
""",
    "asked": """\
/** Cost and gradient elsewhere, the last of which is kept. */
function asked(data) {
  let [last, found] = [null, null];
  return (point) => {
    if (last === null || point.some((value, k) => value !== last[k])) {
      [last, found] = [point, evaluate(point, data)];
    }
    return found;
  };
}
""",
}
