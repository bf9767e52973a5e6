"""Names that are not known, options and others: the one that was probably meant is told first."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar

from symgd.errors import SymgdError, UnknownOption

# What people type who come from elsewhere, and what it is called here.
ELSEWHERE = {
    "learning_rate": "lr rate alpha eta gamma stepsize step_size learn_rate learningrate",
    "max_iter": "epochs n_epochs num_epochs n_iter num_iter iters iterations n_iterations maxiter max_iters "
    "max_iterations max_epochs steps n_steps num_steps max_steps",
    "tolerance": "tol eps epsilon xtol atol rtol",
    "gradient_tolerance": "gtol grad_tol gradient_tol",
    "cost_tolerance": "ftol cost_tol loss_tol",
    "start": "x0 p0 theta0 theta_0 init initial initial_guess guess begin",
    "progress": "callback verbose",
    "output": "out path file filename",
    "format": "fmt",
    "pace": "speed",
    "quality": "resolution",
    "derivative_style": "notation style",
    "detail": "details level verbosity",
    "language": "lang locale",
    "known": "rules skip hide",
}
FEW = 6  # so many are listed beside the one that was probably meant
Value = TypeVar("Value")
MEANT = {word: option for option, words in ELSEWHERE.items() for word in words.split()}


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The option that was probably meant, None where nothing is near."""
    there = [*known]
    meant = MEANT.get(name.lower())
    if meant in there:
        return meant
    return next(iter(difflib.get_close_matches(name.lower()[:100], there, 1)), None)


def instead_of(name: str, known: Collection[str], others: str = "") -> str:
    """The remedy for a name that is none of those `known`: the nearest of them, and all where they are few.

    Examples
    --------
    >>> instead_of("rige", ["ridge", "lasso"])
    'did you mean ridge? All are ridge, lasso'
    >>> instead_of("x", ["ridge", "lasso"], ", or a formula")
    'expected one of ridge, lasso, or a formula'
    """
    near = nearest(name, known)
    if near is None:
        return f"expected one of {', '.join(known)}{others}"
    few = 1 < len(known) <= FEW
    return f"did you mean {near}?" + few * f" All are {', '.join(known)}"


def declared(
    name: str,
    known: Mapping[str, Value],
    kind: str,
    error: type[SymgdError],
    others: str = "",
) -> Value:
    """What is declared under a name; an `error` that says what it is called where it is not known.

    Examples
    --------
    >>> declared("rige", {"ridge": 1}, "penalty", SymgdError)
    Traceback (most recent call last):
    symgd.errors.SymgdError: there is no penalty "rige"; did you mean ridge?
    """
    if name not in known:
        raise error(f'there is no {kind} "{name}"', instead_of(str(name), known, others))
    return known[name]


def options_of(call: Callable[..., object]) -> tuple[str, ...]:
    """What a call takes by name alone, as its signature says."""
    parameters = inspect.signature(call).parameters.values()
    return tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


def is_option(name: str, value: object, known: Iterable[str]) -> bool:
    """Whether a keyword was meant for an option, and not for a column of data."""
    plain = value is None or callable(value) or isinstance(value, str | Mapping)
    return plain or not hasattr(value, "__len__") or MEANT.get(name.lower()) in {*known}


def expect_options(given: Iterable[str], known: Collection[str], call: str) -> None:
    """Refuse options that a call does not take, with an UnknownOption that names the first and the nearest known one."""
    for name in given:
        if name not in known:
            near = nearest(name, known)
            there = f"its options are {', '.join(known)}" if known else "it takes columns alone"
            meant = f"did you mean {near}?" if near else there
            raise UnknownOption(f'{call} has no option "{name}"', meant)
