"""False algebra: ways of going wrong that are no mal-rule of calculus.

Some work on the whole case, the others, at the end, on one part of a line.
"""

from __future__ import annotations

import fractions
from collections.abc import Iterable, Iterator

from symgd import terms as nt
from symgd.parsing.formula import parse
from symgd.terms.calculus import by_letter
from symgd.tutor.counterexample import small_numbers, value_at
from symgd.tutor.misconception import Attempt, AttemptMaker, WrongLine, finished
from symgd.tutor.transcript import rate_in
from symgd.tutor.vocabulary import LEARNING_RATES

# What a cost of another convention is a multiple of ours by.
_CONVENTIONS = ("N", "2*N", "N/2", "1/2", "2", "1/N", "1/(2*N)")


def _each_left_out(parts: tuple[nt.Term, ...]) -> Iterator[tuple[nt.Term, tuple[nt.Term, ...]]]:
    """Each of the parts, and the others."""
    for index, part in enumerate(parts):
        yield part, (*parts[:index], *parts[index + 1 :])


def partial_dropped(case: WrongLine) -> Iterator[Attempt]:
    """A derivative that stood as a factor has vanished."""
    for path, part in case.before.walk():
        factors = part.factors if isinstance(part, nt.Product) else ()
        for factor, rest in _each_left_out(factors):
            if isinstance(factor, nt.Partial) and not isinstance(factor.variable, nt.Abbreviation):
                dropped = case.before.replace(path, nt.product_of(rest))
                said = {"u": factor.body, "g": factor.body, "variable": factor.variable}
                yield Attempt(finished(dropped), said)


# Names and sums over the examples


def _others(case: WrongLine) -> list[nt.Symbol]:
    """The other parameters."""
    named = case.exercise.vocabulary.variables
    return [v for v in named if v != case.variable and isinstance(v, nt.Symbol)]


def other_zero(case: WrongLine) -> Iterator[Attempt]:
    others = _others(case)
    groups = [[other] for other in others] + ([others] if len(others) > 1 else [])
    for group in groups:
        zeros: dict[nt.Term, nt.Term] = {other: nt.number(0) for other in group}
        for line in dict.fromkeys((case.before, case.right)):
            yield Attempt(finished(line.substitute(zeros)), {"other": group[0]})


def other_variable(case: WrongLine) -> Iterator[Attempt]:
    for other in _others(case):
        line = by_letter(case.before, {case.variable.name}, other)
        yield Attempt(finished(line), {"other": other})


def data_derived(case: WrongLine) -> Iterator[Attempt]:
    """Derived by x, as in school, where x is data."""
    start = case.exercise.truth.get(case.variable.name)
    learned = {v.name for v in case.exercise.vocabulary.variables}
    parts = start.body.parts() if start else ()
    columns = [p for p in parts if isinstance(p, nt.Indexed) and p.name not in learned]
    for column in dict.fromkeys(columns):
        letter = nt.Symbol(f"{column.name}__")
        line = nt.Partial(start.body.substitute({column: letter}), letter) if start else letter
        yield Attempt(finished(line).substitute({letter: column}), {"other": column})


def sums_dropped(case: WrongLine) -> Iterator[Attempt]:
    for line in dict.fromkeys((finished(case.before), case.right)):
        dropped = line.rewrite(lambda part: part.body if isinstance(part, nt.BigSum) else None)
        if dropped is not line:
            yield Attempt(dropped)


def one_example(case: WrongLine) -> Iterator[Attempt]:
    """The Σ and the 1/N dropped: what is true of one example's loss."""
    for attempt in sums_dropped(case):
        for count, _ in case.exercise.vocabulary.bounds.values():
            yield Attempt(nt.Product((count, attempt.term)))


def pulled_out(part: nt.Term) -> Iterator[Attempt]:
    """Σ x_i a_i as x_i Σ a_i."""
    if isinstance(part, nt.BigSum):
        for factor, rest in _each_left_out(nt.factors_of(part.body)):
            if part.index in factor.names and rest:
                summed = part.rebuild((nt.product_of(rest),))
                yield Attempt(nt.Product((factor, summed)), {"f": factor})


