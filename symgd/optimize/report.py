"""What a run came to, as text and as JSON."""

from __future__ import annotations

import html
import json
from typing import Any

from symgd.optimize.run import Run
from symgd.terms import Symbol
from symgd.values.table import as_html as html_table
from symgd.writing.text import text

COST = ""  # no parameter is called so

TITLES = {"mean": "1/N Σ", "sum": "Σ", "half mean": "1/(2N) Σ", "root mean": "√(1/N Σ)"}


def as_text(run: Run, *, ascii: bool = False, on_command_line: bool = False) -> str:
    """A few lines: the cost, the data, how it ended, parameters, and the exact minimum where it is known."""
    problem = run.problem
    loss = problem.loss
    renamed = [f"{name} is {label}" for name, label in problem.labels.items() if name != label]
    rows = [f"{text(equation, ascii=ascii)}" for equation in problem.equations]
    rows[0] += f"   ({loss.title}, {TITLES[loss.reduction].replace('Σ', 'sum' if ascii else 'Σ')})"
    if problem.settings:
        letters = {
            name: text(Symbol(problem.letters[name]), ascii=ascii) for name in problem.settings
        }
        shown = (f"{letters[name]} = {value:g}" for name, value in problem.settings.items())
        rows.append(", ".join(shown))
    rows.append(
        f"{_counted(len(run.data), 'row')} from {run.data.source}"
        + "".join(f", {part}" for part in renamed)
    )
    rows += [f"note: {note}" for note in (*run.data.notes, *run.notes)]
    rows += [
        "",
        run.outcome.on_command_line if on_command_line else run.outcome.message,
        f"after {_counted(run.steps, 'step')} at learning rate {run.learning_rate:.6g}:",
    ]
    rows += [f"  {name} = {value:.10g}" for name, value in run.parameters.items()]
    rows.append(f"  {problem.notation.cost} = {run.cost:.10g}")
    if run.exact is not None:
        unique = "" if run.exact.unique else ", not the only one"
        rows.append(f"exact minimum{unique}:")
        rows += [f"  {name} = {value:.10g}" for name, value in run.exact.parameters.items()]
        rows.append(f"  {problem.notation.cost} = {run.exact.cost:.10g}")
    if run.curvature:
        values = ", ".join(f"{value:.6g}" for value in run.curvature)
        rate = run.largest_stable_rate
        stable = "at any learning rate" if rate is None else f"below learning rate {rate:.7g}"
        rows.append(f"curvature {values}: descent is stable {stable}")
    return "\n".join(rows) + "\n"


def as_html(run: Run) -> str:
    """The same for notebooks, with the first and last rows of the trace."""
    exact = {} if run.exact is None else {**run.exact.parameters, COST: run.exact.cost}
    reached = {**run.parameters, COST: run.cost}
    rows = [
        (
            run.problem.notation.cost if name is COST else name,
            f"{value:.10g}",
            *((f"{exact[name]:.10g}",) if exact else ()),
        )
        for name, value in reached.items()
    ]
    head = ("", f"after {_counted(run.steps, 'step')}", *(("exact minimum",) if exact else ()))
    notes = "".join(f"<p>{html.escape(note)}</p>\n" for note in (*run.data.notes, *run.notes))
    parts = (html_table(head, rows), run.outcome.html(), notes + run.trace.html())
    return "\n".join(parts)


def as_json(run: Run) -> str:
    """The same for machines; numbers at full precision, None where something is not known."""
    exact = run.exact and {
        "parameters": dict(run.exact.parameters),
        "cost": run.exact.cost,
        "unique": run.exact.unique,
    }
    record: dict[str, Any] = {
        "parameters": dict(run.parameters),
        "cost": _finite(run.cost),
        "steps": run.steps,
        "outcome": run.outcome.kind,
        "message": run.outcome.message,
        "learning_rate": run.learning_rate,
        "exact": exact,
        "curvature": list(run.curvature) if run.curvature is not None else None,
        "largest_stable_rate": run.largest_stable_rate,
        "loss": run.problem.loss.name,
        "penalty": run.problem.penalty and run.problem.penalty.name,
        "settings": dict(run.problem.settings),
        "rows": len(run.data),
        "notes": [*run.data.notes, *run.notes],
    }
    record["parameters"] = {name: _finite(value) for name, value in run.parameters.items()}
    return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}" + ("" if count == 1 else "s")


def _finite(value: float) -> float | None:
    """A number, or None for one that JSON has no word for."""
    return value if abs(value) < float("inf") else None
