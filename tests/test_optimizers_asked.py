"""What people ask of optimizers, on the command line and in Python: settings, names, rates, and what is said to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import symgd
from symgd import Problem
from symgd.cli import main
from symgd.errors import DerivationError, DescentError, SymgdError
from symgd.optimize.method import code_of
from symgd.optimizers.entrywise import is_entrywise
from symgd.optimizers.optimizers import OPTIMIZERS
from symgd.optimizers.printed import equations
from symgd.optimizers.schedule import Schedule
from symgd.parsing.formula import parse
from symgd.problem.settings import Setting
from symgd.terms import Symbol
from symgd.writing.formulas.text import text

X, Y = [1.0, 2.0, 4.0], [2.0, 3.0, 5.5]
LINE = symgd.Problem("m*x + b")
SWING = "v' = k*v + g; theta' = theta - alpha*v'"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def points(tmp_path: Path) -> str:
    path = tmp_path / "points.csv"
    path.write_text("x,y\n1,2\n2,3\n4,5.5\n")
    return str(path)


def test_minimize_takes_constants_and_the_optimizer_s_settings() -> None:
    asked = ("--optimizer", "momentum", "--learning-rate", "0.01", "--max-iter", "3", "--start")
    done = run("minimize", "(a - x)^2", "--set", "a=1", "--set", "beta=0.5", *asked, "x=3")
    assert "a = 1" in done.stdout
    assert "momentum (beta = 0.5)" in done.stdout
    both = run("minimize", "x^2 + beta*y^2", "--set", "beta=0.5", *asked, "x=3")
    assert both.exit_code == 2
    assert "a constant of the formula and a setting of the optimizer" in both.stderr


@pytest.mark.parametrize(("optimizer", "setting"), [("momentum", "beta"), (SWING, "k")])
def test_steps_and_rates_take_an_optimizer_s_settings(
    points: str, optimizer: str, setting: str
) -> None:
    chosen = ("--optimizer", optimizer, "--set", f"{setting}=0.5")
    on = ("m*x + b", "--data", points)
    step = run("derive", *on, "--at", "m=0,b=0", *chosen, "--learning-rate", "0.1")
    assert "0.5·0 + (−20) = −20" in step.stdout
    rate = run("rate", *on, *chosen)
    assert "0.1922932765" in rate.stdout  # 2(1 + 0.5)/λ_max
    own = optimizer == SWING  # a rule has no numbers for its settings but those that are given
    assert run("rate", *chosen).exit_code == (0 if own else 2)


def test_no_formula_and_no_setting_of_a_rate_is_passed_over(points: str) -> None:
    formula = run("rate", "a*exp(-b*x)", "--optimizer", "momentum")
    assert (formula.exit_code, formula.stdout) == (2, "")
    assert "pass --data; symgd rate --optimizer momentum has the limit" in formula.stderr
    setting = run("rate", "--optimizer", "momentum", "--set", "beta=0.5")
    assert (setting.exit_code, setting.stdout) == (2, "")
    assert "--set goes with FORMULA and --data" in setting.stderr
    with pytest.raises(DerivationError, match="which need data; pass the columns"):
        Problem("a*exp(-b*x)").stable_rate(optimizer="momentum")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("optimizers", "adam", "--against", "tensorflow"), "of libraries there is torch, optax"),
        (
            ("minimize", "x^2", "--optimizer", "momentum", "--set", "gamma=0.5"),
            "its names are x, and theirs beta",
        ),
        (
            ("generate", "x^2", "--function", "--optimizer", "momentum", "--set", "gamma=0.5"),
            "its names are x, and theirs beta",
        ),
        (
            ("generate", "m*x + b", "--learning-rate", "0.1"),
            "code takes its rate when it runs, descend(..., learning_rate=0.1)",
        ),
        (("derive", "ä*x + ñ"), 'accents are not read; write it without: "a"'),
    ],
)
def test_a_refusal_has_what_there_is_instead(arguments: tuple[str, ...], said: str) -> None:
    made = run(*arguments)
    assert (made.exit_code, made.stdout) == (2, "")
    assert said in " ".join(made.stderr.split())


def test_worked_steps_have_the_rates_of_a_descent(points: str) -> None:
    on = ("derive", "m*x + b", "--data", points, "--at", "m=0,b=0", "--optimizer")
    assert "α = 1" in run(*on, "lbfgs").stdout
    for rate in ("-1", "0"):
        refused = run(*on, "adam", "--learning-rate", rate)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "pass a number above 0" in refused.stderr


@pytest.mark.parametrize("name", ["newton", "gauss_newton"])
def test_a_step_of_matrices_is_compared_by_a_formula(name: str) -> None:
    there = OPTIMIZERS[name]
    made = symgd.OPTIMIZERS["gradient_descent"].against(name).difference
    end = there.rule.statements[-1].term
    assert made is not None
    assert text(made) == f"{text(end).removeprefix('θ − ')} − α g"


def test_what_is_printed_can_be_read_by_people() -> None:
    assert symgd.Objective("1e-300*x^2").derive().text().count("0" * 31) == 0
    for typed in ("1e-300", "2.5e-40", "1e300", "3e31"):
        shown = text(parse(typed))
        assert len(shown) < 12
        assert parse(shown) == parse(typed)
    names = {"eta_minus": "η_minus", "m_hat": "m_hat", "lambda_max": "λₘₐₓ", "x_ij": "xᵢⱼ"}
    assert {name: text(Symbol(name)) for name in names} == names


def test_a_setting_that_is_missing_is_asked_for_in_the_words_of_the_command_line() -> None:
    assert "pass --set k=0.9" in run("rate", "--optimizer", SWING).stderr


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("momentum", "--set", "alpha=0.5"), "no setting; pass --learning-rate"),
        (("momentum", "--set", "gama=0.5"), 'no setting of the loss or the optimizer "gama"'),
        (("lbfgs", "--set", "memory=2.5"), "expected memory >= 1, a whole number"),
        (("zzz",), "lbfgs, bfgs, or an update rule such as"),
        (("adam", "--schedule", "0"), "--schedule 0 is 0 at every step"),
        (("adam", "--schedule", "zzzzz"), "triangular, or a formula such as"),
    ],
)
def test_what_cannot_be_is_refused_in_words(points: str, asked: Sequence[str], said: str) -> None:
    result = run("descend", points, "--model", "m*x + b", "--optimizer", *asked)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_rate_may_be_0_at_first() -> None:
    warm = LINE.descend(X, Y, schedule="alpha*min(1, (t - 1)/10)", learning_rate=0.05)
    assert warm.outcome.kind == "converged"


def test_a_library_that_has_no_such_optimizer_is_no_optimizer() -> None:
    with pytest.raises(DescentError, match='nothing is known of lion in "torch"; there is optax'):
        symgd.OPTIMIZERS["lion"].against("torch")


def test_another_checkpoint_is_said_by_the_option_that_there_is(
    points: str, tmp_path: Path
) -> None:
    asked = ("descend", points, "--model", "m*x + b", "--optimizer", "momentum", "--learning-rate")
    file = ("0.01", "--max-iter", "3", "--checkpoint", str(tmp_path / "walk"))
    assert run(*asked, *file).exit_code == 0
    other = run(*asked, *file, "--set", "beta=0.5")
    said = " ".join(other.stderr.split())
    assert "with --set beta=0.9, not --set beta=0.5; pass the same --set" in said


def test_a_trial_keeps_to_where_the_cost_is_not_far_above_the_start_s() -> None:
    random = np.random.default_rng(0)
    inputs = random.normal(size=(50, 10))
    target = inputs @ np.arange(10.0) + 0.1 * random.normal(size=50)
    wide = symgd.Problem("+".join(f"w{n}*x{n}" for n in range(10)))
    run = wide.descend(
        {f"x{n}": inputs[:, n] for n in range(10)} | {"y": target}, optimizer="adagrad"
    )
    assert run.outcome.kind == "converged"
    assert run.trace.cost.max() <= 1e3 * run.trace.cost[0]


@pytest.mark.parametrize("optimizer", ["newton", "bfgs", "lbfgs"])
def test_a_cost_that_sinks_to_0_without_an_end_has_no_minimum(optimizer: str) -> None:
    run = symgd.minimize("exp(-x)", start={"x": 0}, optimizer=optimizer)
    assert run.outcome.kind == "no minimum"
    assert "x → ∞" in str(run.outcome)


# Names


def test_parameters_go_by_their_letter_as_well() -> None:
    model = symgd.Problem("α*x + b")
    begun = model.descend(X, Y, start={"α": 1.0}, hold={"α": 1.0})
    assert begun.parameters["alpha"] == 1
    assert model.fit(X, Y, fixed={"α": 1.0}).parameters["alpha"] == 1
    step = model.step(X, Y, start={"α": 1.0}, learning_rate=0.1)
    assert step.steps_made[0].start["alpha"] == 1
    assert model.derive("b").at({"α": 1, "b": 0}, {"x": X, "y": Y}).values is not None
    with pytest.raises(SymgdError, match='names "β", which is not a parameter|names "beta"'):
        model.descend(X, Y, start={"β": 1.0})


def test_a_column_may_be_called_by_the_input_s_letter(tmp_path: Path) -> None:
    path = tmp_path / "greek.csv"
    path.write_text("θ,α\n1,2\n2,3\n3,5\n")
    done = run("descend", str(path), "--model", "m*θ + b", "--x", "θ", "--y", "α")
    assert done.exit_code == 0


def test_a_letter_below_another_is_a_letter() -> None:
    assert text(Symbol("g_alpha")) == "g_α"
    assert text(Symbol("w_theta_1")) == "w_θ_1"
    assert text(Symbol("lambda_max")) == "λₘₐₓ"


# Steps with numbers


def test_what_is_exact_is_written_so() -> None:
    told = LINE.step(X, Y, optimizer="rprop").text()
    assert "sign(−20·0) = 0" in told
    assert "clip(0.1·1, 10⁻⁶, 50) = 0.1" in told
    turns = LINE.step(X, Y, optimizer="coordinate_descent", learning_rate=0.05, steps=2).text()
    assert "≈ 0\n" not in turns


@pytest.mark.parametrize("name", [n for n in OPTIMIZERS if not is_entrywise(OPTIMIZERS[n])])
def test_steps_of_rules_over_vectors_are_those_of_descend(name: str) -> None:
    code = code_of(name, None, None)
    assert code is not None
    rate = {} if code.needs == "none" else {"learning_rate": 0.05}
    start = {"m": 0.2, "b": 0.5}
    worked = LINE.step(X, Y, start=start, optimizer=name, steps=2, learning_rate=0.05)
    run_ = LINE.descend(X, Y, start=start, optimizer=name, max_iter=2, tolerance=0, **rate)
    for parameter, value in worked.result.items():
        assert value == pytest.approx(run_.trace[parameter][-1], rel=1e-12)
    said = str(worked)
    assert "worked out in floating point" in said
    for word, found in (("argmin", "by a search along the line"), ("solve", "by solving the eq")):
        assert (found in said) == OPTIMIZERS[name].rule.calls(word)
    rule = OPTIMIZERS[name].rule
    for equation, statement in zip(equations(rule), rule.statements, strict=True):
        typed, shown = text(statement.term), text(equation.right)
        assert typed == shown or f"= {typed}\n" not in said  # as on the optimizer's page: Jacᵀ Jac
    assert "^{\\top}^" not in worked.latex()
    record = worked.json()
    assert json.loads(record)["optimizer"] == name
    for written in (worked.latex(), worked.html(), worked.typst(), worked.markdown()):
        assert written


def test_a_step_of_newton_shows_its_matrix(points: str) -> None:
    done = run("derive", "m*x + b", "--data", points, "--at", "m=0,b=0", "--optimizer", "newton")
    assert "H  ≈ [14  4.66667; 4.66667  2]" in done.stdout
    assert "θ′ = θ − H⁻¹ g" in done.stdout
    assert "θ′: found numerically, by solving the equations." in done.stdout


@pytest.mark.parametrize(
    ("problem", "optimizer", "said"),
    [
        (
            symgd.Problem("sigmoid(m*x + b)", "bce"),
            "gauss_newton",
            "a cost that is a sum of squares",
        ),
        (
            symgd.Problem("m*x + b", "mae"),
            "newton",
            "second derivatives, and the mean absolute error has kinks",
        ),
        (LINE, "theta' = theta - argmin(J(theta + s*g), s)*solve(0*H, g)/0.0", "divides by zero"),
        (LINE, "theta' = theta - argmin(-J(theta - s*g), s)*g", "falls for ever along this line"),
    ],
)
def test_steps_that_there_are_not_are_said(
    problem: symgd.Problem, optimizer: str, said: str
) -> None:
    with pytest.raises(SymgdError, match=said):
        problem.step(X, [0.0, 1.0, 1.0], optimizer=optimizer)


@pytest.mark.parametrize(
    ("rule", "settings", "said"),
    [
        ("theta' = theta - alpha*g", {"junk": 3}, "leave it out: there is none"),
        ("v' = beta*v + g; theta' = theta - alpha*v'", {"betta": 0.9}, "did you mean beta?"),
        (
            "v' = beta*v + g; theta' = theta - alpha*v'",
            {"beta": 0.9, "x": 1},
            "expected one of beta",
        ),
    ],
)
def test_a_setting_that_a_rule_does_not_have(
    rule: str, settings: dict[str, float], said: str
) -> None:
    name = [*settings][-1]
    with pytest.raises(DescentError, match="there is no setting of the") as refused:
        symgd.Optimizer("mine", rule, settings)
    assert f'optimizer mine "{name}"; {said}' in str(refused.value)
    with pytest.raises(DescentError, match="there is no setting of the") as refused:
        symgd.Problem("m*x + b").descend(
            [1, 2], [1, 2], optimizer=rule, optimizer_settings=settings
        )
    assert f'"{name}"; {said}' in str(refused.value)


def test_a_declared_setting_that_the_formula_does_not_read() -> None:
    junk = (Setting("junk", 1.0, "", "nothing"),)
    with pytest.raises(DescentError, match='no setting of the optimizer mine "junk"'):
        assert symgd.Optimizer("mine", "theta' = theta - alpha*g", junk).rule
    with pytest.raises(DescentError, match='no setting of the schedule mine "junk"'):
        assert Schedule("mine", "alpha/t", junk).term
    for each in symgd.OPTIMIZERS.values():
        for convention in each.conventions:
            there = each.as_in(convention.library, convention.variant)
            assert {*there.rule.settings} <= {*there.values}


def test_a_page_refuses_what_its_rule_does_not_have() -> None:
    told = run("optimizers", "--rule", "theta' = theta - alpha*g", "--set", "junk=3")
    assert told.exit_code != 0
    assert 'setting of the optimizer own "junk"' in told.stderr
