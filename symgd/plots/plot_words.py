"""What pictures say: titles, labels and numbers, of bearable length, with no dollar sign that turns into mathematics."""

from __future__ import annotations

import textwrap

from symgd.optimize.outcome import KINDS
from symgd.optimize.run import Run
from symgd.problem.problem import Problem
from symgd.writing.formulas.text import text
from symgd.writing.words import Message, Words, message

HEADLINE = 92  # characters of the title
UPRIGHT = 48  # characters of a label beside an axis


def headline(run: Run, words: Words) -> str:
    """Model, loss, rate and outcome, for the figure's title."""
    problem = run.problem
    ended = message(
        ", {loss}, {made}: {outcome} after {number} step",
        ", {loss}, {made}: {outcome} after {number} steps",
    )
    if not problem.has_examples:
        ended = message(
            ", {made}: {outcome} after {number} step",
            ", {made}: {outcome} after {number} steps",
        )
    rest = ended.filled(
        loss=words.declared(problem.loss.title),
        made=made_by(run),
        outcome=KINDS[run.outcome.kind],
        number=run.steps,
    ).written(words=words)
    model = model_text(problem, words, HEADLINE)
    if len(model) + len(rest) <= HEADLINE:
        return model + plain(rest)
    return f"{model}\n{plain(rest.removeprefix(', '))}"


def made_by(run: Run, named: bool = False) -> Message:
    """What made the steps: the optimizer's name and its rate; of gradient descent, where it is not `named`, the rate alone."""
    last = number(run.learning_rate)
    rate = message("{rate} at last", rate=last) if run.varies else last
    if run.is_plain and not named:
        return message("α = {rate}", rate=rate)
    name = Message(run.optimizer.name)
    if not run.has_rate:
        return message("{optimizer}", optimizer=name)
    return message("{optimizer}, α = {rate}", optimizer=name, rate=rate)


def model_text(problem: Problem, words: Words, most: int) -> str:
    """The model, y = m x + b, of bearable length."""
    return plain(text(problem.model_equations[0], words=words), most)


def plain(text: str, most: int = 100) -> str:
    """Text that no dollar sign turns into mathematics, on one line and of bearable length."""
    line = " ".join(text.split())
    short = line if len(line) <= most else f"{line[: most - 1]}…"
    return short.replace("$", r"\$")


def upright(label: str) -> str:
    """The label of an upright axis, whose end goes into a second line where one would be too long."""
    return "\n".join(textwrap.wrap(plain(label, UPRIGHT + 10), UPRIGHT))


def number(value: float) -> str:
    """Six digits, with a minus and no hyphen.

    Examples
    --------
    >>> number(-1 / 15)
    '−0.0666667'
    """
    return f"{value:.6g}".replace("-", "−")
