"""Options: names that are not known, where the one that was probably meant is told first, and values that are no yes or no."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache, lru_cache, wraps
from typing import Any, TypeVar

from symgd.errors import SymgdError, UnknownOption, parameter
from symgd.registry.near import near_names

Public = TypeVar("Public", bound=Callable[..., object])

# What people type who come from elsewhere, and what it is called here.
ELSEWHERE = {
    "learning_rate": "lr rate alpha eta gamma stepsize step_size learn_rate learningrate",
    "max_iter": "n_iter num_iter iters iterations n_iterations maxiter max_iters max_iterations "
    "steps n_steps num_steps max_steps",
    "epochs": "n_epochs num_epochs max_epochs",
    "batch_size": "batch batchsize minibatch minibatch_size",
    "standardise": "standardize normalise normalize",
    "seed": "random_state",
    "tolerance": "tol eps epsilon xtol atol rtol",
    "gradient_tolerance": "gtol grad_tol gradient_tol",
    "cost_tolerance": "ftol cost_tol loss_tol",
    "start": "x0 p0 theta0 theta_0 init initial initial_guess guess begin",
    "weights": "weight sample_weight sample_weights",
    "fixed": "fix constants",
    "bounds": "limits ranges",
    "tied": "ties constraints",
    "by": "group groups groupby",
    "test_size": "test_fraction test_share holdout",
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
# What is something else here, and what comes of it.
INSTEAD = dict.fromkeys(
    ["sigma", "sigmas", "yerr", "y_err", "dy", "errors", "uncertainty"],
    ("weights", "1/sigma**2 of each row"),
)
FEW = 6  # so many are listed beside the one that was probably meant
Value = TypeVar("Value")
MEANT = {word: option for option, words in ELSEWHERE.items() for word in words.split()}
MEANT |= {word: option for word, (option, _) in INSTEAD.items()}
_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The option that was probably meant, None where nothing is near."""
    there = [*known]
    meant = MEANT.get(name.lower())
    if meant in there:
        return meant
    return next(iter(near_names(name.lower(), there)), None)


def instead_of(name: str, known: Collection[str], others: str = "") -> str:
    """The remedy for a name that is none of those `known`: the nearest of them, and all where they are few.

    Examples
    --------
    >>> instead_of("rige", ["ridge", "lasso"])
    'did you mean ridge? All are ridge, lasso'
    >>> instead_of("x", ["ridge", "lasso"], ", or a formula")
    'expected one of ridge, lasso, or a formula'
    >>> instead_of("x", [])
    'leave it out: there is none'
    """
    if not known:
        return "leave it out: there is none"
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
    expect_known([name], known, kind, error, others)
    return known[name]


def expect_known(
    names: Iterable[str],
    known: Collection[str],
    kind: str,
    error: type[SymgdError],
    others: str = "",
) -> None:
    """Refuse a name that is none of those `known` with an `error` that says what it is called."""
    for name in names:
        if name not in known:
            raise error(f'there is no {kind} "{name}"', instead_of(str(name), known, others))


@lru_cache(maxsize=64)
def options_of(call: Callable[..., object]) -> tuple[str, ...]:
    """What a call takes by name, as its signature says; of ``**reading: Unpack[ReadingOptions]`` the keys."""
    names: list[str] = []
    for name, about in inspect.signature(call).parameters.items():
        kind = str(about.annotation)
        if about.kind is about.VAR_KEYWORD and kind.startswith("Unpack["):
            found: Any = inspect.unwrap(call)
            names += found.__globals__[kind[len("Unpack[") : -1]].__annotations__
        elif about.kind in _BY_NAME and name not in ("self", "cls"):
            names.append(name)
    return tuple(names)


def is_option(name: str, value: object, known: Iterable[str]) -> bool:
    """Whether a keyword was meant for an option, and not for a column of data."""
    plain = value is None or callable(value) or isinstance(value, str | Mapping)
    return plain or not hasattr(value, "__len__") or MEANT.get(name.lower()) in {*known}


def expect_options(given: Iterable[str], known: Collection[str], call: str) -> None:
    """Refuse options that a call does not take, with an UnknownOption that names the first and the nearest known one."""
    for name in given:
        if name not in known:
            near = nearest(name, known)
            there = f"its options are {', '.join(known)}" if known else "it has none"
            option, made_of = INSTEAD.get(name.lower(), ("", ""))
            asked = f"{near}, {made_of}" if near and near == option else near
            meant = f"did you mean {asked}?" if near else there
            raise UnknownOption(f'{call} has no option "{name}"', meant)


