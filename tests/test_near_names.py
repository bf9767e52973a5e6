"""Which name was probably meant: the nearest, two letters swapped counted as one slip."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symgd
from symgd.codegen.code_targets import CODE_TARGETS, target_meant
from symgd.data.naming import nearest_name
from symgd.errors import SymgdError
from symgd.optimizers.optimizers import OPTIMIZERS
from symgd.optimizers.schedules import SCHEDULES
from symgd.problem.losses import LOSSES
from symgd.registry.near import LONGEST, edits, near_names
from symgd.registry.options import nearest
from symgd.terms.functions import FUNCTIONS

REGISTRIES = {
    "optimizers": [*OPTIMIZERS],
    "schedules": [*SCHEDULES],
    "losses": [*LOSSES],
    "functions": [*FUNCTIONS],
    "targets": [*CODE_TARGETS],
}


def _swaps(name: str) -> list[str]:
    found = [name[:i] + name[i + 1] + name[i] + name[i + 2 :] for i in range(len(name) - 1)]
    return [swapped for swapped in found if swapped != name]


@pytest.mark.parametrize("names", REGISTRIES.values(), ids=REGISTRIES)
def test_two_letters_swapped_mean_the_name_itself_or_one_as_near(names: list[str]) -> None:
    for name in names:
        for typed in set(_swaps(name)) - {*names}:
            (found,) = near_names(typed, names)
            assert edits(typed, found) == 1, (typed, found)


@pytest.mark.parametrize("names", REGISTRIES.values(), ids=REGISTRIES)
def test_a_letter_left_out_of_a_long_name_means_it_or_one_as_near(names: list[str]) -> None:
    for name in (n for n in names if len(n) > 3):
        for typed in {name[:i] + name[i + 1 :] for i in range(len(name))} - {*names}:
            (found,) = near_names(typed, names)
            assert edits(typed, found) == 1, (typed, found)


@given(st.text("abc", max_size=6), st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_edits_are_counted_alike_both_ways_and_are_none_for_the_same(
    one: str, two: str, end: str
) -> None:
    assert edits(one, two) == edits(two, one)
    assert edits(one, one) == 0
    assert abs(len(one) - len(two)) <= edits(one, two) <= max(len(one), len(two))
    assert edits(one + end, two + end) <= edits(one, two)


def test_every_kind_of_name_is_found_by_its_swap() -> None:
    assert nearest("adma", OPTIMIZERS) == "adam"
    assert nearest("max_itre", ["max_iter", "maximum_iterate"]) == "max_iter"
    assert nearest_name("Wieght", ["height", "Weight"]) == "Weight"
    assert target_meant("nupmy") == "numpy"
    with pytest.raises(SymgdError, match='did you mean "sin"'):
        symgd.differentiate("isn(x)", "x")
    with pytest.raises(SymgdError, match=r"did you mean adam\?"):
        symgd.Problem("m*x + b").source(optimizer="adma")


def test_what_is_like_nothing_means_nothing_however_long_it_is() -> None:
    assert near_names("calories", OPTIMIZERS) == []
    assert near_names("q" * 10_000, OPTIMIZERS) == []
    assert near_names("", OPTIMIZERS) == []
    assert near_names("adam", []) == []
    assert near_names("a" * (LONGEST + 50), ["a" * LONGEST]) == ["a" * LONGEST]
