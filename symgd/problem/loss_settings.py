"""Settings: the numbers of losses and penalties, their letters, and a loss's formula with both read into it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from itertools import chain

from symgd.errors import ProblemError, either
from symgd.parsing.formula import parse
from symgd.problem.losses import Loss, Penalty, Setting
from symgd.problem.settings import expect_fitting
from symgd.registry.options import declared
from symgd.registry.registry import FrozenMap
from symgd.terms import Symbol, Term

_CLASSES = ("k", "K")  # the index and the count of a formula over several scores
# How a model of several scores is written in Python, and on the command line.
_SCORES = either(
    'Problem(["a*x", "b*x"], ..., target=["y1", "y2"])',
    '"a*x, b*x" --target y1,y2, or in symgd fit --y y1 --y y2',
)


def found_loss(loss: str | Loss, losses: Mapping[str, Loss], settings: Mapping[str, float]) -> Loss:
    """The loss that is asked for: by its name, or the reader's own formula."""
    if isinstance(loss, Loss):
        return loss
    named = {
        **losses,
        **{a: known for known in losses.values() for a in known.aliases if a not in losses},
    }
    if loss in named or re.fullmatch(r"\w+", str(loss)):
        formula = ', or a formula such as "(prediction - target)^4"'
        return declared(loss, named, "loss", ProblemError, formula)
    names = parse(str(loss)).names
    used = tuple(
        Setting(name, value, "", "given") for name, value in settings.items() if name in names
    )
    return Loss(
        "custom", "the given loss", str(loss), "mean", "as given", "the user", settings=used
    )


def expect_as_many_scores(loss: Loss, count: int) -> None:
    """The loss is for as many scores as the model has."""
    if count > 1 and not loss.several:
        raise ProblemError(
            f"the model has {count} formulas, and the loss {loss.name} compares one prediction with one target",
            "use categorical_cross_entropy, or a model of one formula",
        )
    if loss.several and count == 1:
        cause = f"the loss {loss.name} compares several scores, and the model is one formula"
        raise ProblemError(cause, f"write one for each class, {_SCORES}")


def found_penalty(
    penalty: str | Penalty | None, penalties: Mapping[str, Penalty]
) -> Penalty | None:
    """The penalty that is asked for."""
    if penalty is None or isinstance(penalty, Penalty):
        return penalty
    return declared(penalty, penalties, "penalty", ProblemError)


def setting_values(settings: Iterable[Setting], given: Mapping[str, float]) -> Mapping[str, float]:
    """Each setting's number: the given one, or its default; ProblemError for one that is none or cannot be so."""
    declared = {setting.name: setting for setting in settings}
    for name, value in given.items():
        if name not in declared:
            known = ", ".join(declared) or "none"
            cause = f'"{name}" is not a setting of this loss and penalty'
            raise ProblemError(cause, f"its settings are {known}")
        expect_fitting(declared[name], value, ProblemError)
    return FrozenMap(
        {name: float(given.get(name, setting.default)) for name, setting in declared.items()}
    )


def setting_letters(names: Iterable[str], used: Collection[str]) -> Mapping[str, str]:
    """What each setting is called where the model has names of its own: its name, or its name with a 0."""
    found: dict[str, str] = {}
    for name in names:
        candidates = chain((name,), (f"{name}_{number}" for number in range(10_000)))
        found[name] = next(c for c in candidates if c not in used and c not in found.values())
    return FrozenMap(found)


@lru_cache(maxsize=64)
def _read(formula: str) -> Term:
    return parse(formula)


def loss_formula(
    loss: Loss, target: str, used: Collection[str], letters: Mapping[str, str]
) -> Term:
    """One example's loss in `prediction`, `target` and the settings' letters.

    A reader's own formula may have the short names p and y, or the target's own; ProblemError refuses a name that means
    nothing, or two things.
    """
    term = _read(loss.formula)
    short = {"p": "prediction", "y": "target", target: "target"}
    meant = {name: Symbol(letter) for name, letter in letters.items()}
    for name, long in short.items():
        if name not in term.names or name in meant:
            continue
        if name in used and name != target:
            cause = f'"{name}" in the loss "{loss.formula}" is a name in the model too'
            raise ProblemError(cause, f"write {long} in the loss")
        meant[name] = Symbol(long)
    known = {"prediction", "target", *meant, *(_CLASSES if loss.several else ())}
    strange = sorted(term.names - known)
    if strange:
        raise ProblemError(
            f'the loss "{loss.formula}" has the name "{strange[0]}"',
            f"write it in `prediction` and `target`, or p and y, and give other names a number {either('in settings', 'with --set')}",
        )
    written = term.substitute({Symbol(name): symbol for name, symbol in meant.items()})
    if "prediction" not in written.names:
        remedy = 'write it in `prediction` and `target`, such as "(prediction - target)^4"'
        raise ProblemError(f'the loss "{loss.formula}" does not depend on the prediction', remedy)
    return written