def sum_of_product(part: nt.Term) -> Iterator[Attempt]:
    """Σ a_i b_i as Σ a_i · Σ b_i."""
    if not isinstance(part, nt.BigSum):
        return
    factors = nt.factors_of(part.body)
    bound = [factor for factor in factors if part.index in factor.names]
    if len(bound) > 1:
        free = [factor for factor in factors if part.index not in factor.names]
        yield Attempt(nt.Product((*free, *(part.rebuild((factor,)) for factor in bound))))


def sum_of_constant(part: nt.Term) -> Iterator[Attempt]:
    """Σ c as c, in a sum of terms or alone."""
    if not isinstance(part, nt.BigSum):
        return
    terms = nt.terms_of(part.body)
    free = [term for term in terms if part.index not in term.names]
    bound = tuple(term for term in terms if part.index in term.names)
    if free:
        rest = (part.rebuild((nt.sum_of(bound),)),) if bound else ()
        yield Attempt(nt.sum_of((*rest, *free)), {"c": nt.sum_of(tuple(free))})


def residual_turned(case: WrongLine) -> Iterator[Attempt]:
    """The wrong sign, where the student wrote the residual the other way round."""
    if case.turned:
        yield Attempt(nt.Negative(case.right))


def set_to_zero(case: WrongLine) -> Iterator[Attempt]:
    """The derivative, and = 0 after it; a derivative that is a number is not set to anything."""
    is_step = not case.right.names.isdisjoint(LEARNING_RATES)
    if case.right.names and not is_step:
        yield Attempt(nt.number(0), {"right": case.right})


# Factors of the whole


def scaled(factor: str) -> AttemptMaker:
    """What is right times a factor, in which N is a number of examples."""
    law = parse(factor, constants=())

    def attempts(case: WrongLine) -> Iterator[Attempt]:
        counts = [count for count, _ in case.exercise.vocabulary.bounds.values()]
        for count in counts if law.names else [nt.number(1)]:
            times = law.substitute({nt.Symbol("N"): count})
            said = {"factor": times, "count": count, "right": case.right}
            yield Attempt(nt.Product((times, case.right)), said)

    return attempts


def rate_inside(case: WrongLine) -> Iterator[Attempt]:
    for name in case.written.names.intersection(LEARNING_RATES):
        rate = nt.Symbol(name)
        times = nt.Product((rate, case.right))
        yield Attempt(times, {"rate": rate})
        yield Attempt(nt.Negative(times), {"rate": rate})


def step_at_rate(wrong: str) -> AttemptMaker:
    """A step of gradient descent with another rate in the place of r, the right one."""
    law = parse(wrong)

    def attempts(case: WrongLine) -> Iterator[Attempt]:
        is_step = isinstance(case.right, nt.Sum) and case.variable == case.right.terms[0]
        rate = rate_in(case.right) if is_step else None
        if rate is not None:
            instead = law.substitute({nt.Symbol("r"): rate})
            yield Attempt(case.right.substitute({rate: instead}), {"rate": rate})

    return attempts


def wrong_number(case: WrongLine) -> Iterator[Attempt]:
    """A multiple of what is right, as 16x⁴ is of 15x⁴."""
    for numbers in small_numbers(case.exercise, case.right.names | case.written.names):
        right, written = (value_at(term, numbers) for term in (case.right, case.written))
        if isinstance(right, fractions.Fraction) and isinstance(written, fractions.Fraction):
            if right * written > 0:
                ratio = nt.Number(written / right)
                yield Attempt(nt.Product((ratio, case.right)), {"ratio": ratio})
            return


def another_cost(case: WrongLine) -> Iterator[Attempt]:
    """1/(2N) Σ or Σ alone in the place of 1/N Σ, and so on."""
    if case.before == case.exercise.body and case.exercise.vocabulary.bounds:
        for factor in _CONVENTIONS:
            yield from scaled(factor)(case)


def penalty_lost(case: WrongLine) -> Iterator[Attempt]:
    """The losses alone derived, where a penalty on the parameters is added to them."""
    body = case.exercise.body
    if not isinstance(body, nt.Sum) or not isinstance(case.variable, nt.Symbol | nt.Indexed):
        return
    vocabulary = case.exercise.vocabulary
    data = vocabulary.columns.keys() - {v.name for v in vocabulary.variables}
    losses = tuple(term for term in body.terms if not data.isdisjoint(term.names))
    penalty = tuple(term for term in body.terms if data.isdisjoint(term.names))
    if losses and penalty:
        start = nt.Partial(nt.sum_of(losses), case.variable)
        yield Attempt(finished(start), {"penalty": nt.sum_of(penalty)})


