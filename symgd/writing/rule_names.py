"""The rules that a reader knows, by the names that people call them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable

from symgd.derivation.engine import PUT_BACK
from symgd.derivation.gradient import Step
from symgd.derivation.rules import RULES, UNCOVERED
from symgd.derivation.tidy import TIDY
from symgd.errors import DerivationError

_LEFT_OUT = re.compile(r"\b(rule|derivative of|the)\b")


def known_rules(known: Collection[str], steps: Iterable[Step]) -> frozenset[str]:
    """The full names of the rules called `known`: RULES, TIDY, and whatever else the derivation uses.

    Examples
    --------
    >>> from symgd.problem.problem import Problem
    >>> sorted(known_rules({"power", "Constant multiple"}, Problem("m*x + b").derive().steps))
    ['constant multiple rule', 'power rule']
    """
    if not known:
        return frozenset()
    used = [step.rule.name for step in steps]
    calculus = [rule.name for rule in (*RULES, UNCOVERED)]
    algebra = [rule.name for rule in (*TIDY, PUT_BACK)]
    names = tuple(dict.fromkeys([*calculus, *algebra, *used]))
    return frozenset(_found(name, names, tuple(dict.fromkeys(used))) for name in known)


def _found(name: str, names: Iterable[str], used: tuple[str, ...]) -> str:
    by_short = {_short(full): full for full in names}
    short = _short(name)
    if short in by_short:
        return by_short[short]
    close = difflib.get_close_matches(short, by_short, n=3)
    expected = " or ".join(f'"{by_short[match]}"' for match in close)
    raise DerivationError(
        f'there is no rule "{name}" that can be known',
        f"did you mean {expected}?" if close else f"this derivation uses {', '.join(used)}",
    )


def _short(name: str) -> str:
    """A rule's name without what people leave out: "power" for "power rule"."""
    plain = re.sub(r"[-_\s]+", " ", name.casefold())
    return " ".join(_LEFT_OUT.sub(" ", plain).split())
