"""Small numbers that make a right formula of an update and a wrong one differ."""

from __future__ import annotations

import fractions
import itertools
from collections.abc import Collection, Iterator, Mapping

import mpmath

from symgd import terms as nt
from symgd.derivation.checking.degrees import is_rational
from symgd.tutor.counterexample import Counterexample, Numbers, value_at

_SMALLEST, _LARGEST = 0.001, 10_000
_HALF, _TENTH = fractions.Fraction(1, 2), fractions.Fraction(1, 10)
_BY_NAME = {
    **dict.fromkeys(("alpha", "eta", "lr", "learning_rate"), (_TENTH, _HALF)),
    **dict.fromkeys(("beta", "rho", "mu", "gamma", "beta1"), (fractions.Fraction(9, 10), _HALF)),
    **dict.fromkeys(("beta2",), (fractions.Fraction(4, 5), _HALF)),
    **dict.fromkeys(("epsilon", "eps", "delta"), (_TENTH, fractions.Fraction(1))),
    **dict.fromkeys(("weight_decay", "lambda"), (_TENTH, _HALF)),
    "t": (fractions.Fraction(2), fractions.Fraction(3)),
}
_PLAIN = ((4, 1, 3, 2, 5), (2, 3, 1, 4, 7))


def example_of(
    expected: nt.Term, written: nt.Term, made: Mapping[str, nt.Term] | None = None
) -> Counterexample | None:
    """Numbers at which both have values that differ to be seen; None where there are none, or data would be needed.

    What `made` gives names comes to what its formulas do at these numbers.
    """
    right, wrong = map(_with_letters, (expected, written))
    if not (_is_plain(right) and _is_plain(wrong)):
        return None
    known = _in_order(right.names | wrong.names, made or {})
    for name, term in reversed(known.items()):
        right, wrong = (each.substitute({nt.Symbol(name): term}) for each in (right, wrong))
    spare: Counterexample | None = None
    exact = is_rational(right) and is_rational(wrong)
    free = {n for term in (right, wrong, *known.values()) for n in term.names} - {*known}
    for numbers in _small(sorted(free)):
        left, other = value_at(right, numbers, exact), value_at(wrong, numbers, exact)
        if left is None or other is None or any(isinstance(v, mpmath.mpc) for v in (left, other)):
            continue
        shown = _worked_out(known, numbers)
        if shown is None:
            continue
        scale = max(abs(left), abs(other))
        if abs(left - other) * 1000 > scale:
            found = Counterexample(shown, left, other)
            if _SMALLEST < scale < _LARGEST:
                return found
            spare = spare or found
    return spare


def _with_letters(term: nt.Term) -> nt.Term:
    """A Term with a letter for each derivative."""
    partials = dict.fromkeys(p for p in term.parts() if isinstance(p, nt.Partial))
    return term.substitute({p: nt.Symbol(f"g_{p.variable.name}") for p in partials})


def _is_plain(term: nt.Term) -> bool:
    """Whether numbers for its letters are all that a Term needs."""
    data = (nt.Indexed, nt.BigSum, nt.Partial)
    return not any(isinstance(p, data) or _is_word(p) for p in term.parts())


def _in_order(used: Collection[str], made: Mapping[str, nt.Term]) -> dict[str, nt.Term]:
    """Those of `made` that are used, by way of others too, each behind what it reads."""
    found: dict[str, nt.Term] = {}
    begun: set[str] = set()

    def add(name: str) -> None:
        if name in begun or name not in made:
            return
        begun.add(name)
        term = _with_letters(made[name])
        if not _is_plain(term):
            return
        for other in sorted(term.names):
            add(other)
        if all(other in found or other not in made for other in term.names & begun):
            found[name] = term

    for name in sorted(used):
        add(name)
    return found


def _worked_out(made: Mapping[str, nt.Term], numbers: Numbers) -> Numbers | None:
    """The numbers, and those that formulas make of them; None where one has no value."""
    found = dict(numbers)
    count: dict[nt.Term, nt.Term] = {}  # a power of t is rational where t is a number
    if "t" in numbers:
        count[nt.Symbol("t")] = nt.number(int(numbers["t"][0]))
    full: dict[nt.Term, nt.Term] = {**count}
    for name, term in made.items():
        whole = full[nt.Symbol(name)] = term.substitute(full)
        value = value_at(whole, numbers, is_rational(whole))
        if value is None or isinstance(value, mpmath.mpc):
            return None
        found[name] = (value if isinstance(value, fractions.Fraction) else float(value),)
    return found


def _is_word(part: nt.Term) -> bool:
    return isinstance(part, nt.Call) and part.function == "g"


def _small(names: list[str]) -> Iterator[dict[str, tuple[fractions.Fraction, ...]]]:
    for place, plain in enumerate(_PLAIN):
        values = itertools.cycle(plain)
        yield {
            name: (_BY_NAME[name][place] if name in _BY_NAME else fractions.Fraction(next(values)),)
            for name in names
        }
