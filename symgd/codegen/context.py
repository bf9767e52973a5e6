"""The names of one generated module, and what its templates are filled with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symgd.codegen.expressions import ExpressionWriter, Statements
from symgd.codegen.lower import lower
from symgd.codegen.names import Names
from symgd.codegen.program import Local
from symgd.codegen.skeleton import filled
from symgd.derivation.gradient import Gradient
from symgd.errors import GenerationError
from symgd.problem.problem import Problem
from symgd.terms import Indexed, Symbol, Term
from symgd.terms.function import Target

RESULTS = ("residual", "prediction")  # names of our own that a part of the formula may have


class Context:
    """A problem, its program, and an identifier for everything in it."""

    def __init__(self, problem: Problem, gradient: Gradient) -> None:
        self.problem = problem
        self.program = lower(problem, gradient)
        self.names = Names()
        self.data = problem.columns
        self.parameters = [self.names.give("parameter", name) for name in problem.parameters]
        self.columns = [self.names.give("column", name) for name in self.data]
        self.count = self.names.give("count", "n")
        self.slopes = [self.names.give("slope", f"slope_{name}") for name in self.parameters]
        self.locals: dict[str, str] = {}
        for part in (*self.program.hoisted, *self.program.assignments):
            name = part.local.name
            self.locals[name] = self.names.give("local", name, own=name in RESULTS)

    def identifier(self, term: Term) -> str:
        """The identifier of a Symbol, Indexed or Local."""
        if isinstance(term, Local):
            return self.locals.get(term.name, term.name)
        assert isinstance(term, Symbol | Indexed)
        if isinstance(term, Symbol) and term.name in self.problem.parameters:
            return self.names["parameter", term.name]
        if term.name in self.data:
            return self.names["column", term.name]
        if term.name == self.problem.notation.count:
            return self.count
        raise GenerationError(
            f'the name "{term.name}" has no value', "give it a role in the problem"
        )

    def statements(self, target: Target = "numpy") -> Statements:
        """Lines of a function's body, for arrays or for plain numbers."""
        writer = ExpressionWriter(self.identifier, _total, target)
        return Statements(writer, self.fresh, " " * 8)

    def fresh(self, local: Local) -> str:
        """A new identifier for a part of a long line."""
        self.locals[local.name] = self.names.give("local", local.name)
        return self.locals[local.name]

    def local(self, name: str) -> Local:
        """A plain number that the module needs for itself."""
        local = Local(f"summary {name}", array=False)
        self.locals[local.name] = self.names.give("summary", name)
        return local

    def filled(self, template: str, **parts: str) -> str:
        """A template with this module's names."""
        parameters, columns = self.parameters, self.columns
        start = ",".join(f"{name}=0" for name in self.problem.parameters[:2])
        common = {
            "parameters": written_tuple(repr(name) for name in self.problem.parameters),
            "column_names": written_tuple(repr(name) for name in self.data),
            "columns": ", ".join(columns),
            "typed_columns": ", ".join(f"{name}: ArrayLike" for name in columns),
            "column_lines": ",\n    ".join(f"{name}: ArrayLike" for name in columns),
            "typed_arrays": ", ".join(f"{name}: FloatArray" for name in columns),
            "target": columns[-1],
            "count": self.count,
            "unpack": unpacked(parameters, 4),
            "unpack_inside": unpacked(parameters, 8),
            "start": written_tuple(["0.0"] * len(parameters)),
            "start_text": start if len(start) <= 30 else "NAME=0",
        }
        return filled(template, **{**common, **parts})


def _total(writer: ExpressionWriter, body: Term) -> str:
    return f"_total({writer.text(body)})"


def written_tuple(items: Iterable[str]) -> str:
    """Items as a tuple's text, with the quotes that a formatter prefers."""
    written = [item.replace("'", '"') for item in items]
    return f"({', '.join(written)}{',' if len(written) == 1 else ''})"


def unpacked(names: Sequence[str], indent: int) -> str:
    """The left-hand side that takes a sequence apart; a long one has a name a line."""
    written = ", ".join(names)
    if len(names) == 1:
        return f"({written},)"
    if len(written) <= 60:
        return written
    space = " " * indent
    return "(\n" + "".join(f"{space}    {name},\n" for name in names) + f"{space})"
