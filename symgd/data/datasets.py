"""Small data sets whose every number has a source.

A data set is one declaration; adding one is adding it to the mapping.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symgd.errors import DataError
from symgd.registry.options import declared
from symgd.registry.registry import Declared, Registry, registry_of


@dataclass(frozen=True)
class Dataset(Declared):
    """Columns with their meaning, unit and source."""

    name: str  # the name to load it by
    inputs: tuple[str, ...]
    target: str
    columns: tuple[tuple[float, ...], ...]  # one for each input, the target's last
    labels: tuple[str, ...]  # what each column measures, in the order of `columns`
    units: tuple[str, ...]  # and in what unit
    source: str  # where the numbers were published

    @property
    def summary(self) -> Mapping[str, str]:
        return {
            "name": self.name,
            "columns": ", ".join((*self.inputs, self.target)),
            "meaning": ", ".join(self.labels),
            "units": ", ".join(self.units),
            "source": self.source,
        }

    def arrays(self) -> dict[str, npt.NDArray[np.float64]]:
        """New arrays of shape (n,) by column name, inputs first and target last."""
        names = (*self.inputs, self.target)
        return {name: np.array(c) for name, c in zip(names, self.columns, strict=True)}


_THREE_POINTS = Dataset(
    name="three_points",
    inputs=("x",),
    target="y",
    columns=((1.0, 2.0, 3.0), (1.2, 1.8, 3.4)),
    labels=("time", "volume poured"),
    units=("minutes", "not stated"),
    source="Benoit Cayla, The Gradient Descent",
)

# fmt: off
_DISTANCE = (
    0.032, 0.034, 0.214, 0.263, 0.275, 0.275, 0.45, 0.5, 0.5, 0.63, 0.8, 0.9,
    0.9, 0.9, 0.9, 1.0, 1.1, 1.1, 1.4, 1.7, 2.0, 2.0, 2.0, 2.0,
)
_VELOCITY = (
    170.0, 290.0, -130.0, -70.0, -185.0, -220.0, 200.0, 290.0, 270.0, 200.0, 300.0, -30.0,
    650.0, 150.0, 500.0, 920.0, 450.0, 500.0, 500.0, 960.0, 500.0, 850.0, 800.0, 1090.0,
)
# fmt: on

_HUBBLE_1929 = Dataset(
    name="hubble1929",
    inputs=("x",),
    target="y",
    columns=(_DISTANCE, _VELOCITY),
    labels=("distance", "radial velocity"),
    units=("Mpc", "km/s"),
    source="E. Hubble, PNAS 15 (1929) 168, table 1",
)

DATASETS: Registry[Dataset] = registry_of((_THREE_POINTS, _HUBBLE_1929))


def load(name: str) -> Dataset:
    """The data set called `name`; where there is none, a DataError says which there are."""
    return declared(name, DATASETS, "data set", DataError)
