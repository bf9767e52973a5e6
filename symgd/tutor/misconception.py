"""Misconception: something that is often misunderstood, as a way of making the wrong line from the right one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from symgd.tutor.attempts import (
    Attempt,
    LocalRewrite,
    MalRule,
    Spoil,
    WrongLine,
    by_false_algebra,
    by_mal_rule,
)
from symgd.tutor.false_algebra import Slips


@dataclass(frozen=True)
class Misconception:
    """Something that is often misunderstood.

    Parameters
    ----------
    key : str
        A name for programs.
    name : str
        What teachers call it.
    explanation : str
        What went wrong; ``{variable}`` and the like stand for what `slips` say.
    remedy : str
        What to do.
    slips : callable
        Takes a WrongLine; answers the wrong lines that the misconception makes of it.
    rules : tuple of MalRule
        The spoilt rules behind it, if that is how it comes about; two of these may meet in one line.
    """

    key: str
    name: str
    explanation: str
    remedy: str
    slips: Slips
    rules: tuple[MalRule, ...] = ()

    def __getstate__(self) -> dict[str, object]:
        """A misconception travels with what it tells; what finds it stays behind."""
        return {**vars(self), "slips": _nothing, "rules": ()}

    def __deepcopy__(self, known: object) -> Self:
        return self  # it never changes


def _nothing(case: WrongLine) -> Iterable[Attempt]:
    return ()


def by_rules(
    key: str,
    name: str,
    explanation: str,
    remedy: str,
    *rules: tuple[str, Spoil],
    more: Slips | None = None,
    everywhere: bool = True,
) -> Misconception:
    made = tuple(MalRule(rule, spoil, everywhere) for rule, spoil in rules)
    from_rules = by_mal_rule(*made)

    def slips(case: WrongLine) -> Iterator[Attempt]:
        yield from more(case) if more is not None else ()
        yield from from_rules(case)

    return Misconception(key, name, explanation, remedy, slips, made)


def by_algebra(
    key: str, name: str, explanation: str, remedy: str, rewrite: LocalRewrite
) -> Misconception:
    return Misconception(key, name, explanation, remedy, by_false_algebra(rewrite))
