"""What all tests share: the folder of golden files, and how they are compared."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import random
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

# Before NumPy is there: each worker has a processor, and threads of linear algebra that wait for one another on a busy
# machine take ten times the time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Before SymPy is there: thousands of tests in one process ask for more than the thousand answers that it keeps.
os.environ.setdefault("SYMPY_CACHE_SIZE", "20000")

import pytest
from clocks import Clock
from hypothesis import HealthCheck, seed, settings

from symgd import budget
from symgd.budget import Budget
from symgd.tutor.diagnosis import Diagnoser

# What is loaded and collected stays to the end: `pytest_collection_finish` calls the collector of rubbish back.
gc.disable()

# A runner that was started in the background ignores Ctrl-C, and so would the processes that the tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The same random examples in every run, so that a change alone can break a test; SYMGD_EXPLORE=1 tries new ones.
# How long an example takes depends on what else the machine does, the other workers for one, and is no failure.
settings.register_profile(
    "symgd",
    derandomize=os.environ.get("SYMGD_EXPLORE") != "1",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("symgd")

# Hypothesis tries numbers and words of the modules that are loaded, which hang on the tests that ran before, and on
# where symgd is installed; versions that do not have no such function.
with contextlib.suppress(ImportError, AttributeError):
    providers = importlib.import_module("hypothesis.internal.conjecture.providers")
    assert callable(providers._get_local_constants)
    nothing = providers._local_constants
    providers._get_local_constants = lambda: nothing

# What is found in time does not hang on how busy the machine is: where a test asks for no budget there is plenty.
Budget.__init__.__defaults__ = (2000, 240.0, 100.0)
budget.USUAL = Budget()
Diagnoser.__init__.__defaults__ = (60.0, False)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Promises of any input are tried on other input for every state of the project, on the same one on every machine.

    What falls where a change is tried falls again at home; `scripts/fuzz` and SYMGD_EXPLORE=1 try new input each time.
    """
    number = None if config.getoption("hypothesis_seed", None) else _seed(config)
    for item in items:
        is_promise = isinstance(item, pytest.Function) and item.path.name == "test_fuzz.py"
        if number is not None and is_promise and hasattr(item.obj, "hypothesis"):
            seed(number)(item.obj)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the collector of rubbish need not go through thousands of tests each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    gc.enable()


@pytest.fixture
def chance(pytestconfig: pytest.Config) -> random.Random:
    """Draws of a test's own, by the same law."""
    return random.Random(_seed(pytestconfig))


def _seed(config: pytest.Config) -> int | str | None:
    """The seed that is asked for, or a number for what was committed last, 0 outside git; None to explore."""
    asked: str | None = config.getoption("hypothesis_seed", None)
    if asked or os.environ.get("SYMGD_EXPLORE") == "1":
        return asked
    command = ["git", "rev-parse", "HEAD^{tree}"]
    try:
        told = subprocess.run(command, cwd=GOLDEN.parent, capture_output=True, text=True)
    except FileNotFoundError:
        return 0
    return int(told.stdout[:12], 16) if told.returncode == 0 else 0


# Words are English here, whatever language the tester reads, and faults told in a line.
for name in ("SYMGD_LANGUAGE", "SYMGD_TRACEBACK"):
    os.environ.pop(name, None)

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare a text with a golden file; SYMGD_UPDATE_GOLDEN=1 writes it anew, to be read before it is committed."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("SYMGD_UPDATE_GOLDEN") == "1":
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), f"{name} differs from its golden file"

    return compare


@pytest.fixture(scope="session", autouse=True)
def _films_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests draw is not kept among the tester's own films."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYMGD_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Budgets are spent as a test has it, however fast the machine is, and whatever else it does."""
    made = Clock()
    monkeypatch.setattr("symgd.budget._WATCHMAN", made)
    for module in ("budget", "derivation.recorder"):
        monkeypatch.setattr(f"symgd.{module}.time", made)
    return made
