"""Certified nonlinear regressions, fitted with no start at all, beside SciPy and lmfit from the same input.

    python benchmarks/certified.py FOLDER [--only Misra1a]

FOLDER holds the .dat files of the Statistical Reference Datasets (NIST StRD, nonlinear regression); formula, data,
starts and certified values are read from them. A digit is right where it agrees with the certified value: -log10 of the
relative error, 11 at most, of the worst parameter. SciPy's curve_fit and lmfit's Model are given what symgd is given,
which is no start (ones), and then both published starts.
"""

from __future__ import annotations

import argparse
import math
import re
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

import symgd

FloatArray = npt.NDArray[np.float64]
MOST = 11  # digits that are certified


@dataclass(frozen=True)
class Certified:
    """One problem, as its file has it."""

    name: str
    model: str  # in symgd's language
    data: Mapping[str, FloatArray]
    starts: tuple[tuple[float, ...], ...]
    values: Mapping[str, float]
    errors: Mapping[str, float]
    cost: float  # the residual sum of squares


def read(path: Path) -> Certified:
    """A problem from its file."""
    lines = path.read_text(encoding="ascii").splitlines()
    first, last = _range(lines, "Data")
    heading = next(line for line in lines if re.match(r"Data:\s+y\s", line)).split()[1:]
    rows = [[float(cell) for cell in line.split()] for line in lines[first - 1 : last]]
    columns = dict(zip(heading, np.array(rows).T, strict=True))
    target, model = _model(lines)
    if target.startswith("log"):
        columns["y"] = np.log(columns["y"])
    table = [re.findall(r"-?[\d.]+(?:E[+-]\d+)?", line.partition("=")[2]) for line in lines]
    names = [f"b{n}" for n in range(1, 10)]
    found = [
        next((row for line, row in zip(lines, table, strict=True) if _is_row(line, name)), None)
        for name in names
    ]
    numbers = {n: [*map(float, row)] for n, row in zip(names, found, strict=True) if row}
    total = next(line for line in lines if line.startswith("Residual Sum of Squares"))
    return Certified(
        path.stem,
        model,
        columns,
        tuple(tuple(row[start] for row in numbers.values()) for start in (0, 1)),
        {name: row[2] for name, row in numbers.items()},
        {name: row[3] for name, row in numbers.items()},
        float(total.split(":")[1]),
    )


def _is_row(line: str, name: str) -> bool:
    return re.match(rf"\s*{name} =\s", line) is not None


def _range(lines: Sequence[str], what: str) -> tuple[int, int]:
    """The first and last line of a part, as the head of the file says."""
    line = next(line for line in lines if re.search(rf"{what}\s+\(lines", line))
    first, last = map(int, re.findall(r"\d+", line))
    return first, last


def _model(lines: Sequence[str]) -> tuple[str, str]:
    """What is predicted, and the formula."""
    start = next(n for n, line in enumerate(lines) if line.startswith("Model:"))
    stop = next(n for n, line in enumerate(lines) if n > start and "Starting" in line)
    text = " ".join(line.strip() for line in lines[start:stop])
    begun = re.search(r"(log\[y\]|\by) *=", text)
    if begun is None:
        raise ValueError(f"no formula in {text!r}")
    target, _, formula = text[begun.start() :].partition("=")
    formula = re.sub(r"\+\s*e\s*$", "", formula.strip())
    formula = formula.replace("[", "(").replace("]", ")").replace("arctan", "atan")
    return target.strip(), formula.strip()


def digits(found: Mapping[str, float], certified: Mapping[str, float]) -> float:
    """How many digits of the worst value are right."""
    worst = float(MOST)
    for name, right in certified.items():
        error = abs(found[name] - right) / abs(right)
        worst = min(worst, -math.log10(error) if error > 0 else MOST)
    return max(worst, 0.0) if math.isfinite(worst) else 0.0


# ---------------------------------------------------------------------------------------------
# The three


def by_symgd(problem: Certified) -> tuple[float, float, float, str]:
    """Digits, digits of the standard errors, seconds, and the outcome; no start is given."""
    begun = time.perf_counter()
    run = symgd.Problem(problem.model, loss="sse", parameters=[*problem.values]).fit(problem.data)
    errors = run.standard_errors
    took = time.perf_counter() - begun
    right = digits(
        {name: abs(value) for name, value in run.parameters.items()},
        {name: abs(value) for name, value in problem.values.items()},
    )
    known = {name: error or 0.0 for name, error in errors.items()}
    return right, digits(known, problem.errors), took, run.outcome.kind


def _function(problem: Certified) -> Callable[..., FloatArray]:
    """The model as a function of its inputs and parameters."""
    import sympy

    inputs = [name for name in problem.data if name != "y"]
    symbols = sympy.symbols([*inputs, *problem.values])
    made = sympy.lambdify(symbols, symgd.Problem(problem.model).prediction.value)
    return made if len(inputs) == 1 else lambda x, *rest: made(*x, *rest)


def _tried(problem: Certified, fit: Callable[[Sequence[float]], Sequence[float]]) -> Iterator[str]:
    """Digits from ones, and from both published starts; a dash where it fails."""
    for start in ([1.0] * len(problem.values), *problem.starts):
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                found = fit(start)
            yield f"{digits(dict(zip(problem.values, found, strict=True)), problem.values):.1f}"
        except (RuntimeError, ValueError):
            yield "-"


def by_scipy(problem: Certified) -> list[str]:
    """SciPy's curve_fit."""
    from scipy.optimize import curve_fit

    inputs = [column for name, column in problem.data.items() if name != "y"]
    x, model = inputs[0] if len(inputs) == 1 else np.array(inputs), _function(problem)
    return [*_tried(problem, lambda start: curve_fit(model, x, problem.data["y"], start)[0])]


def by_lmfit(problem: Certified) -> list[str]:
    """lmfit's minimize, where it is installed."""
    try:
        import lmfit
    except ImportError:
        return ["", "", ""]
    inputs = [column for name, column in problem.data.items() if name != "y"]
    x, model = inputs[0] if len(inputs) == 1 else np.array(inputs), _function(problem)

    def fit(start: Sequence[float]) -> Sequence[float]:
        asked = lmfit.Parameters()
        for name, value in zip(problem.values, start, strict=True):
            asked.add(name, value)
        found = lmfit.minimize(
            lambda p: model(x, *p.valuesdict().values()) - problem.data["y"], asked
        )
        return [*found.params.valuesdict().values()]

    return [*_tried(problem, fit)]


def main() -> None:
    """The table, a row for each file."""
    options = argparse.ArgumentParser(description="Certified fits, with no start.")
    options.add_argument("folder", type=Path)
    options.add_argument("--only", default="")
    asked = options.parse_args()
    head = (
        "problem",
        "digits",
        "of s.e.",
        "seconds",
        "SciPy: ones",
        "1",
        "2",
        "lmfit: ones",
        "1",
        "2",
    )
    print(("{:<10}" + "{:>12}" * 9).format(*head))
    for path in sorted(asked.folder.glob(f"{asked.only}*.dat")):
        problem = read(path)
        right, errors, took, kind = by_symgd(problem)
        ours = (f"{right:.1f}", f"{errors:.1f}", f"{took:.2f}")
        cells = (*ours, *by_scipy(problem), *by_lmfit(problem))
        said = "" if kind == "converged" else f"   {kind}"
        print(("{:<10}" + "{:>12}" * 9).format(problem.name, *cells) + said, flush=True)


if __name__ == "__main__":
    main()
