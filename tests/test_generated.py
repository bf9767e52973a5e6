"""Whatever is generated: each of its functions answers, and each of its lines is code that a linter leaves alone.

Each optimizer has one kind of cost, in turn; SYMGD_EXPLORE=1 tries them all.
"""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from grids import EVERY, in_turn
from test_every_combination import CASES, asked_of

from symgd import Objective, Optimizer, Problem, SymgdError
from symgd.optimizers.optimizers import OPTIMIZERS
from symgd.optimizers.schedules import SCHEDULES

# Every optimizer for a function without data, which few other tests have, and for one other kind.
KINDS = [kind for kind in CASES if kind != "function"]
TURNS = [(name, kind) for n, name in enumerate(OPTIMIZERS) for kind in (KINDS[n % len(KINDS)],)]
ALL = [(name, kind) for name in OPTIMIZERS for kind in CASES]
GRID = ALL if EVERY else [*TURNS, *((name, "function") for name in OPTIMIZERS)]
LINE = Problem("m*x + b")


@cache
def written(name: str, kind: str, style: str) -> str:
    """A module or a listing; empty where it is refused."""
    try:
        return CASES[kind].problem.source(optimizer=name, style=style)
    except SymgdError:
        return ""


def run(code: str) -> dict[str, Any]:
    """The names that code has."""
    names: dict[str, Any] = {"__name__": "generated"}
    exec(compile(code, "generated.py", "exec"), names)
    return names


