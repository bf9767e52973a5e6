"""What tests draw is the same whatever ran before them."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def test_draws_do_not_hang_on_what_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, drawn = 918_273_645, set[int]()
    module = ModuleType("oddity")
    module.__file__ = str(tmp_path / "oddity.py")
    Path(module.__file__).write_text(f"ODD = {odd}\n")
    monkeypatch.setitem(sys.modules, "oddity", module)

    @settings(max_examples=300, database=None)
    @given(st.lists(st.integers()))
    def draw(numbers: list[int]) -> None:
        drawn.update(numbers)

    draw()
    assert len(drawn) > 300
    assert odd not in drawn
