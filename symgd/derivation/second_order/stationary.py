"""The stationary point: where every derivative is zero, solved step by step where the equations are linear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction as Rational
from typing import TYPE_CHECKING, Unpack

import sympy

from symgd import terms as nt
from symgd.budget import Budget, at_work, current
from symgd.derivation.checking.degrees import is_rational
from symgd.derivation.checking.point import Bindings, exact
from symgd.derivation.checking.values import Values
from symgd.derivation.gradient import Gradient
from symgd.derivation.recorder import StepRecorder, expect_passed
from symgd.derivation.result import Result
from symgd.derivation.second_order.elimination import Numbers, NumberSolver
from symgd.derivation.second_order.equations import (
    COMBINE,
    GATHER,
    KNOWN,
    MEANS,
    PUT_BACK,
    EquationBuilder,
    expansion,
)
from symgd.derivation.second_order.normal import (
    NormalEquation,
    coefficient,
    in_parameters,
    normal_equations,
)
from symgd.derivation.second_order.readable import readable
from symgd.errors import DerivationError
from symgd.registry.options import names_options
from symgd.writing.exposition import Chain, Chapter, Exposition
from symgd.writing.outline import Outline
from symgd.writing.reading import ReadingOptions
from symgd.writing.steps import Check, Step
from symgd.writing.words import Message, message

if TYPE_CHECKING:
    from symgd.data.columns import Data

SYMBOLIC = 2  # up to so many parameters the solution is written as a formula


@names_options
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
    count : str
        The name of the number of examples.
    settings : mapping of str to Fraction
        The numbers of the loss and the penalty, by their letters.
    short : mapping of str to Term
        By parameter: its formula in short names for the sums, with the parameters found before it.
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
    formulas: Mapping[str, nt.Term]
    conditions: tuple[nt.Term, ...]
    check: Check | None
    least: bool
    count: str
    settings: Mapping[str, Rational]
    short: Mapping[str, nt.Term]
    spread: nt.Equation | None = None
    numbers: Numbers | None = None

    def __repr__(self) -> str:
        names = ", ".join(row.name for row in self.rows)
        return f"Stationary({names}: {len(self.steps)} steps)"

    @property
    def equations(self) -> tuple[nt.Equation, ...]:
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

    def at(self, data: Data, *, budget: Budget | None = None) -> Stationary:
        """The same with numbers for the data: the sums worked out, and each parameter found.

        Parameters
        ----------
        data : table
            A mapping of names to columns, a frame, or the path of a CSV, with the names that the formula has.
        budget : Budget, optional
            Without it, 2000 steps and a minute.

        Raises
        ------
        DerivationError, DataError
            When the data leave many solutions, or cannot be used.

        Examples
        --------
        >>> from symgd import Problem
        >>> point = Problem("a*x + b").stationary().at({"x": [1, 2, 3], "y": [1.2, 1.8, 3.4]})
        >>> point.values
        {'a': Fraction(11, 10), 'b': Fraction(-1, 15)}
        """
        from symgd.data.columns import columns_from

        lines = (partial.last for partial in self.gradient.partials.values())
        parts = (part for line in lines for part in line.parts(definitions=True))
        names = tuple(dict.fromkeys(part.name for part in parts if isinstance(part, nt.Indexed)))
        columns = columns_from(names, [data], {})
        return self.with_columns({n: tuple(map(exact, columns[n])) for n in names}, budget)

    def with_columns(
        self, columns: Mapping[str, Sequence[Rational]], budget: Budget | None = None
    ) -> Stationary:
        """The same with exact numbers for the data."""
        recorder = StepRecorder(budget=budget or current())
        given = Values(Bindings.of_columns(columns, self.count, self.settings))
        solver = NumberSolver(self.rows, given, recorder)
        with recorder.limited(), at_work("solving with the numbers of the data"):
            numbers = solver.put_in(self.short) if self.short else solver.eliminated()
            if (cost := self.gradient.definition) and not is_rational(cost):  # it may be complex
                point = {**self.settings, **numbers.values}
                Values(Bindings.of_columns(columns, self.count, point)).expect_real(cost)
        return replace(self, numbers=numbers)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps after the gradient's."""
        return self.exposition.steps

    @property
    def exposition(self) -> Exposition:
        """Each derivative set to zero, the equations solved, and the numbers put in."""
        first = self.gradient
        told = []
        for row in self.rows:
            heading = message("Set {left} to zero", left=first[row.name].left)
            told.append(Chapter(heading, (row.chain,), (row.name,)))
        equations = tuple(Chain(None, row.equation, ()) for row in self.rows)
        if len(self.rows) > 1:
            more = message("From three parameters on, they are solved with numbers: give the data.")
            said = () if self.solved or self.numbers else (more,)
            heading = message("The normal equations")
            told.append(Chapter(heading, equations, tuple(first), said=said))
        told += self._formula_chapters()
        told += self.numbers.chapters if self.numbers else ()
        title = message("Stationary point of {function}", function=first.function)
        return Exposition(title, tuple(first), first.given, tuple(told), "stationary point")

    def outline(self, **reading: Unpack[ReadingOptions]) -> Outline:
        """The lines that such a reader gets, without fractions that nobody reads."""
        return readable(super().outline(**reading))

    def _formula_chapters(self) -> list[Chapter]:
        if not self.solved:
            return []
        chapters = [
            Chapter(message("Solve for {name}", name=nt.Symbol(name)), (chain,), (name,))
            for name, chain in self.solved.items()
        ]
        return [*chapters[:-1], replace(chapters[-1], check=self.check, said=self._said())]

    def _said(self) -> tuple[Message, ...]:
        only = (
            message("Where {conditions} is not zero, this is the only such point.")
            if len(self.conditions) == 1
            else message("Where none of {conditions} is zero, this is the only such point.")
        )
        said = [only.filled(conditions=self.conditions)]
        if self.least:
            said.append(message("The cost is a sum of squares, so its least value is there."))
        if self.spread is not None:
            column = next(part for part in self.spread.parts() if isinstance(part, nt.Indexed))
            same = message("{spread}, so it is zero only where all {column} are the same.")
            said.append(same.filled(spread=self.spread, column=column))
        return tuple(said)


