"""What the header of a CSV says of a model's names: which are read from data, and which column is predicted.

Laws
----
- what was typed stands: --x and --parameters say which names are inputs, --y which column is predicted
- else a name in the model that is a column is an input, and the others are learned
- else a column called as the model's target is predicted, or the one that is left beside the inputs
- what the header decided is told; where it leaves a choice, the error names what there is to choose from
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from symgd.errors import FormulaError, ProblemError, counted
from symgd.problem.models import Model, in_turn, names_of, usual_inputs
from symgd.writing.words import Message, message

if TYPE_CHECKING:
    from symgd.api.problem import Problem
    from symgd.data.csv import Sheet

MOST = 12  # columns that an error lists


@dataclass(frozen=True)
class Header:
    """The columns of a CSV, as a model may call them.

    Parameters
    ----------
    sheet : Sheet
        The file, read.
    names : tuple of str
        Its columns, but for those without a name.
    """

    sheet: Sheet
    names: tuple[str, ...]

    @cached_property
    def spelt(self) -> Mapping[str, str]:
        """Each column by the name that formulas have for it."""
        return {_spelt(name): name for name in self.names}

    def column(self, name: str) -> str:
        """The column that a name in the model is."""
        return self.spelt.get(name, name)


def header_of(path: str, model: Model, typed: Sequence[str] = ()) -> Header:
    """The header of a CSV that is to be read for a model, and for columns that were typed."""
    from symgd.data.csv import read_header

    usual = usual_inputs(model.names)
    example = (*usual, *model.targets) if usual else ()
    sheet, names = read_header(path, (*typed, *model.names, *model.targets), example)
    return Header(sheet, tuple(dict.fromkeys(filter(None, names))))


def _spelt(column: str) -> str:
    """A column's name as formulas have it, alpha for α; as it stands where it is none."""
    if column.isascii():
        return column
    try:
        return names_of([column], "inputs")[0]
    except (FormulaError, ProblemError):
        return column


def identifier_of(column: str) -> str:
    """A column's name as formulas have it; the empty text where it is none."""
    try:
        return names_of([column], "weights")[0]
    except (FormulaError, ProblemError):
        return ""


def weighed_by(problem: Problem, column: str) -> Problem:
    """The problem whose rows a column weighs: by its own name, or where that is none, or taken, by a letter with a label."""
    own = {problem.labels.get(name, name): name for name in problem.columns}
    if not column.strip():
        return problem.replace(weights=column)  # says that it is empty
    if column in own:
        return problem.replace(weights=own[column])
    taken = {*problem.names, *problem.columns, *vars(problem.notation).values()}
    taken |= {*problem.letters.values(), *(part.name for part in problem.inner)}
    spelt = identifier_of(column)
    name = next(n for n in (spelt, "w", *(f"w_{k}" for k in range(1, 99))) if n and n not in taken)
    return problem.replace(weights=name, labels={**problem.labels, name: column})


def inputs_in(
    header: Header, model: Model, typed: Sequence[str], parameters: str | None
) -> tuple[str, ...] | None:
    """The names in the model that are inputs; None where that is clear without the header."""
    spelt = tuple(map(_spelt, typed))
    if typed or parameters is not None:
        known = {*usual_inputs(model.names), *spelt} & {*model.names}
        if parameters is None and not known and not model.is_constant:
            raise _nowhere_read(model, typed)
        return spelt if typed and {*model.names}.issuperset(spelt) else None
    found = in_turn([name for name in model.names if name in header.spelt])
    if not found and (usual_inputs(model.names) or model.is_constant):
        return None
    if not found:
        raise _nothing_read(header, model)
    learned = ",".join(name for name in model.names if name not in found)
    if not learned:
        cause = f"every name in the model is a column ({', '.join(found)}), and none is left to be learned"
        remedy = f"say what is learned with --parameters, or {_with_coefficients(model, found)}"
        raise ProblemError(cause, remedy)
    for name in usual_inputs(model.names):
        if name not in found:
            read = " ".join(f"--x {header.column(other)}" for other in found)
            cause = f'"{name}" in the model is no column, and {", ".join(found)} {"is" if len(found) == 1 else "are"}'
            raise ProblemError(cause, f"if {name} is learned, say {read}; {_columns(header)}")
    return found


def _with_coefficients(model: Model, inputs: Sequence[str]) -> str:
    """How a model of columns alone, as R has it, is written here."""
    free = [f"b{number}" for number in range(len(inputs) + 1)]
    terms = " + ".join(f"{own}*{name}" for own, name in zip(free[1:], inputs, strict=True))
    return f'give each a coefficient, such as "{model.targets[0]} = {free[0]} + {terms}"'


