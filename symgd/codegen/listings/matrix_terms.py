"""A model with a score as one of a single weight w and a single column X, and its lowered Terms put into matrices.

Laws
----
- w·X becomes X @ w, and a sum over the examples of X times others Xᵀ(the others): nothing else of the formula changes
- a penalty on the weights is one of w, entry by entry
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import sympy

from symgd import terms as nt
from symgd.codegen.expressions.expressions import NAME, POWER, PRODUCT, Code, ExpressionWriter
from symgd.codegen.listings.readable import MEAN
from symgd.codegen.program.program import Assignment, Local, Program, Total
from symgd.codegen.program.score import Score
from symgd.codegen.program.stable import in_numpy, named
from symgd.derivation.engine import derived_once
from symgd.parsing.formula import parse
from symgd.problem.problem import Problem
from symgd.writing.formulas.text import text

SCORES = Local("scores of the matrix", array=True)  # X @ w
LETTERS = "ZQUVKRSTHGDABCEFLMOPW"  # of which two stand for Xw and Xᵀ while a formula is written


@dataclass(frozen=True)
class Pulled(nt.Term, children=("body",)):
    """Xᵀ·body: the sum over the examples of a row of X times what they have."""

    body: nt.Term

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.Function("pulled")(self.body.value)


class ScoreWriter(ExpressionWriter):
    """Writes lowered Terms over matrices; `scores` are the names of X and w."""

    def __init__(
        self,
        name: Callable[[nt.Term], str],
        total: Callable[[ExpressionWriter, nt.Term], str],
        scores: tuple[str, str],
    ) -> None:
        super().__init__(name, total)
        self.scores = scores

    def code(self, term: nt.Term) -> Code:
        """`term` as Python, with what its neighbours must know of it."""
        if term == SCORES:
            return Code(" @ ".join(self.scores), PRODUCT)
        if isinstance(term, nt.Indexed) and term.name == self.scores[1]:
            return Code(self.scores[1], NAME)
        if isinstance(term, Pulled):
            return Code(f"{self.scores[0]}.T @ {self._wrapped(term.body, POWER)}", PRODUCT)
        return super().code(term)


@dataclass(frozen=True, eq=False)
class OfOne:
    """The problem of one weight and one column that stands for a wide one.

    Parameters
    ----------
    score : Score
        Of the wide problem, with the inputs for features.
    """

    score: Score

    @cached_property
    def names(self) -> tuple[str, str]:
        """Those of the matrix and of the vector of weights, which no other name of the problem is."""
        small, problem = self.score.small, self.score.problem
        taken = {*small.parameters, *small.columns[1:], *problem.letters.values()}
        taken |= {*problem.functions, *map(str, vars(problem.notation).values())}
        stems = {name.rstrip("0123456789_") for name in self.score.weights}
        stem = stems.pop() if len(stems) == 1 else ""
        options = (*filter(None, [stem]), "w", "weights", *(f"w_{n}" for n in range(2, 99)))
        weight = next(name for name in options if name not in taken)
        matrix = (name for name in ("X", *(f"X_{n}" for n in range(2, 99))))
        return next(name for name in matrix if name not in {*taken, weight}), weight

    @cached_property
    def problem(self) -> Problem:
        """The problem, without a penalty."""
        small, (matrix, weight) = self.score.small, self.names
        score, shift = nt.Symbol(small.inputs[0]), nt.Symbol(small.parameters[0])
        model = small.prediction.written_out()
        if not self.score.has_shift:
            model = model.rewrite(lambda term: without(term, shift))
        both = nt.Product((nt.Symbol(weight), nt.Symbol(matrix)))
        shifts = small.parameters[0 if self.score.has_shift else 1 :]
        return small.replace(
            model=f"{small.target} = {text(model.substitute({score: both}), ascii=True)}",
            parameters=[weight, *shifts],
            inputs=[matrix, *small.inputs[1:]],
        )

    @property
    def entry(self) -> nt.Indexed:
        """An entry of w."""
        return nt.Indexed(self.names[1], ("k" if self.problem.notation.index == "j" else "j",))

    # -- the penalty ----------------------------------------------------------------------------

    @property
    def penalised(self) -> list[nt.Term] | None:
        """What the penalty is on, w entry by entry; None where it is on some of the weights alone."""
        penalised, weights = {*self.score.problem.penalized}, {*self.score.weights}
        if penalised & weights and not penalised >= weights:
            return None
        others = [name for name in self.problem.parameters[1:] if name in penalised]
        each: list[nt.Term] = [self.entry] * bool(penalised & weights)
        return [*each, *map(nt.Symbol, others)]

    def penalty(self) -> nt.Term | None:
        """The penalty as it is written."""
        problem, rows = self.score.problem, []
        size = nt.number(len(self.score.weights))
        for factor, formula in problem.penalty.parts if problem.penalty else ():
            bodies = [self._of(parse(formula), on) for on in self.penalised or ()]
            sums = [
                nt.BigSum(body, self.entry.indices[0], size) if _is_each(body) else body
                for body in bodies
            ]
            rows.append(_times(self._lettered(parse(factor)), nt.sum_of(tuple(sums))))
        return nt.sum_of(tuple(rows)) if rows else None

    def penalty_slopes(self) -> Mapping[str, nt.Term]:
        """The penalty's derivatives, by w entry by entry; what it is not on has none."""
        rows: dict[str, list[nt.Term]] = {}
        problem, weight = self.score.problem, nt.Symbol("weight")
        for factor, formula in problem.penalty.parts if problem.penalty else ():
            whole = _times(self._lettered(parse(factor)), parse(formula))
            slope = derived_once(whole, whole, weight).last
            for on in self.penalised or ():
                [name] = on.names & {*self.problem.parameters}
                rows.setdefault(name, []).append(self._of(slope, on))
        return {name: nt.sum_of(tuple(slopes)) for name, slopes in rows.items()}

    def _of(self, term: nt.Term, on: nt.Term) -> nt.Term:
        return term.substitute({nt.Symbol("weight"): on})

    def _lettered(self, term: nt.Term) -> nt.Term:
        letters = self.score.problem.letters
        return term.substitute({nt.Symbol(n): nt.Symbol(letter) for n, letter in letters.items()})

    # -- into matrices --------------------------------------------------------------------------

    def in_matrices(self, program: Program) -> Program | None:
        """A readable program over X @ w and Xᵀ; None where the column stands in another way."""
        rows = [Assignment(p.local, self.scored(p.term)) for p in program.assignments]
        parts = {row.term.value: row.local for row in rows}
        results = []
        for term in program.results:
            pulled = self.scored(term).rewrite(lambda t: self._pulled(t, parts))
            results.append(pulled.rewrite(_over))
        made = Program((), tuple(rows), tuple(results))
        left = {name for term in (*(row.term for row in rows), *results) for name in term.names}
        return None if left & {*self.names} else in_use(made)

    def scored(self, term: nt.Term) -> nt.Term:
        """X @ w for every weight times the column."""
        return term.rewrite(self._scored)

    def _scored(self, term: nt.Term) -> nt.Term | None:
        """X @ w for the weight times the column."""
        matrix, weight = self.names
        if not isinstance(term, nt.Product):
            return None
        factors = [*term.factors]
        columns = [p for p in factors if isinstance(p, nt.Indexed) and p.name == matrix]
        if nt.Symbol(weight) not in factors or not columns:
            return None
        place = factors.index(nt.Symbol(weight))
        factors[place] = SCORES
        factors.remove(columns[0])
        return nt.product_of(tuple(factors))

    def _pulled(self, term: nt.Term, parts: Mapping[object, Local]) -> nt.Term | None:
        """Xᵀ(others) for a total or a mean of the column times others."""
        mean = isinstance(term, nt.Call) and term.declared is MEAN
        if not (mean or isinstance(term, Total)):
            return None
        body: nt.Term = term.children[0]
        rest = self.without_column(body)
        if rest is None:
            return None
        pulled = Pulled(parts.get(rest.value, rest))
        return nt.Fraction(pulled, nt.Symbol(self.problem.notation.count)) if mean else pulled

    def without_column(self, body: nt.Term) -> nt.Term | None:
        """What the column is multiplied by; None where it is no factor."""
        match body:
            case nt.Indexed(name=name) if name == self.names[0]:
                return None  # the sum of a column alone has no vector to be multiplied with
            case nt.Negative():
                rest = self.without_column(body.term)
                return None if rest is None else nt.Negative(rest)
            case nt.Fraction():
                rest = self.without_column(body.numerator)
                return None if rest is None else nt.Fraction(rest, body.denominator)
            case nt.Product(factors=factors):
                others = [f for f in factors if not self._is_column(f)]
                if len(others) == len(factors) - 1:
                    return nt.product_of(tuple(others))
        return None

    def _is_column(self, term: nt.Term) -> bool:
        return isinstance(term, nt.Indexed) and term.name == self.names[0]

    # -- formulas -------------------------------------------------------------------------------

    def written(self, term: nt.Term) -> str:
        """A formula over Xw and Xᵀ."""
        plain = text(term)
        scores, pull = [letter for letter in LETTERS if letter not in plain][:2]
        matrix, weight = self.names
        whole = term.rewrite(lambda part: self._shown(part, scores)).rewrite(
            lambda part: self._shown_pull(part, scores, pull)
        )
        whole = whole.rewrite(_flat)
        every, size = self.entry.indices[0], nt.number(len(self.score.weights))
        bounds = text(nt.BigSum(self.entry, every, size)).removesuffix(text(self.entry)).strip()
        index = text(nt.Indexed(scores, (self.problem.notation.index,)))[1:]
        both = f"{text(nt.Symbol(matrix))} {text(nt.Symbol(weight))}"
        said = text(whole).replace(bounds, text(nt.Indexed("Σ", (every,))))
        said = said.replace(f"{scores}{index}", f"({both}){index}")
        said = said.replace(f"{pull} (", f"{matrix}ᵀ(").replace(f"{pull}·(", f"{matrix}ᵀ(")
        return said.replace(scores, both).replace(pull, f"{matrix}ᵀ")

    def _shown(self, term: nt.Term, scores: str) -> nt.Term | None:
        matrix, weight = self.names
        factors = [*term.factors] if isinstance(term, nt.Product) else []
        column = next((f for f in factors if self._is_column(f)), None)
        plain = nt.Symbol(matrix) in factors  # of a model, which stands for every example
        if nt.Symbol(weight) not in factors or not (column or plain):
            return None
        factors.remove(column or nt.Symbol(matrix))
        index = (self.problem.notation.index,)
        shown = nt.Indexed(scores, index) if column else nt.Symbol(scores)
        factors[factors.index(nt.Symbol(weight))] = shown
        return nt.product_of(tuple(factors))

    def _shown_pull(self, term: nt.Term, scores: str, pull: str) -> nt.Term | None:
        if not isinstance(term, nt.BigSum):
            return None
        body = term.body
        rest = self.without_column(body)
        if rest is None:
            return None
        factors = [*nt.factors_of(rest)]
        if sum(bool(factor.names & {*self.problem.columns, scores}) for factor in factors) > 1:
            return None
        entries: dict[nt.Term, nt.Term] = {
            part: _whole(part)
            for part in rest.parts(definitions=True)
            if isinstance(part, nt.Indexed | nt.Abbreviation) and part.indices
        }
        return nt.product_of((nt.Symbol(pull), rest.substitute(entries)))


