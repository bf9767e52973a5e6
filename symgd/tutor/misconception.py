"""Misconception: something that is often misunderstood, as a way of making the wrong line from the right one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from symgd.terms import Partial, Term
from symgd.tutor.attempts import Case, Slip, SpoiltRule, by_false_algebra, by_spoilt_rule
from symgd.tutor.false_algebra import Slips
from symgd.writing.steps import Rewritten


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
        Takes a Case; answers the wrong lines that the misconception makes of it.
    rules : tuple of SpoiltRule
        The spoilt rules behind it, if that is how it comes about; two of these may meet in one line.
    """

    key: str
    name: str
    explanation: str
    remedy: str
    slips: Slips
    rules: tuple[SpoiltRule, ...] = ()


def by_rules(
    key: str,
    name: str,
    explanation: str,
    remedy: str,
    *rules: tuple[str, Callable[[Partial, Rewritten], Term | None]],
    more: Slips | None = None,
    everywhere: bool = True,
) -> Misconception:
    made = tuple(SpoiltRule(rule, spoil, everywhere) for rule, spoil in rules)
    from_rules = by_spoilt_rule(*made)

    def slips(case: Case) -> Iterator[Slip]:
        yield from more(case) if more is not None else ()
        yield from from_rules(case)

    return Misconception(key, name, explanation, remedy, slips, made)


def by_algebra(
    key: str, name: str, explanation: str, remedy: str, rewrite: Callable[[Term], Iterable[Slip]]
) -> Misconception:
    return Misconception(key, name, explanation, remedy, by_false_algebra(rewrite))
