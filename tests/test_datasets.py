"""The data sets hold what their sources print, and nobody can change them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from symgd.data.columns import columns_from
from symgd.data.datasets import DATASETS, load
from symgd.errors import DataError


def test_lesson_004_has_its_three_points() -> None:
    points = load("three_points")
    assert list(zip(*points.columns, strict=True)) == [(1.0, 1.2), (2.0, 1.8), (3.0, 3.4)]
    assert "Cayla" in points.source
    x, y = points.arrays().values()
    a, b = np.polyfit(x, y, 1)
    assert (a, b) == pytest.approx((1.1, -1 / 15))  # the minimum that LESSONS gives


def test_hubble_gives_the_slope_that_is_known_for_it() -> None:
    nebulae = load("hubble1929")
    x, y = nebulae.arrays().values()
    assert len(x) == len(y) == 24
    assert (float(x.sum()), float(y.sum())) == pytest.approx((21.873, 8955.0))
    # R and statistics texts fit these 24 nebulae with 454.16 km/s per Mpc and -40.78 km/s
    assert np.polyfit(x, y, 1) == pytest.approx([454.158, -40.784], abs=1e-3)
    assert nebulae.units == ("Mpc", "km/s")


@pytest.mark.parametrize("name", DATASETS)
def test_every_set_is_whole(name: str) -> None:
    dataset = load(name)
    assert dataset.name == name
    columns = (*dataset.inputs, dataset.target)
    assert len(columns) == len(dataset.columns) == len(dataset.labels) == len(dataset.units)
    assert dataset.source
    table = columns_from(columns, [dataset.arrays()], {})
    assert table.notes == ()
    for name_, values in zip(columns, dataset.columns, strict=True):
        assert table[name_].tolist() == list(values)


def test_a_set_cannot_be_changed() -> None:
    points = load("three_points")
    points.arrays()["x"][0] = 99.0
    assert points.arrays()["x"][0] == 1.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        points.name = "other"  # type: ignore[misc]  # the assignment is what is tried
    with pytest.raises(TypeError):
        DATASETS["mine"] = points  # type: ignore[index]  # the assignment is what is tried


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(DataError) as caught:
        load("iris")
    assert str(caught.value) == (
        'there is no data set "iris"; expected one of three_points, hubble1929'
    )
