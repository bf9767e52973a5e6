"""Options that a call does not take: named, with the one that was probably meant."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Collection, Iterable, Mapping

from symgd.errors import UnknownOption

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
MEANT = {word: option for option, words in ELSEWHERE.items() for word in words.split()}


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The option that was probably meant, None where nothing is near."""
    there = [*known]
    meant = MEANT.get(name.lower())
    if meant in there:
        return meant
    return next(iter(difflib.get_close_matches(name.lower()[:100], there, 1)), None)


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