def _columns(header: Header) -> str:
    from symgd.data.naming import listed

    return f"the columns are {listed(header.names)}"


def _nothing_read(header: Header, model: Model) -> ProblemError:
    """The error for a model none of whose names is a column."""
    from symgd.data.naming import nearest_name, quoted

    near = [(name, nearest_name(name, header.names)) for name in model.names if len(name) > 1]
    meant = [f'did you mean {quoted(other)} by "{name}"?' for name, other in near if other]
    cause = f"no name in the model is a column ({', '.join(model.names) or 'it has none'})"
    remedy = meant[0] if meant else "say with --x which names are inputs"
    return ProblemError(cause, f"{_columns(header)}; {remedy}")


def _nowhere_read(model: Model, typed: Sequence[str]) -> ProblemError:
    """The error for columns that were typed, where the model says at no place that it reads any."""
    one = len(typed) == 1
    names = ", ".join(model.names) or "no name"
    cause = f"--x names {', '.join(typed)}, and nothing says where the model ({names}) reads {'it' if one else 'them'}"
    columns, usual = ("column's name", "x") if one else ("columns' names", "x1, x2 and so on")
    return ProblemError(cause, f"write the {columns} in the model, or {usual} instead")


def input_columns(header: Header, problem: Problem, typed: Sequence[str]) -> tuple[str, ...]:
    """The column of each input: those of the same names, or those that were typed, in order."""
    if not typed:
        return tuple(map(header.column, problem.inputs))
    if not problem.inputs:
        cause = f"the model, {problem.model}, reads no column, and --x names {', '.join(typed)}"
        raise ProblemError(cause, "leave --x out, or name the column in the model")
    if len(typed) != len(problem.inputs):
        inputs_read = f"{counted(len(problem.inputs), 'input')} ({', '.join(problem.inputs)})"
        named = f"{counted(len(typed), 'column')} ({', '.join(typed)})"
        cause = f"the model reads {inputs_read} and --x names {named}"
        learned = f"which learns {', '.join(problem.parameters)}"
        remedy = f"name one column for each input, in order, or write the columns' names in the model, {learned}"
        raise ProblemError(cause, remedy)
    for name, column in zip(problem.inputs, typed, strict=True):
        if name not in (column, _spelt(column)) and _spelt(column) in problem.inputs:
            cause = f'by its place --x {column} is "{name}" in the model, by its name "{_spelt(column)}"'
            raise ProblemError(
                cause, f"name the columns in the order of {', '.join(problem.inputs)}"
            )
    return tuple(typed)


def expect_target(header: Header, model: Model, typed: Sequence[str]) -> None:
    """ProblemError where the model names a column before its "=", and --y another."""
    for name, column in zip(model.targets, typed, strict=False):
        if name != "y" and name in header.spelt and column != header.column(name):
            cause = f'the model predicts the column "{name}", and --y names "{column}"'
            raise ProblemError(cause, "leave one of the two out")


def target_columns(
    header: Header, problem: Problem, read: Sequence[str], beside: Collection[str]
) -> tuple[str, ...]:
    """The predicted columns: those called as the model's targets, or else the one that is left."""
    own = tuple(map(header.column, problem.targets))
    if own != ("y",) or "y" in header.names:
        return own
    left = [name for name in header.names if name not in {*read, *beside}]
    if not left or not {*read} <= {*header.names}:
        return own
    if len(left) > 1:
        cause = f"nothing says which column is predicted: {', '.join(left[:MOST])}{', ...' * (len(left) > MOST)}"
        raise ProblemError(cause, f'name it with --y, or in the model: "... = {problem.model}"')
    return tuple(left)


def decided(
    header: Header, problem: Problem, columns: Sequence[str], targets: Sequence[str]
) -> tuple[Message, ...]:
    """A remark on what the header decided, if it decided anything."""
    count = len(problem.inputs)
    own = (*map(header.column, (*usual_inputs(problem.names), *problem.targets)),)
    if (*columns[:count], *(own[count:] if targets else columns[count:])) == own:
        return ()
    if not count:
        return (message("by the header: predicts {target}", target=", ".join(columns)),)
    return (
        message(
            "by the header: reads {inputs}, predicts {target}, learns {learned}",
            inputs=", ".join(columns[:count]),
            target=", ".join(columns[count:]),
            learned=", ".join(problem.parameters),
        ),
    )
