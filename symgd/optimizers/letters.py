"""The letters of an optimizer's source: λ is printed, and weight_decay is typed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from symgd import terms as nt
from symgd.errors import DescentError
from symgd.optimizers.rule import PARAMETERS_AFTER, THETA, UpdateRule
from symgd.optimizers.words import KNOWN
from symgd.parsing.formula import CONSTANT_NAMES
from symgd.parsing.tokens import spelled
from symgd.registry.registry import FrozenMap
from symgd.writing.exposition import Exposition
from symgd.writing.formulas.names import AFTER, UNBOUNDED
from symgd.writing.words import Message, message

_SHAPE = re.compile(rf"[A-Za-z]\w*({UNBOUNDED})?(\^[+-])?", re.ASCII)
_SIGNS = {"⁺": "^+", "⁻": "^-"}


def as_letter(given: str) -> str:
    """A letter as formulas have it.

    Examples
    --------
    >>> as_letter("λ"), as_letter("η⁺"), as_letter("ρ_∞")
    ('lambda', 'eta^+', 'rho_∞')
    """
    if not isinstance(given, str):
        cause = f"a letter is a text, not {type(given).__name__}"
        raise DescentError(cause, 'write one as in formulas, such as "lambda" or "eta^+"')
    sign = _SIGNS.get(given[-1:], "")
    plain = given[:-1] if sign else given
    return spelled(plain) + sign if plain else given


def expect_letters(letters: Mapping[str, str], rule: UpdateRule, settings: Collection[str]) -> None:
    """Refuse letters of what is no number of the rule, what is no letter, and what something else is called."""
    made = [name for name in rule.made if name != PARAMETERS_AFTER and rule.kinds[name] == "number"]
    numbers = {*settings, *(name.removesuffix(AFTER) for name in made)}
    names = {n.removesuffix(AFTER) for n in (*rule.used, *rule.made)} | {*settings}
    for name, letter in letters.items():
        if name not in numbers:
            cause = f'"{name}" is given a letter, and is no number of the update rule'
            known = ", ".join(sorted(numbers)) or "none"
            raise DescentError(cause, f"its numbers are {known}")
        if not _SHAPE.fullmatch(letter):
            cause = f'the letter of "{name}" is "{letter}"'
            raise DescentError(cause, 'write one as in formulas, such as "lambda" or "eta^+"')
        others = [*letters.values()]
        others.remove(letter)
        if letter in {*names, *KNOWN, *CONSTANT_NAMES, *others}:
            cause = f'the letter of "{name}" is "{letter}", which something else is called'
            raise DescentError(cause, "give it another letter")


def in_letters(letters: Mapping[str, str]) -> Mapping[nt.Term, nt.Term]:
    """What is put in the place of names, with a prime and without."""
    found: dict[nt.Term, nt.Term] = {}
    for name, letter in letters.items():
        for mark in ("", AFTER):
            found[nt.Symbol(name + mark)] = nt.Symbol(letter + mark)
    return found


def lettered(exposition: Exposition, letters: Mapping[str, str]) -> Exposition:
    """A page with letters in the place of names."""
    new = in_letters(letters)
    return exposition.map(lambda term: term.substitute(new)) if new else exposition


def shared(
    letters: Collection[tuple[Mapping[str, str], Collection[str]]],
) -> Mapping[str, str]:
    """The letters of several rules, each with all its names, on one page: those that mean no second thing there."""
    names = {name for _, own in letters for name in own}
    found: dict[str, str] = {}
    for mine, _ in letters:
        for name, letter in mine.items():
            if letter not in {*names, THETA} and letter not in found.values():
                found.setdefault(name, letter)
    return FrozenMap(found)


def typed(letters: Mapping[str, str]) -> Iterator[Message]:
    """What is typed for each letter."""
    for name, letter in letters.items():
        yield message("{letter} is typed {name}.", letter=nt.Symbol(letter), name=Message(name))
