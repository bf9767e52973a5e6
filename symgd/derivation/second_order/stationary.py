"""The stationary point: where every derivative is zero, solved step by step where the equations are linear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction as Rational

import sympy

from symgd.derivation.checking.check import Checker
from symgd.derivation.gradient import Gradient
from symgd.derivation.result import Result
from symgd.derivation.second_order.chain import (
    COMBINE,
    DIVIDE,
    GATHER,
    PUT_BACK,
    ChainBuilder,
    expansion,
    rule,
)
from symgd.derivation.second_order.elimination import (
    Numbers,
    numbers_in_formulas,
    solve_with_numbers,
)
from symgd.derivation.second_order.figures import Figures
from symgd.derivation.second_order.normal import (
    NormalEquation,
    coefficient,
    normal_equations,
    written_out,
)
from symgd.errors import CheckFailed, DerivationError
from symgd.terms import (
    Abbreviation,
    BigSum,
    Equation,
    Fraction,
    Indexed,
    Negative,
    Power,
    Product,
    Sum,
    Symbol,
    Term,
    factors_of,
    number,
    product_of,
    sum_of,
    terms_of,
)
from symgd.writing.exposition import Chain, Chapter, Exposition, definitions
from symgd.writing.steps import Check, Step
from symgd.writing.words import Message, message

MEANS = rule(
    "means", "x̄ = (1/N) Σ xᵢ", "a sum over the examples, divided by their number, is a mean"
)
KNOWN = rule(
    "to the other side", "a + c = b ⟹ a = b − c", "{variable} stays on the left; {gone} is known"
)
SYMBOLIC = 2  # up to so many parameters the solution is written as a formula


@dataclass(frozen=True, repr=False)
class Stationary(Result):
    """Where the gradient is zero.

    Parameters
    ----------
    gradient : Gradient
    rows : tuple of NormalEquation
        The normal equations, one a parameter.
    solved : mapping of str to Chain
        By parameter, how its formula was found; empty for three parameters and more.
    formulas : mapping of str to Term
        By parameter: its value in sums over the data.
    conditions : tuple of Term
        The point is the only one where none of these is zero.
    check : Check or None
        The formulas put into the gradient.
    least : bool
        Whether the point is known to be the least value, the cost being a sum of squares.
    spread : Equation or None
        The condition as N Σ (xᵢ − x̄)², where it is that.
    numbers : Numbers or None
        The same with data.

    Examples
    --------
    >>> from symgd import Problem
    >>> point = Problem("a*x + b").stationary([1, 2, 3], [1.2, 1.8, 3.4])
    >>> point.values["a"], point.values["b"]
    (Fraction(11, 10), Fraction(-1, 15))
    """

    gradient: Gradient
    rows: tuple[NormalEquation, ...]
    solved: Mapping[str, Chain]
    formulas: Mapping[str, Term]
    conditions: tuple[Term, ...]
    check: Check | None
    least: bool
    spread: Equation | None = None
    numbers: Numbers | None = None

    def __repr__(self) -> str:
        names = ", ".join(row.name for row in self.rows)
        return f"Stationary({names}: {len(self.steps)} steps)"

    @property
    def equations(self) -> tuple[Equation, ...]:
        """The normal equations, in short names for the sums."""
        return tuple(row.equation for row in self.rows)

    @property
    def values(self) -> dict[str, Rational] | None:
        """With data: each parameter's value, as an exact fraction."""
        return None if self.numbers is None else dict(self.numbers.values)

    @property
    def result(self) -> dict[str, sympy.Expr] | None:
        """Each parameter as SymPy knows it: a number with data, else a formula, if there is one."""
        if self.numbers is not None:
            values = self.numbers.values.items()
            return {n: sympy.Rational(v.numerator, v.denominator) for n, v in values}
        return {name: term.value for name, term in self.formulas.items()} or None

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps after the gradient's."""
        return self.exposition.steps

    @property
    def exposition(self) -> Exposition:
        """Each derivative set to zero, the equations solved, and the numbers put in."""
        first = self.gradient
        lines = tuple(Equation(p.left, p.last) for p in first.partials.values())
        given = (*definitions(first.function, first.definition), *lines)
        told = [
            Chapter(
                message("Set {left} to zero", left=first[row.name].left),
                (row.chain,),
                (row.name,),
            )
            for row in self.rows
        ]
        equations = tuple(Chain(None, row.equation, ()) for row in self.rows)
        if len(self.rows) > 1:
            more = message("From three parameters on, they are solved with numbers: give the data.")
            said = () if self.solved or self.numbers else (more,)
            heading = message("The normal equations")
            told.append(Chapter(heading, equations, tuple(first), said=said))
        told += self._formula_chapters()
        told += self.numbers.chapters if self.numbers else ()
        title = message("Stationary point of {function}", function=first.function)
        return Exposition(title, tuple(first), given, tuple(told), kind="stationary point")

    def _formula_chapters(self) -> list[Chapter]:
        if not self.solved:
            return []
        chapters = [
            Chapter(message("Solve for {name}", name=Symbol(name)), (chain,), (name,))
            for name, chain in self.solved.items()
        ]
        last = chapters[-1]
        told = Chapter(last.heading, last.chains, last.names, check=self.check, said=self._said())
        return [*chapters[:-1], told]

    def _said(self) -> tuple[Message, ...]:
        only = (
            message("Where {conditions} is not zero, this is the only such point.")
            if len(self.conditions) == 1
            else message("Where none of {conditions} is zero, this is the only such point.")
        )
        said = [replace(only, parts={"conditions": self.conditions})]
        if self.least:
            said.append(message("The cost is a sum of squares, so its least value is there."))
        if self.spread is not None:
            said.append(
                message(
                    "{spread}, so it is zero only where all {column} are the same.",
                    spread=self.spread,
                    column=_first_column(self.spread),
                )
            )
        return tuple(said)


