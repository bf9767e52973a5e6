"""Checkpoints: a walk in a file, from which it goes on after whatever ended it, to the last bit.

Laws
----
- the file is written beside its place and renamed: nobody ever sees half of one
- it holds numbers and JSON, no code: it is never evaluated
- it says of which problem, data and options it is; a walk of others is refused, with what differs
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns
from symgd.errors import DescentError, either, for_command_line, parameter
from symgd.files import replacing
from symgd.optimize.onward import Onward
from symgd.optimize.ruled import RuleStanding
from symgd.optimizers.optimizers import GRADIENT_DESCENT, OPTIMIZERS
from symgd.optimizers.schedules import SCHEDULES
from symgd.problem.problem import Problem
from symgd.writing.formulas.text import text

FORM = "symgd checkpoint 1"
SECONDS = 10.0  # between two, where nobody says how many steps
SHARE = 20  # writing takes no more than one part in so many of the time
# Names in the file that are no options.
OF_ITS_OWN = ("problem", "data")


def identity(problem: Problem, columns: Columns, options: Mapping[str, Any]) -> dict[str, Any]:
    """What a checkpoint is of, in plain values."""
    digest = hashlib.sha256()
    for name in problem.columns:
        digest.update(np.ascontiguousarray(columns[name]).tobytes())
    written = [text(equation, ascii=True) for equation in problem.equations]
    settings = {name: float(value) for name, value in problem.settings.items()}
    roles = [problem.parameters, problem.inputs, problem.targets]
    told = [written, [*map(list, roles)], settings, problem.loss.reduction]
    return {
        "form": FORM,
        "problem": json.dumps(told),
        "data": f"{len(columns)} rows, {digest.hexdigest()}",
        **options,
    }


@dataclass
class Checkpoint:
    """A file that a walk is kept in.

    Parameters
    ----------
    path : str or path
    every : int or None
        Steps between two; without it, about ten seconds.
    of : mapping
        The `identity` of the walk.
    """

    path: str | os.PathLike[str]
    every: int | None
    of: Mapping[str, Any]

    def __post_init__(self) -> None:
        self.due = time.monotonic() + SECONDS

    def is_due(self, step: int) -> bool:
        """Whether to write before this step."""
        if self.every is not None:
            return step > 0 and step % self.every == 0
        return time.monotonic() >= self.due

    def write(self, onward: Onward) -> None:
        """Put it into its place.

        Raises
        ------
        OutputError
            When the file cannot be written.
        """
        began = time.monotonic()
        head = {
            "of": dict(self.of),
            "route": onward.route,
            "rate": onward.rate,
            "step": onward.step,
            "stride": onward.stride,
            "moves": onward.moves,
            "watch": [*map(float, onward.watch)],
        }
        last = () if onward.last is None else onward.last
        rule = {} if onward.rule is None else _rule_arrays(onward.rule)
        with replacing(self.path) as beside, beside.open("wb") as file:
            np.savez(
                file,
                head=np.frombuffer(json.dumps(head).encode(), dtype=np.uint8),
                values=np.array(onward.values, dtype=np.float64),
                last=np.array(last, dtype=np.float64),
                rows=onward.rows,
                **rule,
            )
        ended = time.monotonic()
        self.due = ended + max(SECONDS, SHARE * (ended - began))

    def read(self) -> Onward | None:
        """Where the walk stood; None where there is no file yet.

        Raises
        ------
        DescentError
            For a file that is none, or is of another problem, data or options.
        """
        if not os.path.exists(self.path):
            return None
        where = os.fspath(self.path)
        try:
            with open(self.path, "rb") as there, np.load(there, allow_pickle=False) as file:
                head = json.loads(file["head"].tobytes())
                onward = _read(head, *(file[name] for name in ("values", "last", "rows")))
                onward = replace(onward, rule=_rule(file, len(onward.rows)))
        except OSError as error:
            cause = f"{where} cannot be read ({(error.strerror or str(error)).lower()})"
            raise DescentError(cause, f"name another file for {parameter('checkpoint')}") from error
        except (
            KeyError,
            TypeError,
            ValueError,
            OverflowError,
            EOFError,
            zipfile.BadZipFile,
        ) as error:
            cause = f"{where} is no checkpoint of a descent"
            raise DescentError(cause, "name another file, or remove this one") from error
        self._expect_same(head["of"])
        return onward

    def _expect_same(self, found: Mapping[str, Any]) -> None:
        """Refuse the walk of another problem, other data or options."""
        wanted = json.loads(json.dumps(dict(self.of)))
        for name in dict.fromkeys((*OF_ITS_OWN, *wanted, *found)):
            there, asked = found.get(name), wanted.get(name)
            if there == asked:
                continue
            where, away = os.fspath(self.path), "remove it to begin anew, or name another file"
            other = "another problem" if name == "problem" else "other data"
            if name in OF_ITS_OWN:
                raise DescentError(f"the checkpoint {where} is of {other}", away)
            there, asked = _apart(there, asked)
            cause = f"the checkpoint {where} is of a descent with {_said(name, there)}, not {_said(name, asked)}"
            raise DescentError(
                cause, f"pass the same {parameter(_OPTIONS.get(name, name))}, {away}"
            )


# What a checkpoint calls otherwise than the options do.
_OPTIONS = {"schedule_settings": "optimizer_settings"}
_DECLARED: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "optimizer": (OPTIMIZERS, GRADIENT_DESCENT.name),
    "schedule": (SCHEDULES, "constant"),
}


def _apart(one: Any, other: Any) -> tuple[Any, Any]:
    """Two settings by name without those that are the same in both."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return one, other
    left = {name for name in {*one, *other} if one.get(name) != other.get(name)}
    return tuple({name: v for name, v in each.items() if name in left} for each in (one, other))  # type: ignore[return-value]  # two of them