# Weights of the examples


def weights_counted(case: WrongLine) -> Iterator[Attempt]:
    """1/N in the place of 1/Σw."""
    for line in _worked_out(case):
        sums = [part for part in line.parts() if _is_weights_sum(case, part)]
        for part in dict.fromkeys(sums):
            assert isinstance(part, nt.BigSum)
            said = {"sum": part, "count": part.upper}
            yield Attempt(line.substitute({part: part.upper}), said)


def weights_lost(case: WrongLine) -> Iterator[Attempt]:
    """Every example counted alike: everywhere, or all but in the divisor."""

    def alike(part: nt.Term) -> nt.Term:
        if _is_weights_sum(case, part):
            assert isinstance(part, nt.BigSum)
            return part.upper
        return nt.number(1) if _is_weight(case, part) else part.map(alike)

    def below_kept(part: nt.Term) -> nt.Term:
        if _is_weights_sum(case, part):
            return part
        return nt.number(1) if _is_weight(case, part) else part.map(below_kept)

    for line in _worked_out(case):
        weight = next((part for part in line.parts() if _is_weight(case, part)), None)
        if weight is not None:
            for attempt in dict.fromkeys((alike(line), below_kept(line))):
                yield Attempt(attempt, {"weight": weight})


def _worked_out(case: WrongLine) -> Iterable[nt.Term]:
    """What is right, and what comes of the line before; nothing where no example has a weight."""
    lines = (case.right, finished(case.before)) if case.exercise.weights else ()
    return dict.fromkeys(lines)


def _is_weight(case: WrongLine, part: nt.Term) -> bool:
    return isinstance(part, nt.Indexed) and part.name == case.exercise.weights


def _is_weights_sum(case: WrongLine, part: nt.Term) -> bool:
    return isinstance(part, nt.BigSum) and _is_weight(case, part.body)


# False algebra


def first_sign_only(part: nt.Term) -> Iterator[Attempt]:
    """−(a + b) as −a + b."""
    if isinstance(part, nt.Negative) and isinstance(part.term, nt.Sum):
        first, *rest = part.term.terms
        yield Attempt(nt.Sum((nt.Negative(first), *rest)), {"body": part.term})


def first_term_multiplied(part: nt.Term) -> Iterator[Attempt]:
    """c·(a + b) as c·a + b."""
    if not isinstance(part, nt.Product):
        return
    for factor, others in _each_left_out(part.factors):
        if isinstance(factor, nt.Sum):
            first, *rest = factor.terms
            said = {"c": nt.product_of(others), "body": factor}
            yield Attempt(nt.Sum((nt.Product((*others, first)), *rest)), said)


def power_of_terms(part: nt.Term) -> Iterator[Attempt]:
    """(a + b)² as a² + b²."""
    if isinstance(part, nt.Power) and isinstance(part.base, nt.Sum):
        terms = (nt.signed_as(t, nt.Power(nt.unsigned(t), part.exponent)) for t in part.base.terms)
        yield Attempt(nt.Sum(tuple(terms)), {"body": part})


def power_lost(part: nt.Term) -> Iterator[Attempt]:
    if isinstance(part, nt.Power):
        yield Attempt(part.base, {"body": part})


def term_lost(part: nt.Term) -> Iterator[Attempt]:
    if isinstance(part, nt.Sum):
        for term, rest in _each_left_out(part.terms):
            yield Attempt(nt.sum_of(rest), {"f": nt.unsigned(term)})


def factor_dropped(part: nt.Term) -> Iterator[Attempt]:
    if isinstance(part, nt.Product):
        for factor, rest in _each_left_out(part.factors):
            yield Attempt(nt.product_of(rest), {"f": factor})


def sign_changed(part: nt.Term) -> Iterator[Attempt]:
    if isinstance(part, nt.Sum):
        for index, term in enumerate(part.terms):
            yield Attempt(part.replace((index,), nt.negated(term)), {"f": nt.unsigned(term)})