def stationary(
    first: Gradient,
    count: str,
    *,
    least: bool,
    columns: Mapping[str, Sequence[Rational]] | None = None,
    settings: Mapping[str, Rational] | None = None,
    checker: Checker | None = None,
) -> Stationary:
    """Solve gradient = 0.

    Parameters
    ----------
    first : Gradient
    count : str
        The name of the number of examples.
    least : bool
        Whether the cost is a sum of squares.
    columns : mapping of str to sequence of Fraction, optional
        The data; then the numbers are put in.
    settings : mapping of str to Fraction, optional
        The numbers of the loss and the penalty, by their letters.
    checker : Checker, optional

    Raises
    ------
    DerivationError
        Where the equations are not linear in the parameters, or have many solutions.
    """
    if any(not isinstance(partial.variable, Symbol) for partial in first.partials.values()):
        raise DerivationError(
            "normal equations are solved for parameters that are numbers, and the model has a vector",
            "write its entries as parameters of their own",
        )
    checker = checker or Checker()
    figures = None if columns is None else Figures(columns, count, settings)
    rows = normal_equations(first.partials, count, checker)
    if len(rows) > SYMBOLIC:
        numbers = None if figures is None else solve_with_numbers(rows, figures, checker)
        return Stationary(first, rows, {}, {}, (), None, least, None, numbers)
    return _in_letters(first, rows, count, least, figures, checker)


def _in_letters(
    first: Gradient,
    rows: tuple[NormalEquation, ...],
    count: str,
    least: bool,
    figures: Figures | None,
    checker: Checker,
) -> Stationary:
    """One or two parameters: formulas, and the numbers put into them."""
    found = _one(rows, checker) if len(rows) == 1 else _two(rows, count, checker)
    check = _put_in(first, found.formulas, checker)
    numbers = None if figures is None else numbers_in_formulas(rows, found.short, figures, checker)
    known = (found.chains, found.formulas, found.conditions)
    return Stationary(first, rows, *known, check, least, found.spread, numbers)


