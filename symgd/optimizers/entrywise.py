"""Entrywise: optimizers whose statements are formulas of numbers alone, for each parameter by itself."""

from __future__ import annotations

from symgd import terms as nt
from symgd.errors import DerivationError
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.words import WORDS

WRITTEN_OUT = ("dot", "norm")  # of two vectors, and of one: a sum over the parameters


def is_entrywise(optimizer: Optimizer) -> bool:
    """Whether each statement is a formula of numbers alone."""
    return not _asked(optimizer)


def expect_entrywise(optimizer: Optimizer) -> None:
    """Refuse what is no formula of numbers alone."""
    asked = _asked(optimizer)
    if asked:
        cause = f"{optimizer.name} asks for {asked[0]}, which is no formula of these numbers"
        raise DerivationError(cause, "its steps are worked out by descend")


def _asked(optimizer: Optimizer) -> list[str]:
    rule = optimizer.rule
    words = [w for w, word in WORDS.items() if not word.entrywise and w not in (*WRITTEN_OUT, "g")]
    asked = [word for word in (*words, "H", "Jac", "r", "I") if rule.calls(word)]
    ahead = any(calls(statement.term, "g") for statement in rule.statements)
    return [*asked, *(["the gradient elsewhere"] if ahead else [])]


def calls(term: nt.Term, word: str) -> bool:
    """Whether a word is called anywhere in a Term."""
    return any(isinstance(part, nt.Call) and part.function == word for part in term.parts())
