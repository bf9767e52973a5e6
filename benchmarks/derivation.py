"""How fast deriving is, every step checked, as a ratio to SymPy in the same run.

A derivation has steps, reasons and checks; SymPy's `diff` and `factor` have an answer. `first` is the first time in a
process, with SymPy's caches empty; `again` is the median of many, with the formula read anew each time. Last the
whole process, `symgd derive "m*x + b"`, against `python -c "import sympy"`.

Then the partials of models with p inputs, every one of them derived, each step checked, in processor time: `one` is
the first of them, `each` what one of all costs.

Run: python benchmarks/derivation.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

import sympy
from sympy.core.cache import clear_cache

from symgd import Problem, differentiate
from symgd.parsing.formula import parse

ROUNDS = 15
INPUTS = (10, 20, 50, 100, 200, 500)

# Of a score a1*x1 + ... + ap*xp + b: the model and its loss, and options.
MODELS: tuple[tuple[str, str, str, str], ...] = (
    ("linear", "{}", "mse", ""),
    ("ridge", "{}", "mse", "ridge"),
    ("logistic", "sigmoid({})", "bce", ""),
    ("Poisson", "exp({})", "poisson", ""),
    ("huber", "{}", "huber", ""),
    ("tanh", "tanh({})", "mse", ""),
    ("exponential", "exp({})", "mse", ""),
)

FORMULAS: tuple[tuple[str, str], ...] = (
    ("a product", "x^2*sin(x)*exp(-x)"),
    ("a quotient", "(x^3 + 2*x)/(x^2 + 4)"),
    ("30 deep", "sin(" * 30 + "x" + ")" * 30),
    ("40 factors", "*".join(f"(x + {n + 1})" for n in range(40))),
    ("200 terms", "+".join(f"{n + 1}*x^{n + 1}" for n in range(200))),
)


def seconds(call: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """The first time, and the median of the others; SymPy forgets everything before each."""
    times = []
    for _ in range(rounds):
        clear_cache()
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return times[0], statistics.median(times[1:])


def line_by_symgd() -> None:
    Problem("m*x + b").derive()


def line_by_sympy() -> None:
    cost = Problem("m*x + b").cost
    for name in ("m", "b"):
        sympy.factor(cost.diff(sympy.Symbol(name)))


def process(*arguments: str) -> float:
    """The shortest of some runs of a whole process."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def of_many(model: str, loss: str, penalty: str, inputs: int) -> Problem:
    """A model of a score of so many inputs."""
    score = "+".join(f"a{n}*x{n}" for n in range(1, inputs + 1))
    columns = [f"x{n}" for n in range(1, inputs + 1)]
    return Problem(model.format(f"{score} + b"), inputs=columns, loss=loss, penalty=penalty or None)


def of_three_classes(inputs: int) -> Problem:
    """Softmax regression: three scores of all inputs."""
    columns = [f"x{n}" for n in range(1, inputs + 1)]
    scores = ["+".join(f"{letter}{n}*{x}" for n, x in enumerate(columns, 1)) for letter in "abc"]
    return Problem(scores, inputs=columns, loss="cce", target=["y1", "y2", "y3"])


def partials_of(make: Callable[[int], Problem], inputs: int) -> tuple[int, float, float]:
    """How many partials there are, the processor seconds that one takes, and all of them do."""
    clear_cache()
    problem = make(inputs)
    started = time.process_time()
    problem.derive(wrt=problem.parameters[0])
    one = time.process_time() - started
    clear_cache()
    problem = make(inputs)
    started = time.process_time()
    found = [*problem.derive().partials.values()]
    return len(found), one, time.process_time() - started


def all_partials() -> None:
    """Whether all partials cost in proportion to how many there are."""
    print(f"\n{'all partials of':<16}{'p':>6}{'one':>12}{'all':>12}{'each':>12}{'all/one':>9}")
    makers: list[tuple[str, Callable[[int], Problem]]] = [
        (name, partial(of_many, model, loss, penalty)) for name, model, loss, penalty in MODELS
    ]
    for name, make in (*makers, ("3-class softmax", of_three_classes)):
        for inputs in INPUTS:
            count, one, every = partials_of(make, inputs)
            print(
                f"{name:<16}{inputs:>6}{one * 1e3:>9.0f} ms{every * 1e3:>9.0f} ms"
                f"{every / count * 1e3:>9.1f} ms{every / one:>9.1f}",
                flush=True,
            )


def row(name: str, ours: tuple[float, float], theirs: tuple[float, float]) -> None:
    first, again = (mine / other for mine, other in zip(ours, theirs, strict=True))
    print(f"{name:<22}{ours[1] * 1e3:>9.1f} ms{theirs[1] * 1e3:>9.1f} ms{first:>8.2f}{again:>8.2f}")


def main() -> None:
    print(f"{'':<22}{'symgd':>12}{'SymPy':>12}{'first':>8}{'again':>8}")
    row("the line, both ways", seconds(line_by_symgd), seconds(line_by_sympy))
    x = sympy.Symbol("x")
    for name, formula in FORMULAS:
        rounds = 5 if len(formula) > 200 else ROUNDS
        ours = seconds(lambda: differentiate(formula, "x"), rounds)  # noqa: B023 - called at once
        value = parse(formula).value
        theirs = seconds(lambda: sympy.factor_terms(value.diff(x)), rounds)  # noqa: B023
        row(name, ours, theirs)
    derive = process("-m", "symgd", "derive", "m*x + b")
    start = process("-c", "import sympy")
    print(
        f"{'as a process':<22}{derive * 1e3:>9.0f} ms{start * 1e3:>9.0f} ms{derive / start:>16.2f}"
    )
    all_partials()


if __name__ == "__main__":
    main()