@dataclass(frozen=True)
class _Solved:
    """By parameter: how it was found, its formula in short names (with the parameters found before it), and in Σ."""

    chains: dict[str, Chain]
    short: dict[str, Term]
    formulas: dict[str, Term]
    conditions: tuple[Term, ...]
    spread: Equation | None = None


def _one(rows: Sequence[NormalEquation], checker: Checker) -> _Solved:
    """a m = c, so m = c/a."""
    (row,) = rows
    variable, (factor,) = Symbol(row.name), row.coefficients
    _expect_not_zero(factor, rows, checker)
    working = ChainBuilder(row.equation, variable, checker)
    short = _divide(working, factor, variable)
    formula = _put_back(working)
    name = row.name
    return _Solved({name: working.chain}, {name: short}, {name: formula}, (factor,))


def _two(rows: Sequence[NormalEquation], count: str, checker: Checker) -> _Solved:
    """The second parameter is eliminated, then found from the second equation."""
    first, second = rows
    left, right = Symbol(first.name), Symbol(second.name)
    p, q = second.coefficients[1], first.coefficients[1]
    working = ChainBuilder(first.equation, left, checker)
    above, below = first.equation, second.equation
    after = Equation(
        Sum((_scaled(p, above.left), Negative(_scaled(q, below.left)))),
        Sum((_scaled(p, above.right), Negative(_scaled(q, below.right)))),
    )
    combination = [(p, above), (Negative(q), below)]
    working.solve_by(COMBINE, after, combination, {"p": p, "q": q, "gone": right})
    working.tidy(expansion((left.name, right.name), count))
    _expect_not_zero(
        Sum((_scaled(first.coefficients[0], p), Negative(_scaled(second.coefficients[0], q)))),
        rows,
        checker,
    )
    determinant = _collect(working, left)
    short = _divide(working, determinant, left)
    formula = _put_back(working)
    other, other_short, other_formula = _second(second, left, right, count, checker)
    conditions = (determinant,) if isinstance(p, Symbol) else (determinant, p)
    put_in = other_formula.substitute({left: formula})
    return _Solved(
        {first.name: working.chain, second.name: other},
        {first.name: short, second.name: other_short},
        {first.name: formula, second.name: put_in},
        conditions,
        _spread(determinant, first, second, count, checker),
    )


def _spread(
    determinant: Term, first: NormalEquation, second: NormalEquation, count: str, checker: Checker
) -> Equation | None:
    """N S_xx − S_x² = N Σ (xᵢ − x̄)², where that is so."""
    total, last = second.coefficients
    column = _column(total)
    if column is None or last != Symbol(count):
        return None
    assert isinstance(total, Abbreviation)
    assert isinstance(total.definition, BigSum)
    mean = Abbreviation(f"{column}_bar", Fraction(total, last))
    apart = Power(Sum((total.definition.body, Negative(mean))), number(2))
    squares = Product((last, total.definition.rebuild((apart,))))
    same = checker.equal(determinant, squares).passed
    return Equation(determinant, squares) if same else None


def _first_column(term: Term) -> Term:
    return next(part for _, part in term.walk() if isinstance(part, Indexed))


def _second(
    row: NormalEquation, known: Symbol, variable: Symbol, count: str, checker: Checker
) -> tuple[Chain, Term, Term]:
    """The other parameter, from its own equation."""
    working = ChainBuilder(row.equation, variable, checker)
    coefficient, factor = row.coefficients
    away = _scaled(coefficient, known)
    after = Equation(_scaled(factor, variable), sum_of((*terms_of(row.constant), Negative(away))))
    working.solve_by(KNOWN, after, [(number(1), row.equation)], {"gone": known})
    short = _divide(working, factor, variable)
    means = _as_means(row.constant, coefficient, factor, known, count)
    if means is None:
        formula = _put_back(working)
        return working.chain, short, formula
    formula, introduced = means
    working.restate(MEANS, Equation(variable, formula), introduced=introduced)
    return working.chain, short, formula