def stationary(
    first: Gradient,
    count: str,
    *,
    least: bool,
    columns: Mapping[str, Sequence[Rational]] | None = None,
    settings: Mapping[str, Rational] | None = None,
    budget: Budget | None = None,
) -> Stationary:
    """Solve gradient = 0, with numbers where there are `columns` of data; see `Stationary` for the rest."""
    if any(not isinstance(partial.variable, nt.Symbol) for partial in first.partials.values()):
        raise DerivationError(
            "normal equations are solved for parameters that are numbers, and the model has a vector",
            "write its entries as parameters of their own",
        )
    recorder = StepRecorder(budget=budget or current())
    with recorder.limited(), at_work("solving the normal equations"):
        rows = normal_equations(first.partials, count, recorder)
        point = Stationary(first, rows, {}, {}, (), None, least, count, settings or {}, {})
        if len(rows) <= SYMBOLIC:
            solve = _one if len(rows) == 1 else _two
            point = _put_in(solve(point, recorder), recorder)
    return point if columns is None else point.with_columns(columns, budget)


def _one(point: Stationary, recorder: StepRecorder) -> Stationary:
    """a m = c, so m = c/a."""
    (row,) = point.rows
    name, (factor,) = row.name, row.coefficients
    _expect_not_zero(factor, point.rows, recorder)
    builder = EquationBuilder(row.equation, nt.Symbol(name), recorder)
    short = _divide(builder, factor)
    builder.becomes(PUT_BACK, builder.equation.written_out())
    return replace(
        point,
        solved={name: builder.chain},
        short={name: short},
        formulas={name: builder.equation.right},
        conditions=(factor,),
    )


def _two(point: Stationary, recorder: StepRecorder) -> Stationary:
    """The second parameter is eliminated, then found from the second equation."""
    first, second = point.rows
    left, right = nt.Symbol(first.name), nt.Symbol(second.name)
    p, q = second.coefficients[1], first.coefficients[1]
    builder = EquationBuilder(first.equation, left, recorder)
    above, below = first.equation, second.equation
    after = nt.Equation(
        nt.minus(_scaled(p, above.left), _scaled(q, below.left)),
        nt.minus(_scaled(p, above.right), _scaled(q, below.right)),
    )
    bindings = {"p": p, "q": q, "gone": right}
    builder.becomes(COMBINE, after, p, (nt.Negative(q), below), bindings=bindings)
    builder.tidy(expansion((left.name, right.name), point.count))
    products = _scaled(first.coefficients[0], p), _scaled(second.coefficients[0], q)
    _expect_not_zero(nt.minus(*products), point.rows, recorder)
    determinant = _collect(builder, left)
    short = _divide(builder, determinant)
    builder.becomes(PUT_BACK, builder.equation.written_out())
    formula = builder.equation.right
    other, other_short = _second(second, left, point.count, recorder)
    put_in = other.equation.right.substitute({left: formula})
    return replace(
        point,
        solved={first.name: builder.chain, second.name: other.chain},
        short={first.name: short, second.name: other_short},
        formulas={first.name: formula, second.name: put_in},
        conditions=(determinant,) if isinstance(p, nt.Symbol) else (determinant, p),
        spread=_spread(determinant, second, point.count, recorder),
    )