def in_code(term: nt.Term) -> nt.Term:
    """A penalty, or a slope of it, in forms of the code."""
    return in_numpy(named(term.rewrite(_totalled)))


def _totalled(term: nt.Term) -> nt.Term | None:
    return Total(term.body) if isinstance(term, nt.BigSum) else None


def _flat(term: nt.Term) -> nt.Term | None:
    """A product without products in it."""
    if isinstance(term, nt.Product) and any(isinstance(f, nt.Product) for f in term.factors):
        return nt.product_of(tuple(part for f in term.factors for part in nt.factors_of(f)))
    return None


def _whole(part: nt.Term) -> nt.Term:
    """A column's entry as the column."""
    assert isinstance(part, nt.Indexed | nt.Abbreviation)
    return nt.Symbol(part.name)


def _is_each(term: nt.Term) -> bool:
    return any(isinstance(part, nt.Indexed) for part in term.parts())


def _times(factor: nt.Term, body: nt.Term) -> nt.Term:
    return nt.product_of((*nt.factors_of(factor), *nt.factors_of(body)))


def without(term: nt.Term, shift: nt.Symbol) -> nt.Term | None:
    """A sum without the shift that no parameter is."""
    if not isinstance(term, nt.Sum) or shift not in term.terms:
        return None
    return nt.sum_of(tuple(part for part in term.terms if part != shift))


def _over(term: nt.Term) -> nt.Term | None:
    """2·(Xᵀr/N) as 2·Xᵀr/N."""
    match term:
        case nt.Product(factors=(*factors, nt.Fraction(numerator=Pulled() as pulled) as last)):
            return nt.Fraction(nt.product_of((*factors, pulled)), last.denominator)
        case nt.Negative(term=nt.Fraction(numerator=above) as inner) if any(
            isinstance(part, Pulled) for part in nt.factors_of(above)
        ):
            return nt.Fraction(nt.Negative(above), inner.denominator)
    return None


def in_use(program: Program) -> Program:
    """A program without the parts that nothing is made of."""
    parts: Sequence[Assignment] = program.assignments
    for row in reversed(program.assignments):
        terms = (*(part.term for part in parts), *program.results)
        if not any(row.local in term.parts() for term in terms):
            parts = [part for part in parts if part is not row]
    return Program((), tuple(parts), program.results)