def _said(name: str, value: Any) -> str:
    """An option with its value, as Python and the command line have it."""
    option = _OPTIONS.get(name, name)
    if name in _DECLARED:
        known, without = _DECLARED[name]
        named = (each for each, made in known.items() if made.formula == value)
        said = without if value is None else next(named, value)
        return parameter(option, f'"{said}"')
    if isinstance(value, dict) and value:
        flag = "--set" if option == "optimizer_settings" else f"--{option}"
        pairs = " ".join(f"{flag} {key}={number}" for key, number in value.items())
        return either(f"{option}={value}", pairs)
    if isinstance(value, list) and value:
        return either(
            f"{option}={value}",
            f"{for_command_line(parameter(option))} {','.join(map(str, value))}",
        )
    if value is None or isinstance(value, bool | dict | list):
        flag = for_command_line(parameter(option))
        return either(f"{option}={value}", flag if value else f"no {flag}")
    return parameter(option, str(value))


def _rule_arrays(rule: RuleStanding) -> dict[str, Any]:
    """What an update rule remembers, as arrays of the file."""
    told = {"told": np.array(rule.told, dtype=np.float64), "beside": rule.rows}
    state = {f"state_{number}": part for number, part in enumerate(rule.state)}
    return {**told, **state, "most": np.array([rule.last])}


def _rule(file: Mapping[str, Any], rows: int) -> RuleStanding | None:
    """The same read; ValueError where that is not what the file holds."""
    if "beside" not in file:
        return None
    told, beside = file["told"], file["beside"]
    if beside.dtype != np.float64 or beside.shape != (rows, len(told) + 2):
        raise ValueError("no rows of a rule")
    state = tuple(
        file[name]
        for name in sorted(file, key=lambda name: (len(name), name))
        if name.startswith("state_")
    )
    if any(part.dtype != np.float64 for part in state):
        raise ValueError("nothing that a rule remembers")
    return RuleStanding(state, tuple(map(float, told)), beside, int(file["most"][0]))


def _read(
    head: Mapping[str, Any], values: FloatArray, last: FloatArray, rows: FloatArray
) -> Onward:
    """Where the walk stood; KeyError, TypeError or ValueError where that is not what the file holds."""
    lowest, step, planned, short = map(float, head["watch"])
    if rows.ndim != 2 or rows.dtype != np.float64 or head["of"]["form"] != FORM:
        raise ValueError("no rows of a walk")
    count, stride, moves = (int(head[name]) for name in ("step", "stride", "moves"))
    width = rows.shape[1] - 4
    numbers, route = rows[:, 0], head["route"]
    told = not count or (
        len(rows) > 0 and np.isfinite(numbers).all() and numbers[-1] <= count * moves
    )
    right = 0 < len(values) <= width and len(last) in (0, len(values) + 2) and told
    rate = head["rate"]
    whole = 0 <= count < 1 << 62 and stride >= 1 and moves >= 1 and (rate is None or rate > 0)
    known = route in ("arrays", "data summary") and np.isfinite(values).all()
    if not (right and whole and known):
        raise ValueError("nowhere that a walk can stand")
    return Onward(
        route=route,
        rate=None if head["rate"] is None else float(head["rate"]),
        step=count,
        values=tuple(map(float, values)),
        last=tuple(map(float, last)) or None,
        watch=(lowest, step, planned, bool(short)),
        rows=rows,
        stride=stride,
        moves=moves,
    )