@pytest.mark.parametrize(("name", "kind"), GRID)
def test_every_function_of_a_module_answers(name: str, kind: str) -> None:
    case, code, asked = CASES[kind], written(name, kind, "module"), asked_of(name)
    if not code:
        return  # why, test_every_combination says
    module = run(code)
    point, columns = tuple(case.start.values()), case.columns
    cost, slopes = module["cost_and_gradient"](point, *columns)
    assert module["cost"](point, *columns) == cost
    assert module["gradient"](point, *columns) == slopes
    if "predict" in module:
        said = module["predict"](point, *columns[: len(case.problem.inputs)])
        assert np.isfinite(said).all()
    found = module["descend"](*columns, start=case.start, **asked)
    rate = [asked["learning_rate"]] if "learning_rate" in asked else []
    moved = module["update"](point, *columns, *rate)
    moved = moved[0] if isinstance(moved[0], tuple) else moved
    assert np.allclose(moved, found.trace[1][:-1], rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_listing_of_every_schedule_runs(
    schedule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = LINE.source(schedule=schedule, style="listing")
    exec(compile(code, "listing.py", "exec"), {"__name__": "__main__"})
    assert len(capsys.readouterr().out.splitlines()) == 11


def test_a_formula_of_many_lines_is_left_out_of_a_listing() -> None:
    law = "alpha*(" + " + ".join(f"exp(-{k}*t/T)/{k}" for k in range(2, 30)) + ")"
    names = run(LINE.source(schedule=law, style="listing"))
    assert 0 < names["rate"](1, 10, 0.1) < 1


SETTINGS = {
    "ridge": (Problem("m*x + b", penalty="ridge"), {"lambda": 0.7}),
    "huber": (Problem("m*x + b", "huber"), {"delta": 0.4}),
    "ridge decay": (Problem("a*exp(-k*x)", penalty="ridge"), {"lambda": 0.7}),
    "pseudo_huber": (Problem("m*x + b", "pseudo_huber"), {"delta": 0.4}),
}


@pytest.mark.parametrize("name", ["adam", "newton", "levenberg_marquardt"])
@pytest.mark.parametrize("kind", SETTINGS)
def test_a_setting_at_the_top_of_a_listing_is_the_only_place_it_stands(
    kind: str, name: str
) -> None:
    problem, other = SETTINGS[kind]
    try:
        code = problem.source(optimizer=name, style="listing")
    except SymgdError:
        assert (name, "huber" in kind) == ("levenberg_marquardt", True)
        return
    ((setting, value),) = other.items()
    line = f"{setting.upper()} = {problem.settings[setting]!r}\n"
    assert code.count(line) == 1
    changed = run(code.replace(line, f"{setting.upper()} = {value}\n"))
    wanted = Problem(
        problem.model,
        problem.loss.name,
        penalty=None if problem.penalty is None else problem.penalty.name,
        settings=other,
    )
    own = run(wanted.source(optimizer=name, style="listing"))
    columns, point = (np.array([1.0, 2.0, 3.0]), np.array([1.2, 1.8, 3.4])), np.array([0.3, 0.4])
    called = {"cost", "gradient", "hessian", "residuals"} & {*own}
    assert len(called) == (2 if name == "adam" else 3)
    for function in called:
        found, expected = (names[function](point, *columns) for names in (changed, own))
        pairs = (
            zip(found, expected, strict=True) if function == "residuals" else [(found, expected)]
        )
        assert all(np.allclose(one, other) for one, other in pairs), function


@pytest.mark.parametrize("kind", ["line", "decay", "function"])
@pytest.mark.parametrize(
    ("name", "schedule"),
    [
        ("gradient_descent", "cosine"),
        ("adam", "one_cycle"),
        ("adam", "0.1/t"),
        ("momentum", None),
        ("newton", None),
        ("barzilai_borwein", None),
    ],
)
def test_a_module_says_the_last_steps_rate(name: str, schedule: str | None, kind: str) -> None:
    case, asked = CASES[kind], asked_of(name)
    how: dict[str, Any] = {"optimizer": name, "schedule": schedule}
    if schedule == "0.1/t":
        del asked["learning_rate"]
    module = run(case.problem.source(**how))
    for steps in (0, 5):
        asked["max_iter"] = steps
        found = module["descend"](*case.columns, start=case.start, **asked)
        whole = case.problem.descend(*case.columns, start=case.start, **asked, **how)
        assert found.learning_rate == pytest.approx(whole.learning_rate, rel=1e-12)
        assert found.outcome == whole.outcome.kind
        said = getattr(found, "message", "")
        assert f"{found.learning_rate:g}" in said or name == "newton" or kind == "function"


HELPS: dict[str, tuple[dict[str, Any], str, str]] = {
    "plain": ({}, "the best constant one where not given", "1,000,000, if so many help"),
    "adam": ({"optimizer": "adam"}, "it has to be given", "10,000"),
    "cosine": ({"schedule": "cosine"}, "it has to be given", "10,000"),
    "0.1/t": ({"schedule": "0.1/t"}, "1 where not given", "10,000"),
    "armijo": ({"optimizer": "armijo"}, "1 where not given", "10,000"),
    "newton": ({"optimizer": "newton"}, "", "10,000"),
    "auto": ({"optimizer": "adam", "learning_rate": "auto"}, "one by trial", "10,000"),
}


@pytest.mark.parametrize("way", HELPS)
def test_the_help_of_a_script_is_true(
    way: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    how, rate, most = HELPS[way]
    code = LINE.source(script=True, **how)
    main, data = run(code)["main"], tmp_path / "points.csv"
    data.write_text("x,y\n1,1.2\n2,1.8\n3,3.4\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert f"steps at most ({most})" in said
    assert f"steps at most (without it {most})" in " ".join(code.split())
    assert ("--learning-rate" in said) == bool(rate)
    assert rate in said
    done = main([str(data), "--max-iter", "3"])
    refused = "pass a learning_rate" in capsys.readouterr().err
    assert (done, refused) == ((1, True) if "has to be given" in rate else (0, False))


HARD = ["tanh(a*x + b)*c + d", "exp(-a*x/b)/(c + x)^d", "a*x + b*x + c", "c/(1 + exp(-k*(x - d)))"]


@pytest.mark.parametrize(
    ("model", "name"),
    in_turn(HARD, ["newton", "gauss_newton", "levenberg_marquardt", "bfgs", "armijo"], of=2),
)
def test_the_example_of_a_listing_runs(
    model: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = Problem(model).source(optimizer=name, style="listing")
    with np.errstate(over="ignore"):  # gauss_newton has no line search: it may go far
        exec(compile(code, "listing.py", "exec"), {"__name__": "__main__"})
    said = capsys.readouterr().out
    assert "nan" not in said
    refused = name == "newton" and model in HARD[1:3]  # of which some second derivatives are 0
    assert len(said.splitlines()) == (1 if refused else 11)
    assert ("needs a start where its equations have a solution" in code) == refused


RULES = "F,E9,PLW0127,RUF059"


def ruff(folder: Path, *command: str) -> str:
    """What ruff finds in a folder; empty where it finds nothing."""
    call = [sys.executable, "-m", "ruff", *command, "--isolated", "--quiet", str(folder)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr) if done.returncode else ""


@pytest.mark.parametrize(("style", "width"), [("module", 100), ("listing", 88)])
def test_no_linter_and_no_formatter_finds_anything(style: str, width: int, tmp_path: Path) -> None:
    for name, kind in GRID:
        if code := written(name, kind, style):
            path = tmp_path / f"{kind.replace(' ', '_')}_{name}.py"
            path.write_text(code, encoding="utf-8")
    for schedule in SCHEDULES:
        path = tmp_path / f"schedule_{schedule}.py"
        path.write_text(LINE.source(schedule=schedule, style=style), encoding="utf-8")
    assert len([*tmp_path.iterdir()]) > len(OPTIMIZERS)
    assert not ruff(tmp_path, "check", "--preview", f"--select={RULES}", "--output-format=concise")
    assert not ruff(tmp_path, "format", f"--line-length={width}", "--diff")


HOSTILE = [
    'a"b',
    'x"; made.append(1) #',
    "q'\\",
    "{last}",
    "{made.append(1)}",
    "two\nmade.append(1)",
]
HOSTILE += ['"""\nmade.append(1)\n"""', "*/ made.push(1) /*", "\\"]
WAYS: list[dict[str, Any]] = [{}, {"style": "listing"}, {"script": True}, {"learning_rate": "auto"}]
WAYS += [{"target": "array-api"}, {"target": "javascript"}]
OF_MANY = Problem(" + ".join(f"w{k}*x{k}" for k in range(20)) + " + b")


@pytest.mark.parametrize(
    ("problem", "name"), in_turn([LINE, OF_MANY, Objective("x^2 + y^4")], HOSTILE, of=3)
)
def test_what_an_optimizer_is_called_is_no_code(problem: Any, name: str) -> None:
    formula = "v' = beta*v + g; theta' = theta - alpha*v'"
    for title in ("", name):
        own = Optimizer(name, formula, {"beta": 0.9}, title=title, source=name)
        for how in WAYS:
            if "script" in how and not problem.has_examples:
                continue
            code = problem.source(optimizer=own, **how)
            if how.get("target") == "javascript":
                assert "made." not in re.sub(r"/\*.*?\*/", "", code, flags=re.DOTALL)
                continue
            names: dict[str, Any] = {"__name__": "generated", "made": (made := [])}
            exec(compile(code, "generated.py", "exec"), names)
            if problem is LINE and "style" not in how and "target" not in how:
                found = names["descend"]([1, 2, 3], [1, 2, 4], learning_rate=0.01, max_iter=3)
                assert "with learning rate 0.01" in found.message
                with pytest.raises(ValueError, match="max_iter and tolerance"):
                    names["descend"]([1, 2, 3], [1, 2, 4], learning_rate=0.01, max_iter=-1)
            assert made == []