def names_options(public: Public) -> Public:
    """Decorates what users call, a function or a class with its methods: a keyword that it does not have is an UnknownOption.

    Python's own TypeError names inner classes, "Shown.text() got an unexpected keyword argument". It is looked at when it
    comes, and signatures, types and help stay as they are. What takes columns of data by name looks after its options
    itself. Everywhere an option that is declared a bool, or what is called, is that, or an UnknownOption too.

    Examples
    --------
    >>> from symgd import Problem
    >>> Problem("m*x + b", los="mae")
    Traceback (most recent call last):
    symgd.errors.UnknownOption: Problem has no option "los"; did you mean loss?
    >>> Problem("m*x + b").source(script="no")
    Traceback (most recent call last):
    symgd.errors.UnknownOption: script is 'no'; pass True or False
    """
    if not isinstance(public, type):
        named: Public = _naming(public)
        return named
    for name, part in [*vars(public).items()]:
        if name.startswith("_") and name != "__init__":
            continue
        if isinstance(part, classmethod):
            setattr(public, name, classmethod(_naming(part.__func__)))
        elif inspect.isfunction(part):
            setattr(public, name, _naming(part))
    return public


def _naming(call: Any) -> Any:
    notes = [*map(str, call.__annotations__.values())]
    any_name = call.__code__.co_flags & inspect.CO_VARKEYWORDS
    packed = any(note.startswith("Unpack[") for note in notes)
    if any_name and not packed:
        return _checking(call) if any(map(_kind_of, notes)) else call
    called = call.__qualname__.removesuffix(".__init__").rpartition(".")[2]

    @wraps(call)
    def told(*arguments: Any, **options: Any) -> Any:
        if options:
            expect_kinds(call, options)
        try:
            return call(*arguments, **options)
        except TypeError:
            try:
                expect_options(options, options_of(call), called)
            except UnknownOption as unknown:
                raise unknown from None
            raise

    return told


def _checking(call: Any) -> Any:
    @wraps(call)
    def checked(*arguments: Any, **options: Any) -> Any:
        expect_kinds(call, options)
        return call(*arguments, **options)

    return checked


def expect_kinds(call: Callable[..., object], options: dict[str, Any]) -> None:
    """Refuse an option that is meant to be yes or no, or to be called, and is not; bools of NumPy become Python's.

    Examples
    --------
    >>> def call(*, shuffle: bool, progress: Callable[[int], None] | None) -> None: ...
    >>> expect_kinds(call, {"shuffle": True, "progress": 3})
    Traceback (most recent call last):
    symgd.errors.UnknownOption: progress is 3; pass a function, or leave it out
    """
    for name, kind in _kinds(call).items():
        if name not in options:
            continue
        value = options[name]
        if kind == "bool":
            options[name] = yes_or_no(value, name)
        elif not (value is None or callable(value)):
            raise UnknownOption(
                f"{parameter(name)} is {value!r}", "pass a function, or leave it out"
            )


def yes_or_no(value: object, name: str) -> bool:
    """A bool, Python's or NumPy's; an UnknownOption for all else, and so for texts, which are true whatever they say.

    Examples
    --------
    >>> yes_or_no(True, "shuffle")
    True
    >>> yes_or_no("False", "shuffle")
    Traceback (most recent call last):
    symgd.errors.UnknownOption: shuffle is 'False'; pass True or False
    """
    if is_switch(value):
        return bool(value)
    raise UnknownOption(f"{parameter(name)} is {value!r}", "pass True or False")


_NUMPY = (("numpy", "bool_"), ("numpy", "bool"))  # as NumPy 1 and 2 call it


def is_switch(value: object) -> bool:
    """Whether a value is a bool, Python's or NumPy's."""
    return isinstance(value, bool) or (type(value).__module__, type(value).__name__) in _NUMPY


@cache
def _kinds(call: Callable[..., object]) -> Mapping[str, str]:
    """Which options of a call are yes or no, and which are called, as its signature says."""
    notes: dict[str, Any] = {}
    for name, note in call.__annotations__.items():
        packed = str(note).removeprefix("Unpack[") if str(note).startswith("Unpack[") else ""
        found: Any = inspect.unwrap(call)
        notes |= found.__globals__[packed[:-1]].__annotations__ if packed else {name: note}
    return {name: kind for name, note in notes.items() if (kind := _kind_of(note))}


def _kind_of(note: object) -> str:
    """Whether an annotation is that of a switch, "bool", or of what is called, "function"; empty for others."""
    said = (
        note
        if isinstance(note, str)
        else getattr(note, "__forward_arg__", getattr(note, "__name__", ""))
    )
    if said == "bool":
        return "bool"
    return "function" if said.startswith(("Callable[", "Progress", "Watch")) else ""
