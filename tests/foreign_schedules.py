"""Rates of torch's and Optax's schedules, as JSON, so that tests need neither library.

    PYTHONPATH=. python tests/foreign_schedules.py

runs under a Python that has torch, optax, NumPy and SymPy, and writes tests/golden/foreign_schedules.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from symgd.optimizers.schedule import Schedule
from symgd.optimizers.schedules import SCHEDULES

PLACE = Path(__file__).parent / "golden" / "foreign_schedules.json"
STEPS, ALPHA = 40, 0.5
OTHERS = {
    "gamma": 0.8,
    "every": 7.0,
    "low": 0.3,
    "power": 2.0,
    "half": 6.0,
    "rise": 0.45,
    "start": 10.0,
    "end": 50.0,
}


def asked() -> Iterator[tuple[Schedule, str, dict[str, float]]]:
    """Each schedule that a library has, with its defaults and with others."""
    for schedule in SCHEDULES.values():
        plain = dict(schedule.chosen({}))
        for library in schedule.calls:
            for settings in (plain, {name: OTHERS[name] for name in plain}):
                yield schedule, library, settings


def key_of(schedule: Schedule, library: str, settings: dict[str, float]) -> str:
    values = ",".join(f"{name}={value:g}" for name, value in settings.items())
    return f"{library}|{schedule.name}|{values}"


def rates(schedule: Schedule, library: str, settings: dict[str, float]) -> list[float]:
    """The rates of the first steps."""
    call = schedule.calls[library]
    known: dict[str, Any] = {**settings, "alpha": ALPHA, "T": STEPS}
    return _torch(call, known) if library == "torch" else _optax(call, known)


def _torch(call: str, known: dict[str, Any]) -> list[float]:
    import torch

    optimizer = torch.optim.SGD([torch.zeros(1)], lr=ALPHA)
    scheduler = eval(
        call.replace("(", "(optimizer, ", 1),
        {**vars(torch.optim.lr_scheduler), **known, "optimizer": optimizer},
    )
    found = []
    for _ in range(STEPS):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


def _optax(call: str, known: dict[str, Any]) -> list[float]:
    import jax

    jax.config.update("jax_enable_x64", True)
    import optax

    rate = eval(call, {**vars(optax), **known})
    return [float(rate(step)) for step in range(STEPS)]


def main() -> None:
    import optax
    import torch

    versions = {"torch": torch.__version__, "optax": optax.__version__}
    lines = ",\n".join(f'"{key_of(*run)}": {json.dumps(rates(*run))}' for run in asked())
    PLACE.write_text(f'{{"versions": {json.dumps(versions)},\n"rates": {{\n{lines}\n}}}}\n')


if __name__ == "__main__":
    main()