def _spread(
    determinant: nt.Term, row: NormalEquation, count: str, recorder: StepRecorder
) -> nt.Equation | None:
    """N S_xx − S_x² = N Σ (xᵢ − x̄)², where that is so."""
    total, last = row.coefficients
    column = _column(total)
    if column is None or last != nt.Symbol(count):
        return None
    assert isinstance(total, nt.Abbreviation)
    assert isinstance(total.definition, nt.BigSum)
    mean = nt.Abbreviation(f"{column}_bar", nt.Fraction(total, last))
    apart = nt.squared(nt.minus(total.definition.body, mean))
    squares = nt.Product((last, total.definition.rebuild((apart,))))
    same = recorder.equal(determinant, squares).passed
    return nt.Equation(determinant, squares) if same else None


def _second(
    row: NormalEquation, known: nt.Symbol, count: str, recorder: StepRecorder
) -> tuple[EquationBuilder, nt.Term]:
    """The other parameter, from its own equation, and what it is in short names."""
    variable, (coefficient, factor) = nt.Symbol(row.name), row.coefficients
    builder, constant = EquationBuilder(row.equation, variable, recorder), row.equation.right
    right = nt.sum_of((*nt.terms_of(constant), nt.Negative(_scaled(coefficient, known))))
    after = nt.Equation(_scaled(factor, variable), right)
    builder.becomes(KNOWN, after, bindings={"gone": known})
    short = _divide(builder, factor)
    means = _means(constant, coefficient, count=factor) if factor == nt.Symbol(count) else None
    if means is None:
        builder.becomes(PUT_BACK, builder.equation.written_out())
    else:
        above, below = means
        formula = nt.minus(above, nt.Product((known, below)))
        builder.becomes(MEANS, nt.Equation(variable, formula), introduced=means)
    return builder, short


def _means(*sums: nt.Term, count: nt.Term) -> tuple[nt.Abbreviation, ...] | None:
    """ȳ and x̄ for S_y and S_x; None where one is no sum of a column."""
    columns = tuple(map(_column, sums))
    if None in columns:
        return None
    pairs = zip(columns, sums, strict=True)
    return tuple(nt.Abbreviation(f"{name}_bar", nt.Fraction(term, count)) for name, term in pairs)


def _column(term: nt.Term) -> str | None:
    """The column that a short name is the sum of."""
    body = getattr(getattr(term, "definition", None), "body", None)
    return body.name if isinstance(body, nt.Indexed) else None


def _scaled(factor: nt.Term, term: nt.Term) -> nt.Term:
    if isinstance(term, nt.Negative):
        return nt.Negative(_scaled(factor, term.term))
    if factor == nt.number(1):
        return term
    if isinstance(factor, nt.Symbol) or isinstance(term, nt.Sum | nt.Abbreviation):
        return nt.multiplied((factor, term))
    return nt.multiplied((term, factor))


def _collect(builder: EquationBuilder, variable: nt.Symbol) -> nt.Term:
    """variable·(…) = …; answers what is in the parentheses."""
    line = builder.equation
    parts: list[nt.Term] = []
    for term in nt.terms_of(line.left):
        kept = coefficient(nt.unsigned(term), variable.name)
        assert kept is not None
        parts.append(nt.signed_as(term, kept))
    total = nt.sum_of(tuple(parts))
    if len(parts) > 1:
        builder.becomes(GATHER, nt.Equation(nt.Product((variable, total)), line.right))
    return total


def _divide(builder: EquationBuilder, factor: nt.Term) -> nt.Term:
    """variable = right/factor; answers the right side."""
    line, variable = builder.equation, builder.variable
    if line.left == variable:
        return line.right
    after = nt.Equation(variable, nt.Fraction(line.right, factor))
    builder.divide(after, factor)
    return after.right


def _expect_not_zero(term: nt.Term, rows: Sequence[NormalEquation], recorder: StepRecorder) -> None:
    if recorder.checker.vanishes(term):
        names = " and ".join(row.name for row in rows)
        parts = (part for row in rows for part in row.equation.parts(definitions=True))
        if not any(isinstance(part, nt.Indexed) for part in parts):
            cause = f"the equations for {names} have no solution, or many"
            raise DerivationError(cause, "find out where the function falls with descend")
        raise DerivationError(
            f"the equations for {names} say the same, whatever the data: many values are equally good",
            "leave out a parameter: the model does not need them all",
        )


def _put_in(point: Stationary, recorder: StepRecorder) -> Stationary:
    """The same with the check that the formulas make every derivative zero."""
    values: dict[nt.Term, nt.Term] = {
        nt.Symbol(name): nt.Abbreviation(name, term) for name, term in point.formulas.items()
    }
    for partial in point.gradient.partials.values():
        slope = in_parameters(partial.last, point.formulas).substitute(values)
        check = recorder.equal(slope, nt.number(0))
        untrue = f"the solution does not make the derivative by {partial.variable.name} zero"
        expect_passed(check, "the solution", untrue)
    remark = message("put into the gradient, which it makes zero")
    return replace(point, check=replace(check, remark=remark))
