"""The part of a generated module that summarises the data, and takes its steps from the summary alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import sympy

from symgd.codegen import layout, skeleton
from symgd.codegen.context import Context, Statements, unpacked, written_tuple
from symgd.codegen.program import Local
from symgd.codegen.separation import separate
from symgd.codegen.stable import exponentials_above, in_numpy
from symgd.codegen.sums import gathered
from symgd.derivation.calculus.from_sympy import term_from
from symgd.errors import GenerationError
from symgd.terms import Negative, Product, Sum, Term, is_number, number, sum_of, terms_of
from symgd.writing.formulas.text import text

UNROLLED = 5  # up to so many parts, a summary is written out in plain floats


@dataclass(frozen=True)
class SummarySource:
    """Writes the functions that make the summary and use it, from a separation as Terms."""

    context: Context
    linear: bool
    psi: tuple[Term, ...]
    phi: tuple[Term, ...]
    slopes: tuple[tuple[Term, ...], ...]  # of every psi, a row for each parameter
    rest: Term
    scale: Term

    @classmethod
    def of(cls, context: Context) -> Self | None:
        """The problem's, psi in the parameters' order where each is one; None where it does not separate in code."""
        found = separate(context.problem)
        if found is None:
            return None
        symbols = [sympy.Symbol(name) for name in found.parameters]
        parts = list(zip(found.psi, found.phi, *found.slopes, strict=True))
        if all(psi in symbols for psi, *_ in parts):
            parts.sort(key=lambda part: symbols.index(part[0]))
        try:
            psi, phi, *slopes = zip(*(map(_term, part) for part in parts), strict=True)
            rest, scale = map(_term, (found.rest, found.scale))
        except GenerationError:
            return None
        return cls(context, found.linear, psi, phi, tuple(slopes), rest, scale)

    def summarise(self) -> str:
        """The functions that make the summary and use it."""
        lines = Statements(self.context)
        for column, term in enumerate((*self.phi, self.rest)):
            lines.assign(f"table[:, {column}]", term)
        constants, statements = self.steps()
        return self.context.filled(
            skeleton.SUMMARY,
            why=layout.comment(self.why()),
            width=str(len(self.phi) + 1),
            parts=str(len(self.phi)),
            features="\n".join(lines.lines),
            constants="\n".join(constants),
            statements="\n".join(statements),
            cost="value",
            gradient=written_tuple(self.context.slopes),
        )

    def why(self) -> str:
        """Why the data may be summarised, and what the summary is."""
        products = [f"({text(a)})·({text(b)})" for a, b in zip(self.psi, self.phi, strict=True)]
        products = products if len(products) <= 8 else [*products[:8], "…"]
        residual = " + ".join([*products, f"({text(self.rest)})"])
        scale = text(gathered(self.scale))
        return (
            "Why no step needs the data again: the loss is the square of the residual, and the residual is a sum of "
            f"functions ψ of the parameters times functions φ of the data, {residual}. With these φ as the columns of a "
            f"matrix Φ, whose QR factorisation has the triangle R, the cost is {scale} ‖Φ ψ‖² = {scale} ‖R ψ‖². The ψ are "
            "taken as distances from an anchor, a least-squares fit, which keeps the digits that a small cost would lose."
        )

    def steps(self) -> tuple[list[str], list[str]]:
        """How cost and gradient come from the triangle: what is fixed, and the statements."""
        lines = Statements(self.context, "python")
        few = len(self.phi) <= UNROLLED
        constants, squares, pulls = self.unrolled(lines) if few else self.by_product(lines)
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
        size, name = len(self.phi), self.context.identifier
        every = range(size + 1)
        entries = [[self.context.local(f"r{row}{column}") for column in every] for row in every]
        anchors, distances, reached = (
            [self.context.local(f"{letter}{part}") for part in range(size)] for letter in "adt"
        )
        rows = [", ".join(["_"] * row + list(map(name, entries[row][row:]))) for row in range(size)]
        rows.append(f"*_, {name(entries[size][size])}")
        constants = [
            f"    {', '.join(f'({row})' for row in rows)} = triangle.tolist()",
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
        same = rows == np.eye(len(columns)).tolist()
        stretched = "triangle[:, :-1]" if same else f"triangle[:, :-1] @ np.array({rows})"
        psi = "np.array(point)" if same else f"np.array({rows}) @ np.array(point)"
        if any(constant):
            psi = f"{psi} + np.array({constant})"
        return self.context.filled(
            skeleton.SQUARES,
            scale=Statements(self.context).writer.text(gathered(self.scale)),
            distance=f"{psi} - anchor",
            stretched=stretched,
        )


def _term(expression: sympy.Expr) -> Term:
    term = term_from(expression)
    if term is None:
        raise GenerationError(f"there is no code for {expression}", "write the formula differently")
    return in_numpy(term.rewrite(exponentials_above))
