"""Ways: how a descent is asked to walk, other than along the whole gradient of all parameters as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from symgd.errors import DescentError, either, parameter
from symgd.optimize.asked import expect_parameters, whole_number
from symgd.optimize.descent_options import DescentOptions, Hold, Order
from symgd.parsing.tokens import as_spelled
from symgd.problem.problem import Problem
from symgd.registry.options import is_switch

ABOUT_ROWS = ("batch_size", "epochs", "replacement", "shuffle", "seed", "standardise")
System: TypeAlias = Literal["own", "standardised", "exact"]


@dataclass(frozen=True)
class Ways:
    """How a descent walks.

    Parameters
    ----------
    batch_size : int, optional
        Rows that a step looks at; all of them without it.
    replacement, shuffle, seed
        How rows are drawn; see `symgd.optimize.batches`.
    epochs : int, optional
        Passes over the data, at most.
    order : tuple of str
        The parameters that move one after the other; empty where all move together.
    held : tuple of str
        The parameters that do not move.
    system : {"own", "standardised", "exact"}
        The coordinates that the steps are made in.
    """

    batch_size: int | None = None
    replacement: bool = False
    shuffle: bool = True
    seed: int = 0
    epochs: int | None = None
    order: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    system: System = "own"

    def measured(self, steps_given: bool) -> str:
        """The option that says how long the walk is."""
        by_epochs = self.epochs is not None or (self.batch_size is not None and not steps_given)
        return "epochs" if by_epochs else "max_iter"

    @property
    def options(self) -> dict[str, object]:
        """The same as keywords of a descent."""
        return {
            "batch_size": self.batch_size,
            "replacement": self.replacement,
            "shuffle": self.shuffle,
            "seed": self.seed,
            "alternate": self.order,
            "hold": self.held,
            "standardise": self.system == "standardised",
            "coordinates": "exact" if self.system == "exact" else None,
        }


def ways_of(problem: Problem, options: DescentOptions) -> Ways:
    """What was asked, checked."""
    held = _names(problem, "hold", options.hold)
    moving = tuple(name for name in problem.parameters if name not in held)
    if not moving:
        raise DescentError(f"{parameter('hold')} keeps every parameter", "leave one to move")
    if not problem.has_examples:
        _expect_no_rows(options)
    size, epochs = options.batch_size, options.epochs
    size = None if size is None else whole_number(size, "batch_size", 1)
    replacement, shuffle = options.replacement, options.shuffle
    if size is None and (replacement or not shuffle):
        asked = parameter("replacement") if replacement else "shuffle=False"
        rows = parameter("batch_size", "1")
        raise DescentError(f"{asked} is about batches, and there are none", f"pass {rows} as well")
    if replacement and not shuffle:
        cause = "shuffle=False keeps the rows' order, and with replacement they have none"
        raise DescentError(cause, "pass one of the two")
    order = _order(problem, options.alternate, moving)
    system = _system(options.standardise, options.coordinates)
    if order and system != "own":
        cause = f"{parameter('alternate')} moves the parameters themselves, and {system} coordinates mix them"
        raise DescentError(cause, "pass one of the two")
    return Ways(
        size,
        replacement,
        shuffle,
        whole_number(options.seed, "seed"),
        None if epochs is None else whole_number(epochs, "epochs"),
        order,
        held,
        system,
    )


def _expect_no_rows(options: DescentOptions) -> None:
    """Refuse what is about rows of data, where there are none."""
    plain = DescentOptions()
    for name in ABOUT_ROWS:
        if getattr(options, name) == getattr(plain, name) or name == "seed":  # which is never None
            continue
        cause = f"{parameter(name)} is about rows of data, and this function has none"
        steps = parameter("max_iter")
        remedy = (
            f"leave it out; {steps} says how many steps" if name == "epochs" else "leave it out"
        )
        raise DescentError(cause, remedy)


def _names(problem: Problem, option: str, given: Hold) -> tuple[str, ...]:
    """Parameters' names, in the order in which they are given."""
    try:
        names = as_spelled((given,) if isinstance(given, str) else given)
    except TypeError as error:
        expected = ", ".join(problem.parameters)
        cause = f"{parameter(option)} is {given!r}"
        raise DescentError(cause, f"pass names of parameters: {expected}") from error
    expect_parameters(option, names, problem.parameters)
    for place, name in enumerate(names):
        if name in names[:place]:
            raise DescentError(f'{parameter(option)} names "{name}" twice', "name it once")
    return names


def _order(problem: Problem, alternate: Order, moving: tuple[str, ...]) -> tuple[str, ...]:
    """The parameters in the order in which they move one after the other; none where all move together."""
    if isinstance(alternate, bool) or is_switch(alternate):
        return moving if alternate else ()
    assert not isinstance(alternate, bool)
    if isinstance(alternate, tuple | list) and not alternate:
        return ()
    names = _names(problem, "alternate", alternate)
    if {*names} != {*moving}:
        left = [name for name in moving if name not in names] or [
            name for name in names if name not in moving
        ]
        cause = f"{parameter('alternate')} is about the parameters that move, {', '.join(moving)}"
        hold = either(f'hold=["{left[0]}"]', f"--hold {left[0]}")
        wrong = f"name {left[0]} as well, or keep it with {hold}"
        raise DescentError(cause, wrong if left[0] in moving else f"leave out {left[0]}")
    return names


def _system(standardise: bool, coordinates: str | None) -> System:
    """The coordinates that were asked for."""
    if coordinates is None:
        return "standardised" if standardise else "own"
    if coordinates != "exact":
        remedy = either('pass coordinates="exact", or standardise=True', "pass --coordinates exact")
        raise DescentError(f"{parameter('coordinates')} is {coordinates!r}", remedy)
    if standardise:
        cause = (
            f"{parameter('coordinates', 'exact')} and {parameter('standardise')} are two systems"
        )
        raise DescentError(cause, "pass one of the two")
    return "exact"
