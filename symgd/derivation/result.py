"""Result: what all derivations are to their readers."""

from __future__ import annotations

from symgd.derivation.algebra.tidy import TIDY
from symgd.derivation.calculus.rules import RULES, UNCOVERED
from symgd.writing.shown import Shown
from symgd.writing.steps import PUT_BACK


class Result(Shown):
    """A derivation, made with the rules of calculus and of algebra."""

    @property
    def rule_names(self) -> tuple[str, ...]:
        """The rules that a reader may be said to know, beside those that are used."""
        return (
            *(rule.name for rule in RULES),
            UNCOVERED.name,
            *(rule.name for rule in TIDY),
            PUT_BACK.name,
        )
