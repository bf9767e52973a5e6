"""What a run came to, as text and as JSON."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from symgd.errors import for_command_line, for_python
from symgd.optimize.run import Run
from symgd.registry.record import json_text
from symgd.registry.table import as_html as html_table
from symgd.terms import Symbol, Term
from symgd.writing.documents.plain import unaccented
from symgd.writing.formulas.text import text
from symgd.writing.words import Language, Message, Words, message, words_in

TITLES = {"mean": "1/N Σ", "sum": "Σ", "half mean": "1/(2N) Σ", "root mean": "√(1/N Σ)"}
WEIGHTED = {
    "mean": "1/(Σ {w}) Σ {w}",
    "sum": "Σ {w}",
    "half mean": "1/(2 Σ {w}) Σ {w}",
    "root mean": "√(1/(Σ {w}) Σ {w})",
}
SOURCES = {
    "arguments": message("arguments", context="source"),
    "standard input": message("standard input", context="source"),
}


def as_text(
    run: Run, *, ascii: bool = False, language: Language = None, on_command_line: bool = False
) -> str:
    """A few lines: the cost, the data, how it ended, parameters, and the exact minimum where it is known."""
    words = words_in(language)
    if ascii:
        words = replace(words, escape=unaccented)
    write = partial(text, ascii=ascii, words=words)
    told = for_command_line if on_command_line else for_python
    question = map(told, _question(run, write, words, "sum" if ascii else "Σ"))
    ended = told(run.outcome.said.written(words=words))
    rows = [*question, "", ended, *_ending(run, words)]
    return "\n".join(rows) + "\n"


def _question(run: Run, write: Callable[[Term], str], words: Words, sigma: str) -> Iterator[str]:
    """What was to be minimised, on which data."""
    problem, data = run.problem, run.data
    loss, (cost, *others) = problem.loss, problem.equations
    kinds = TITLES if problem.weights is None else WEIGHTED
    kind = kinds[loss.reduction].replace("Σ", sigma).replace("{w}", problem.weights or "")
    title = words.declared(loss.title)
    yield f"{write(cost)}   ({title}, {kind})" if problem.has_examples else write(cost)
    yield from map(write, others)
    if problem.settings:
        yield ", ".join(
            f"{write(Symbol(problem.letters[name]))} = {value:g}"
            for name, value in problem.settings.items()
        )
    if problem.has_examples:
        yield _data(run, words)
    for note in (*data.remarks, *run.remarks):
        yield message("note: {note}", note=note).written(words=words)


def _data(run: Run, words: Words) -> str:
    """How many rows, from where, and what columns are called."""
    problem, data = run.problem, run.data
    rows = message(
        "{number} row from {source}",
        "{number} rows from {source}",
        number=len(data),
        source=SOURCES.get(data.source, data.source),
    )
    renamed = (
        message("{name} is {label}", name=name, label=label)
        for name, label in problem.labels.items()
        if name != label
    )
    return ", ".join(said.written(words=words) for said in (rows, *renamed))


def _ending(run: Run, words: Words) -> Iterator[str]:
    """Where it ended, and what is known of the minimum and of the rates."""
    yield _after(run).written(words=words)
    yield from _numbers(run, run.parameters, run.cost)
    if run.exact is not None:
        alone, others = message("exact minimum:"), message("exact minimum, not the only one:")
        yield words(alone if run.exact.unique else others)
        yield from _numbers(run, run.exact.parameters, run.exact.cost)
    if run.curvature:
        yield _stable(run, run.curvature).written(words=words)


def _after(run: Run) -> Message:
    """After how many steps, by what and at which rate."""
    if not run.is_plain:
        return _after_rule(run)
    if run.varies:
        return message(
            "after {number} step, the last at learning rate {rate}:",
            "after {number} steps, the last at learning rate {rate}:",
            number=run.steps,
            rate=run.learning_rate,
        )
    return message(
        "after {number} step at learning rate {rate}:",
        "after {number} steps at learning rate {rate}:",
        number=run.steps,
        rate=run.learning_rate,
    )


def _after_rule(run: Run) -> Message:
    optimizer = _described(run)
    if not run.has_rate:
        return message(
            "after {number} step of {optimizer}:",
            "after {number} steps of {optimizer}:",
            number=run.steps,
            optimizer=optimizer,
        )
    if run.varies:
        return message(
            "after {number} step of {optimizer}, the last at learning rate {rate}:",
            "after {number} steps of {optimizer}, the last at learning rate {rate}:",
            number=run.steps,
            optimizer=optimizer,
            rate=run.learning_rate,
        )
    return message(
        "after {number} step of {optimizer} at learning rate {rate}:",
        "after {number} steps of {optimizer} at learning rate {rate}:",
        number=run.steps,
        optimizer=optimizer,
        rate=run.learning_rate,
    )


def _described(run: Run) -> Message:
    """The optimizer's name, and its settings."""
    settings = run.optimizer_settings
    listed = ", ".join(f"{name} = {value:g}" for name, value in settings.items())
    name = Message(run.optimizer.name)
    return message("{name} ({settings})", name=name, settings=listed) if listed else name