def _as_means(
    constant: Term, coefficient: Term, factor: Term, known: Symbol, count: str
) -> tuple[Term, dict[str, Term]] | None:
    """ȳ − m x̄ for (S_y − m S_x)/N."""
    names = [_column(term) for term in (constant, coefficient)]
    if factor != Symbol(count) or None in names:
        return None
    means = [
        Abbreviation(f"{name}_bar", Fraction(term, factor))
        for name, term in zip(names, (constant, coefficient), strict=True)
    ]
    introduced: dict[str, Term] = {mean.name: Equation(mean, mean.definition) for mean in means}
    return Sum((means[0], Negative(Product((known, means[1]))))), introduced


def _column(term: Term) -> str | None:
    """The column that a short name is the sum of."""
    body = getattr(getattr(term, "definition", None), "body", None)
    return body.name if isinstance(body, Indexed) else None


def _scaled(factor: Term, term: Term) -> Term:
    if isinstance(term, Negative):
        return Negative(_scaled(factor, term.term))
    if factor == number(1):
        return term
    if isinstance(factor, Symbol) or isinstance(term, Sum | Abbreviation):
        return product_of((*factors_of(factor), *factors_of(term)))
    return product_of((*factors_of(term), *factors_of(factor)))


def _collect(working: ChainBuilder, variable: Symbol) -> Term:
    """variable·(…) = …; answers what is in the parentheses."""
    line = working.line
    assert isinstance(line, Equation)
    parts: list[Term] = []
    for term in terms_of(line.left):
        bare = term.term if isinstance(term, Negative) else term
        kept = coefficient(bare, variable.name)
        assert kept is not None
        parts.append(Negative(kept) if isinstance(term, Negative) else kept)
    total = sum_of(tuple(parts))
    if len(parts) > 1:
        working.restate(GATHER, Equation(Product((variable, total)), line.right))
    return total


def _divide(working: ChainBuilder, factor: Term, variable: Symbol) -> Term:
    """variable = right/factor; answers the right side."""
    line = working.line
    assert isinstance(line, Equation)
    if line.left == variable:
        return line.right
    after = Equation(variable, Fraction(line.right, factor))
    working.solve_by(DIVIDE, after, [(Fraction(number(1), factor), line)], {"c": factor})
    return after.right


def _put_back(working: ChainBuilder) -> Term:
    """The last line with Σ for the short names; answers its right side."""
    line = working.line
    assert isinstance(line, Equation)
    shorts: dict[Term, Term] = {
        part: part.definition for _, part in line.walk() if isinstance(part, Abbreviation)
    }
    after = line.substitute(shorts)
    assert isinstance(after, Equation)
    if after is not line:
        working.restate(PUT_BACK, after)
    return after.right


def _expect_not_zero(term: Term, rows: Sequence[NormalEquation], checker: Checker) -> None:
    if checker.equal(term, number(0)).passed:
        names = " and ".join(row.name for row in rows)
        raise DerivationError(
            f"the equations for {names} say the same, whatever the data: many values are equally good",
            "leave out a parameter: the model does not need them all",
        )


def _put_in(first: Gradient, formulas: Mapping[str, Term], checker: Checker) -> Check:
    """Whether the formulas make every derivative zero."""
    values: dict[Term, Term] = {
        Symbol(name): Abbreviation(name, term) for name, term in formulas.items()
    }
    check = None
    for partial in first.partials.values():
        check = checker.equal(
            written_out(partial.last, tuple(formulas)).substitute(values), number(0)
        )
        if not check.passed:
            raise CheckFailed(
                f"the solution does not make the derivative by {partial.variable.name} zero",
                "this is a fault of symgd: please report the formula",
            )
    assert check is not None
    return replace(check, remark=message("put into the gradient, which it makes zero"))
