"""The part of a generated module that summarises the data, and takes its steps from the summary alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sympy

from symgd.codegen.expressions import layout
from symgd.codegen.expressions.context import Context, Statements, unpacked, written_tuple
from symgd.codegen.program.program import Local
from symgd.codegen.program.sums import gathered
from symgd.codegen.summary import summary_skeleton as skeleton
from symgd.codegen.summary.separation import UNROLLED, Separation
from symgd.codegen.summary.totals import totals_of
from symgd.terms import Negative, Product, Sum, Symbol, Term, is_number, number, sum_of, terms_of
from symgd.writing.formulas.text import text

WITH_PENALTY = " The penalty is a sum of squares as well: below Φ it is a row more for each parameter that it is on."
FEW = 4  # up to so many parts, the triangle stands in one line


class SummarySource:
    """Writes the functions that make a summary and use it, for generated modules and for `Summary` alike."""

    def __init__(self, context: Context, separation: Separation) -> None:
        self.context, self.linear = context, separation.linear
        self.penalties = tuple(map(float, separation.penalties))
        self.psi, self.phi, self.slopes, self.rest, self.scale = separation.written

    @property
    def names(self) -> tuple[str, ...]:
        """The φ as text."""
        return tuple(map(text, self.phi))

    def summarise(self) -> str:
        """All that a module has of its summary."""
        opening = self.context.filled(
            skeleton.SUMMARY,
            why=layout.comment(self.why()),
            names=written_tuple(map(repr, self.names)),
            linear=str(self.linear),
            width=str(len(self.psi) + 1),
            parts=str(len(self.psi)),
            below=f", below=_below({self.context.size_of('columns')})" if self.penalties else "",
        )
        parts = [opening, self.functions()]
        if self.penalties:
            parts.insert(1, self.rows_below())
        return "\n\n".join(parts)

    def rows_below(self) -> str:
        """The function that says what the penalty adds to the data."""
        return self.context.filled(
            skeleton.BELOW,
            penalties=written_tuple(map(repr, self.penalties)),
            scale=Statements(self.context).writer.text(gathered(self.scale)),
        )

    def functions(self) -> str:
        """The functions with the formulas: of the data, and of the parameters."""
        lines = Statements(self.context)
        for column, term in enumerate((*self.phi, self.rest)):
            lines.assign(f"table[:, {column}]", term)
        constants, statements = self.steps()
        weights = self.context.problem.weights
        name = "" if weights is None else self.context.names["column", weights]
        return self.context.filled(
            skeleton.PARTS,
            counts_typed="FloatArray" if name else "None",
            rest_said="the rest in the last; answer the weights"
            if name
            else "and what has no parameters in the last",
            counts=f"\n    return {name}" if name else "",
            features="\n".join(lines.lines),
            constants="\n".join(constants),
            statements="\n".join(statements),
            cost="value",
            gradient=written_tuple(self.context.slopes),
        )

    def totals(self) -> str:
        """The function that adds up the products of few columns; "" where there is none."""
        return totals_of(self.context, self.phi, self.rest)

    @property
    def advances(self) -> bool:
        """Whether the steps at a constant rate are written out as well."""
        return self.linear and len(self.psi) <= UNROLLED

    def advance(self) -> str:
        """The function that makes steps at a constant rate."""
        constants, statements = self.steps(cost=False)
        corner = self.context.names["summary", f"r{len(self.psi)}{len(self.psi)}"]
        constants = [line for line in constants if not line.startswith(f"    {corner} = ")]
        lines = Statements(self.context, "python")
        for name, slope in zip(self.context.problem.parameters, self.context.slopes, strict=True):
            identifier = self.context.names["parameter", name]
            move = Product((Local("learning_rate", array=False), Local(slope, array=False)))
            lines.assign(identifier, Sum((Symbol(name), Negative(move))))
        return self.context.filled(
            skeleton.ADVANCE,
            constants="\n".join(constants),
            statements="\n".join([*statements, *lines.lines]),
            after=written_tuple(self.context.parameters),
        )

    def why(self) -> str:
        """Why the data may be summarised, and what the summary is."""
        products = [f"({text(a)})·({text(b)})" for a, b in zip(self.psi, self.phi, strict=False)]
        products = products if len(products) <= 8 else [*products[:8], "…"]
        residual = " + ".join([*products, f"({text(self.rest)})"])
        scale = text(gathered(self.scale))
        return (
            "Why no step needs the data again: the loss is the square of the residual, and the residual is a sum of "
            f"functions ψ of the parameters times functions φ of the data, {residual}. With these φ as the columns of a "
            f"matrix Φ, whose QR factorisation has the triangle R, the cost is {scale} ‖Φ ψ‖² = {scale} ‖R ψ‖². The ψ are "
            "taken as distances from an anchor, a least-squares fit, which keeps the digits that a small cost would lose."
            + WITH_PENALTY
            * bool(self.penalties)
        )

    def steps(self, cost: bool = True) -> tuple[list[str], list[str]]:
        """How cost and gradient come from the triangle, or the gradient alone: what is fixed, and the statements."""
        lines = Statements(self.context, "python")
        few = len(self.psi) <= UNROLLED
        constants, squares, pulls = self.unrolled(lines) if few else self.by_product(lines)
        if cost:
            lines.assign("value", gathered(Product((self.scale, squares))))
        for name, row in zip(self.context.slopes, self.slopes, strict=True):
            terms = tuple(
                pull if is_number(slope, 1) else Product((slope, pull))
                for slope, pull in zip(row, pulls, strict=True)
                if not is_number(slope, 0)
            )
            lines.assign(name, gathered(Product((number(2), self.scale, sum_of(terms)))))
        return constants, lines.lines

    def unrolled(self, lines: Statements) -> tuple[list[str], Term, Sequence[Term]]:
        """Each entry of the triangle by name, in plain floats."""
        size, name = len(self.psi), self.context.identifier
        every = range(size + 1)
        entries = [[self.context.local(f"r{row}{column}") for column in every] for row in every]
        anchors, distances, reached = (
            [self.context.local(f"{letter}{part}") for part in range(size)] for letter in "adt"
        )
        named = [list(map(name, entries[row][row:])) for row in every]
        constants = [
            *(_side_by_side(named) if size <= FEW else _row_by_row(named)),
            f"    {unpacked(list(map(name, anchors)), 4)} = anchor.tolist()",
        ]
        for distance, psi, anchor in zip(distances, self.psi, anchors, strict=True):
            lines.assign(name(distance), Sum((*terms_of(psi), Negative(anchor))))
        for row, here in enumerate(reached):
            products = [Product((entries[row][k], distances[k])) for k in range(row, size)]
            lines.assign(name(here), Sum((*products, entries[row][size])))
        squares = Sum(tuple(Product((part, part)) for part in (*reached, entries[size][size])))
        pulls = [
            sum_of(tuple(Product((entries[row][k], reached[row])) for row in range(k + 1)))
            for k in range(size)
        ]
        return constants, squares, pulls

    def by_product(self, lines: Statements) -> tuple[list[str], Term, Sequence[Term]]:
        """The triangle as a matrix, where there are many parts."""
        psi = []
        for part, term in enumerate(self.psi):
            local = self.context.local(f"psi{part}") if term.children else term
            if isinstance(local, Local):
                lines.assign(self.context.identifier(local), term)
            psi.append(self.context.identifier(local))
        squares = Local("squares", array=False)
        pulls = [Local(f"pulls[{part}]", array=False) for part in range(len(self.psi))]
        lines.lines += [
            f"        psi = {written_tuple([*psi, '1.0'])}",
            '        with np.errstate(all="ignore"):',
            "            reached = triangle @ (np.array(psi) - shift)",
            "            squares = float(reached @ reached)",
            "            pulls = (reached @ triangle).tolist()",
        ]
        return ["    shift = np.append(anchor, 0.0)"], squares, pulls

    def squares(self) -> str:
        """M and M·θ + r of a cost that is a quadratic."""
        columns = [[float(term.value) for term in row] for row in self.slopes]
        rows = [list(row) for row in zip(*columns, strict=True)]
        at_0 = dict.fromkeys(map(sympy.Symbol, self.context.problem.parameters), 0)
        constant = [float(term.value.subs(at_0)) for term in self.psi]
        stretched, psi = (
            f"triangle[:, :-1] @ np.array({rows})",
            f"np.array({rows}) @ np.array(point)",
        )
        if rows == np.eye(len(columns)).tolist():
            stretched, psi = "triangle[:, :-1]", "np.array(point)"
        elif sorted(rows) == sorted(np.eye(len(columns)).tolist()):  # they stand in another order
            stretched = f"triangle[:, {[row.index(1.0) for row in columns]}]"
            psi = f"np.array(point)[{[row.index(1.0) for row in rows]}]"
        if any(constant):
            psi = f"{psi} + np.array({constant})"
        return self.context.filled(
            skeleton.SQUARES,
            scale=Statements(self.context).writer.text(gathered(self.scale)),
            distance=f"{psi} - anchor",
            stretched=stretched,
        )

    def faithful(self) -> str:
        """Whether the summary may be used at a point."""
        problem = self.context.problem
        part = "len(few)" if problem.weights is None else self.context.size_of("chosen")
        below = f", below=_below({part})" * bool(self.penalties)
        place = problem.columns.index(problem.targets[-1]) - len(problem.columns)
        return self.context.filled(
            skeleton.FAITHFUL, below=below, part=part, target_place=str(place)
        )


def _side_by_side(rows: Sequence[Sequence[str]]) -> list[str]:
    """The triangle's entries by their names, in one line."""
    front = [", ".join([*"_" * number, *row]) for number, row in enumerate(rows[:-1])]
    every = ", ".join(f"({row})" for row in (*front, f"*_, {rows[-1][0]}"))
    return [f"    {every} = triangle.tolist()"]


def _row_by_row(rows: Sequence[Sequence[str]]) -> list[str]:
    """The same, a line for each row."""
    lines = [f"    {', '.join(row)} = rows[{n}][{n}:]" for n, row in enumerate(rows[:-1])]
    last = len(rows) - 1
    return ["    rows = triangle.tolist()", *lines, f"    {rows[-1][0]} = rows[{last}][{last}]"]
