"""What a generated module checks of targets, where its loss is not meant for any number; a text for each target."""

from __future__ import annotations

import json
import re
import textwrap

from symgd.codegen.expressions.expressions import ExpressionWriter
from symgd.parsing.formula import parse_condition
from symgd.problem.losses import Loss
from symgd.problem.problem import Problem

FITTING = '''\
def _fitting(columns: tuple[FloatArray, ...]) -> tuple[FloatArray, ...]:
    """The columns, or ValueError where a target is none that the loss is meant for."""
    for name, target in zip(COLUMNS, columns, strict=True):
        if name in <<targets>> and not (fits := <<fits>>).all():
            row = int(np.argmin(fits))
            said = f'argument "{name}", row index {row}: {target[row]:g} does not fit'
            raise ValueError(f"{said} {MEANT_FOR}")
    return columns
'''

# Of the target of a module with one matrix of inputs.
FITTING_TARGET = '''\
def _fitting(target: FloatArray) -> FloatArray:
    """The target, or ValueError where it is none that the loss is meant for."""
    fits = <<fits>>
    if not fits.all():
        row = int(np.argmin(fits))
        raise ValueError(f"y, row index {row}: {target[row]:g} does not fit {MEANT_FOR}")
    return target
'''


def fitting(problem: Problem, template: str) -> str:
    """The text of a check, with what it says; empty where any number is a target.

    Examples
    --------
    >>> fitting(Problem("a*x"), FITTING)
    ''
    >>> print(fitting(Problem("a*x", "poisson"), FITTING_TARGET).splitlines()[8].strip())
    fits = target >= 0
    """
    if not problem.loss.targets:
        return ""
    fits = condition(problem.loss, ExpressionWriter(lambda term: "target", lambda *_: ""))
    quoted = [json.dumps(name, ensure_ascii=False) for name in problem.targets]
    names = f"({', '.join(quoted)}{',' * (len(quoted) == 1)})"
    said = template.replace("<<fits>>", fits).replace("<<targets>>", names)
    rows = "\n".join(f"    {row}" for row in meant_for(problem.loss))
    return f"MEANT_FOR = (\n{rows}\n)\n\n\n{said}"


def reads_of(problem: Problem) -> str:
    """Which predictions the loss reads, after a semicolon; empty where it reads all."""
    likelihood = problem.loss.likelihood
    if likelihood is None or not likelihood.reads:
        return ""
    return f"; the {problem.loss.title} reads {likelihood.reads}"


def told_of_predictions(problem: Problem, checks: str) -> str:
    """Checks whose refusal of a cost that is no number says which predictions the loss reads.

    Examples
    --------
    >>> place = '    place = ", ".join(named)'
    >>> print(told_of_predictions(Problem("a*x", "poisson"), place))
        place = ", ".join(named)
        place += "; the Poisson loss reads predictions above 0"
    """
    said = json.dumps(reads_of(problem), ensure_ascii=False)
    if said == '""':
        return checks
    return re.sub(r'^( +)place = ", ".*', rf"\g<0>\n\1place += {said}", checks, flags=re.MULTILINE)


def condition(loss: Loss, writer: ExpressionWriter) -> str:
    """The condition on a target, which the writer calls as it likes."""
    return writer.condition(parse_condition(loss.targets))


def meant_for(loss: Loss) -> list[str]:
    """What a target has to fit, in quoted parts."""
    said = f"the {loss.title}; expected {loss.domain}"
    wide = textwrap.TextWrapper(80, drop_whitespace=False, break_on_hyphens=False)
    return [json.dumps(part, ensure_ascii=False) for part in wide.wrap(" ".join(said.split()))]
