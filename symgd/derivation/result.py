"""Result: what all derivations are to their readers."""

from __future__ import annotations

from symgd.derivation.algebra.tidy import TIDY
from symgd.derivation.calculus.rules import RULES, UNCOVERED
from symgd.writing.shown import Shown
from symgd.writing.steps import PUT_BACK, Law

_LAWS: tuple[Law, ...] = (*RULES, UNCOVERED, *TIDY, PUT_BACK)


class Result(Shown):
    """A derivation, made with the rules of calculus and of algebra."""

    rule_names = tuple(law.name for law in _LAWS)
