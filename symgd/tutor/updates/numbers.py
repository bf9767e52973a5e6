"""Small numbers that make a right formula of an update and a wrong one differ."""

from __future__ import annotations

import fractions
import itertools
from collections.abc import Iterator

import mpmath

from symgd import terms as nt
from symgd.derivation.checking.degrees import is_rational
from symgd.tutor.counterexample import Counterexample, value_at

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


def example_of(expected: nt.Term, written: nt.Term) -> Counterexample | None:
    """Numbers at which both have values that differ to be seen; None where there are none, or data would be needed."""
    partials = dict.fromkeys(
        p for t in (expected, written) for p in t.parts() if isinstance(p, nt.Partial)
    )
    put: dict[nt.Term, nt.Term] = {p: nt.Symbol(f"g_{p.variable.name}") for p in partials}
    right, wrong = (term.substitute(put) for term in (expected, written))
    parts = [p for term in (right, wrong) for p in term.parts()]
    if any(isinstance(p, nt.Indexed | nt.BigSum | nt.Partial) or _is_word(p) for p in parts):
        return None
    spare: Counterexample | None = None
    exact = is_rational(right) and is_rational(wrong)
    for numbers in _small(sorted(right.names | wrong.names)):
        left, other = value_at(right, numbers, exact), value_at(wrong, numbers, exact)
        if left is None or other is None or any(isinstance(v, mpmath.mpc) for v in (left, other)):
            continue
        scale = max(abs(left), abs(other))
        if abs(left - other) * 1000 > scale:
            found = Counterexample(numbers, left, other)
            if _SMALLEST < scale < _LARGEST:
                return found
            spare = spare or found
    return spare


def _is_word(part: nt.Term) -> bool:
    return isinstance(part, nt.Call) and part.function == "g"


def _small(names: list[str]) -> Iterator[dict[str, tuple[fractions.Fraction, ...]]]:
    for place, plain in enumerate(_PLAIN):
        values = itertools.cycle(plain)
        yield {
            name: (_BY_NAME[name][place] if name in _BY_NAME else fractions.Fraction(next(values)),)
            for name in names
        }