def _numbers(run: Run, parameters: Mapping[str, float], cost: float) -> Iterator[str]:
    for name, value in {**parameters, run.problem.notation.cost: cost}.items():
        yield f"  {name} = {value:.10g}"


def _stable(run: Run, curvature: tuple[float, ...]) -> Message:
    rate = run.largest_stable_rate
    if not run.is_plain:
        return _stable_rule(Message(run.optimizer.name), rate, curvature)
    if rate is None:
        return message(
            "curvature {values}: descent is stable at any learning rate", values=curvature
        )
    return message(
        "curvature {values}: descent is stable below learning rate {rate}",
        values=curvature,
        rate=f"{rate:.7g}",
    )


def _stable_rule(name: Message, rate: float | None, curvature: tuple[float, ...]) -> Message:
    if rate is None:
        return message("curvature {values}", values=curvature)
    return message(
        "curvature {values}: {optimizer} is stable below learning rate {rate}",
        values=curvature,
        optimizer=name,
        rate=f"{rate:.7g}",
    )


def as_html(run: Run) -> str:
    """The same for notebooks, with the first and last rows of the trace."""
    words = words_in()
    cost = run.problem.notation.cost
    reached = [*run.parameters.values(), run.cost]
    columns = [[*run.parameters, cost], [f"{value:.10g}" for value in reached]]
    after = message("after {number} step", "after {number} steps", number=run.steps)
    head = ["", after.written(words=words)]
    if run.exact is not None:
        least = [*run.exact.parameters.values(), run.exact.cost]
        columns.append([f"{value:.10g}" for value in least])
        head.append(words(message("exact minimum")))
    said = "".join(f"<p>{html.escape(note)}</p>\n" for note in _notes(run, words, for_python))
    table = html_table(head, [*zip(*columns, strict=True)])
    return "\n".join((table, run.outcome.html(), said + run.trace.html()))


def as_json(run: Run, *, language: Language = None, on_command_line: bool = False) -> str:
    """The same for machines; numbers at full precision, None where something is not known, what is said in a language."""
    words = words_in(language)
    told = for_command_line if on_command_line else for_python
    exact = run.exact and {**vars(run.exact), "parameters": dict(run.exact.parameters)}
    record: dict[str, Any] = {
        "parameters": dict(run.parameters),
        "cost": run.cost,
        "steps": run.steps,
        "outcome": run.outcome.kind,
        "message": told(run.outcome.said.written(words=words)),
        "method": run.optimizer.name.replace("_", " "),  # as `outcome`, a word for programs
        **({} if run.is_plain else {"optimizer_settings": dict(run.optimizer_settings)}),
        "learning_rate": run.learning_rate if run.has_rate else None,
        "exact": exact,
        "curvature": list(run.curvature) if run.curvature is not None else None,
        "largest_stable_rate": run.largest_stable_rate,
        **_asked(run),
        "notes": _notes(run, words, told),
    }
    return json_text(record)


def _asked(run: Run) -> dict[str, Any]:
    """What was minimised, for machines: a cost of data, or a function."""
    problem, settings = run.problem, dict(run.problem.settings)
    if not problem.has_examples:
        return {"function": text(problem.equations[0], ascii=True), "settings": settings}
    return {
        "loss": problem.loss.name,
        "penalty": problem.penalty and problem.penalty.name,
        "weights": problem.weights,
        "settings": settings,
        "rows": len(run.data),
        "standard_errors": dict.fromkeys(run.parameters),  # a walk has none; a fit has
    }


def _notes(run: Run, words: Words, told: Callable[[str], str]) -> list[str]:
    return [told(said.written(words=words)) for said in (*run.data.remarks, *run.remarks)]
