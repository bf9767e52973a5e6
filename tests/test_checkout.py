"""A checkout as it lies: its tests are collected where it is not installed, and its types hold from file to file."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from grids import EVERY
from mypy import api

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.skipif(
    not (ROOT / "symgd" / "animations" / "__init__.py").exists(),
    reason="symgd/animations is no link here: this system has none, or the files came without it",
)


def not_installed(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a Python that has what symgd needs, and not symgd.

    Without `site` (-S) what is installed editable is not found, and without the current folder (-P) only what pytest's
    settings name is.
    """
    packages = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    return subprocess.run(
        [sys.executable, "-S", "-P", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(packages)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_checkout_that_is_not_installed_collects_its_tests(tmp_path: Path) -> None:
    """The films' and one in sixteen files of tests: all find symgd, and what tests share, alike."""
    pytest.importorskip("manim", reason="without Manim nothing of films is collected")
    if not_installed("-c", "import symgd", folder=tmp_path).returncode == 0:
        pytest.skip("symgd is installed as a copy, which is found from everywhere")
    flags = ("--collect-only", "-q", "-p", "no:cacheprovider")
    files = ["symgd/animations", *map(str, sorted((ROOT / "tests").glob("test_*.py"))[::16])]
    done = not_installed("-m", "pytest", *flags, *([] if EVERY else files), folder=ROOT)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "symgd/animations/staging/beats.py::symgd.animations.staging.beats.Beat" in done.stdout


ONE_FILM_ASKS_ANOTHER = """
from symgd.animations.staging.beats import Beat, webvtt
from symgd.animations.descend import Descend

webvtt([Beat("a beat is no cue", "")])
Descend().prepared().nothing
"""


def test_what_one_film_file_imports_from_another_has_its_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The types of what symgd uses are left out here: reading them is most of the work, and `scripts/check` does it."""
    file = tmp_path / "film.py"
    file.write_text(ONE_FILM_ASKS_ANOTHER)
    settings = ("--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(tmp_path))
    alone = ("--no-site-packages", "--ignore-missing-imports", "--follow-imports=silent")
    monkeypatch.chdir(ROOT)
    found, failed, _ = api.run([*settings, *alone, str(file)])
    assert not failed
    assert re.findall(r":(\d+): error: .* \[(.+)\]", found) == [
        ("5", "list-item"),
        ("6", "attr-defined"),
    ]
