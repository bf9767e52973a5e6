"""The letters of optimizers that are filmed together: none means two things; nothing here needs Manim.

Laws
----
- a letter that is a parameter's too is another; so is that of a memory of gradients that is elsewhere one of their squares
- what is divided inside a fraction has the letter of what is divided, with a hat
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from symgd.animations.comparing.race_memory import kept_of
from symgd.optimizers.optimizer import Optimizer
from symgd.terms import Fraction, Symbol, Term
from symgd.writing.formulas.names import AFTER, HAT

OTHERS = ("q", "r", "w", "z", "k", "h", "l", "o")  # for those that are taken
STEP_NUMBER = "t"


def letters_of(
    optimizer: Optimizer, others: Iterable[Optimizer], parameters: Sequence[str]
) -> Mapping[str, str]:
    """What is written for the names of an optimizer's rule, beside others and a model."""
    rule = optimizer.rule
    own = {name.removesuffix(AFTER) for name in (*rule.used, *rule.made)}
    letters = dict(optimizer.letters)
    squares = {name for each in others for name, (_, squared) in kept_of(each).items() if squared}
    sums = {name for name, (_, squared) in kept_of(optimizer).items() if not squared}
    taken = {*parameters, *own, *letters.values(), *squares}
    for name in sorted(own):
        if letters.get(name, name) in parameters or (name in sums and name in squares):
            free = ("u", *OTHERS) if name in squares else OTHERS
            letters[name] = next(other for other in free if other not in taken)
            taken.add(letters[name])
    return letters


def corrected(term: Term) -> list[Term]:
    """The parts of a statement that are a state divided by what depends on the step's number."""
    return [*dict.fromkeys(part for _, part in term.walk() if _is_corrected(part))]


def hatted(part: Term) -> Symbol:
    """The letter of such a part."""
    if not isinstance(part, Fraction) or not isinstance(part.numerator, Symbol):
        raise TypeError(f"no state is divided in {part!r}")
    return Symbol(part.numerator.name.removesuffix(AFTER) + HAT)


def _is_corrected(part: Term) -> bool:
    if not isinstance(part, Fraction) or not isinstance(part.numerator, Symbol):
        return False
    return part.numerator.name.endswith(AFTER) and STEP_NUMBER in part.denominator.names
