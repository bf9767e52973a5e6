"""What is proved of update rules, their limits on a quadratic, conventions side by side, and steps with numbers."""

from __future__ import annotations

import math
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy
from consoles import run
from grids import in_turn

import symgd
from symgd import terms as nt
from symgd.errors import DerivationError, DescentError
from symgd.optimize.curvature import Landscape
from symgd.optimize.method import Method
from symgd.optimize.stability import ruled_landscape
from symgd.optimizers.best import FACTOR, best_of, slowest
from symgd.optimizers.laws import LawFinder
from symgd.optimizers.positive import Domain
from symgd.optimizers.quadratic import CURVATURE, NotLinear, QuadraticStep
from symgd.optimizers.schedules import SCHEDULES
from symgd.optimizers.stability import LEAST, MOST, Stability
from symgd.problem.settings import Setting
from symgd.writing.formats import FORMATS
from symgd.writing.formulas.text import text
from symgd.writing.shown import Shown

X, Y = [1, 2, 3], [1.2, 1.8, 3.4]
LINE = symgd.Problem("m*x + b")
BETA = Setting("beta", 0.9, "0 <= beta < 1", "the share that is kept")

BETA_B = Setting("b", 0.9, "0 <= b < 1", "the share that is kept")


def optimizer(rule: str, *settings: Setting) -> symgd.Optimizer:
    return symgd.Optimizer("mine", rule, settings)


def specials(name: str) -> set[tuple[str, tuple[tuple[str, int], ...]]]:
    found = symgd.OPTIMIZERS[name].laws.special
    return {(law.other.name, tuple(law.put.items())) for law in found}


@pytest.mark.parametrize(
    ("name", "other", "put"),
    [
        ("momentum", "gradient_descent", (("beta", 0),)),
        ("nesterov", "gradient_descent", (("beta", 0),)),
        ("nesterov_ahead", "gradient_descent", (("beta", 0),)),
        ("adamw", "adam", (("weight_decay", 0),)),
        ("adam", "sign_descent", (("beta1", 0), ("beta2", 0), ("epsilon", 0))),
        ("rmsprop", "sign_descent", (("rho", 0), ("epsilon", 0))),
        ("lion", "sign_descent", (("beta1", 0), ("weight_decay", 0))),
    ],
)
def test_settings_that_make_another_optimizer(
    name: str, other: str, put: tuple[tuple[str, int], ...]
) -> None:
    assert (other, put) in specials(name)


def test_an_own_rule_is_known_by_its_formula() -> None:
    mine = optimizer("q' = b*q + g; theta' = theta - alpha*q'", Setting("b", 0.9, "0 <= b < 1", ""))
    first = mine.laws.special[0]
    assert (first.other.name, dict(first.put), dict(first.letters)) == (
        "momentum",
        {},
        {"beta": "b"},
    )
    assert first.method == "every step"


def test_no_law_where_there_is_none() -> None:
    """What agrees at first, or at some numbers, is not called the same."""
    late = optimizer("theta' = theta - alpha*g if t < 20 else theta - 2*alpha*g")
    found = LawFinder(late, tuple(symgd.OPTIMIZERS.values())).laws.special
    assert all(law.method == "three steps" for law in found)
    square = optimizer("theta' = theta - alpha*g^2")
    assert not square.laws.special
    assert not square.laws.scaled


@pytest.mark.parametrize("name", ["gradient_descent", "adam", "rprop", "adamax", "nesterov_ahead"])
def test_a_zero_gradient_stays_put(name: str) -> None:
    still = symgd.OPTIMIZERS[name].laws.still
    assert still is not None
    assert still.moved == 0


def test_decay_moves_without_a_gradient() -> None:
    still = symgd.OPTIMIZERS["adamw"].laws.still
    assert still is not None
    assert still.moved.free_symbols == {
        sympy.Symbol("alpha", positive=True),
        sympy.Symbol("theta", real=True),
        sympy.Symbol("weight_decay", nonnegative=True),
    }


def test_0_over_0_is_no_stay() -> None:
    assert optimizer("theta' = theta - alpha*g/norm(g)").laws.still is None
    assert optimizer("theta' = theta - alpha*g/g*g").laws.still is None


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (symgd.OPTIMIZERS["momentum"], "whatever the settings are."),
        *(
            (symgd.OPTIMIZERS[name], "for ε > 0.")
            for name in ("adagrad", "adam", "adamax", "nadam", "adadelta")
        ),
        (symgd.OPTIMIZERS["radam"], "where all formulas of the rule have a value."),
        (
            optimizer("theta' = theta - alpha*g/(abs(g) + b)", Setting("b", 0.1, "", "")),
            "for b ≠ 0.",
        ),
        (
            optimizer("theta' = theta - alpha*g/(abs(g) + b)", Setting("b", 0.1, "b > 0", "")),
            "whatever the settings are.",
        ),
        (
            optimizer("v' = b*v + g; theta' = theta - alpha*v'/(1 - b^t)", BETA_B),
            "whatever the settings are.",
        ),
    ],
)
def test_a_zero_gradient_is_proved_where_the_formulas_have_a_value(
    rule: symgd.Optimizer, told: str
) -> None:
    """At ε = 0, which is admitted, Adam's step is 0/0: what is said holds above it."""
    page = rule.text()
    assert f"Proved for every step by SymPy, {told}" in page


@pytest.mark.parametrize(
    ("name", "put", "degree"),
    [
        ("gradient_descent", {}, 1),
        ("momentum", {}, 1),
        ("sign_descent", {}, 0),
        ("lion", {}, 0),
        ("rprop", {}, 0),
        ("newton", {}, 0),
        ("adam", {"epsilon": 0}, 0),
        ("amsgrad", {"epsilon": 0}, 0),
    ],
)
def test_scale_laws(name: str, put: dict[str, int], degree: int) -> None:
    found = symgd.OPTIMIZERS[name].laws.scaled
    assert (put, degree) in [(dict(law.put), law.degree) for law in found]


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("gradient_descent", "2/curvature"),
        ("momentum", "2*(1 + beta)/curvature"),
        ("nesterov", "2*(1 + beta)/(curvature*(1 + 2*beta))"),
        ("nesterov_ahead", "2*(1 + beta)/(curvature*(1 + 2*beta))"),
    ],
)
def test_limits_on_a_quadratic(name: str, limit: str) -> None:
    """Those of the textbooks; just below and just above them the spectral radius is on either side of 1."""
    step = QuadraticStep(symgd.OPTIMIZERS[name])
    assert step.limit is not None
    beta = sympy.Symbol("beta", nonnegative=True)
    wanted = sympy.sympify(limit, {"beta": beta, "curvature": CURVATURE})
    assert sympy.simplify(step.limit - wanted) == 0
    for share in (0.0, 0.3, 0.9):
        numbers = {"beta": share, CURVATURE.name: 1.7}
        bound = float(step.limit.subs({beta: share, CURVATURE: 1.7}))
        assert step.radius({**numbers, "alpha": 0.999 * bound}) < 1
        assert step.radius({**numbers, "alpha": 1.001 * bound}) > 1


@pytest.mark.parametrize("name", ["gradient_descent", "momentum", "nesterov"])
def test_the_limit_of_a_walk_is_that_of_the_formula(name: str) -> None:
    """A walk finds it with numbers alone, which takes less than SymPy."""
    known = LINE.stable_rate(X, Y, optimizer=name)
    method = Method(symgd.OPTIMIZERS[name], dict(known.settings))
    found = ruled_landscape(Landscape(curvature=known.curvature), method)
    assert found.limit == pytest.approx(known.largest, rel=1e-9)


def test_decay_in_the_gradient_lowers_the_limit() -> None:
    decay = Setting("c", 0.01, "c >= 0", "")
    step = QuadraticStep(optimizer("theta' = theta - alpha*(g + c*theta)", decay))
    assert step.limit == 2 / (CURVATURE + sympy.Symbol("c", nonnegative=True))


@pytest.mark.parametrize("name", ["adam", "sign_descent", "coordinate_descent", "armijo", "lbfgs"])
def test_no_limit_where_a_step_is_no_matrix(name: str) -> None:
    with pytest.raises(NotLinear):
        QuadraticStep(symgd.OPTIMIZERS[name]).matrix  # noqa: B018  # it is worked out here
    assert "quadratic cost" in symgd.OPTIMIZERS[name].text()


@pytest.mark.parametrize("name", ["gradient_descent", "momentum", "nesterov"])
@pytest.mark.parametrize("ratio", [3.0, 50.0])
def test_the_best_settings_are_best(name: str, ratio: float) -> None:
    step = QuadraticStep(symgd.OPTIMIZERS[name])
    found = best_of(step)
    assert found is not None
    numbers = found.numbers(1.0, ratio)
    factor = numbers.pop(FACTOR)
    assert slowest(step, 1.0, ratio, numbers) == pytest.approx(factor, abs=1e-6)
    for key in numbers:
        for share in (0.98, 1.02):
            assert slowest(step, 1.0, ratio, {**numbers, key: numbers[key] * share}) > factor


@pytest.mark.parametrize(
    ("setting", "state"),
    [
        ("mu", "v"),
        ("L", "M"),
        ("z", "chi"),
        ("q", "l"),
        ("lambda", "kappa"),
        ("J", "h"),
        ("curvature", "matrix"),
        ("factor", "mu_best"),
    ],
)
def test_letters_of_the_rule_stay_its_own(setting: str, state: str) -> None:
    """The letters of symgd's own give way: to settings, to what is remembered and to each other."""
    rule = f"{state}' = {setting}*{state} + g; theta' = theta - alpha*{state}'"
    mine = symgd.Optimizer("mine", rule, {setting: 0.5})
    told = Stability(QuadraticStep(mine))
    own = [*told.letters.values()]
    assert len({*own}) == len(own)
    assert not {setting, state, "theta", "g", "alpha"} & {*own}
    matrix = {"alpha", setting, told.letter(CURVATURE.name).name}
    assert frozenset().union(*(told.term(part).names for part in told.step.matrix)) == matrix
    best = best_of(told.step)
    assert best is not None
    lines = [chain.start for chain in [*told.chapters()][-1].chains]
    names = {told.letters[LEAST], told.letters[MOST]}
    for line, letter in zip(lines, ("alpha", setting, told.letters[FACTOR]), strict=True):
        assert isinstance(line, nt.Equation)
        assert (line.left, line.right.names) == (nt.Symbol(letter), names)


def test_letters_of_a_page_with_data_are_beside_the_models() -> None:
    rule = "v' = lambda*v + g; theta' = theta - alpha*v'"
    mine = symgd.Optimizer("mine", rule, {"lambda": 0.5})
    page = symgd.Problem("L*x + mu").stable_rate(X, Y, optimizer=mine)
    shown = page.text()
    assert "λ = 0.5 " in " ".join(shown.split())
    assert "from l to U" in shown
    assert "λₘₐₓ" not in shown
    assert "κₘₐₓ" in shown


def test_a_setting_called_as_the_laws_call_theirs() -> None:
    """c is the factor of the scale law, g_1 the first gradient: neither may be taken for the rule's own."""
    mine = optimizer(
        "theta' = theta - alpha*c*g_1*g",
        Setting("c", 2.0, "c > 0", ""),
        Setting("g_1", 2.0, "", ""),
    )
    assert [law.degree for law in mine.laws.scaled if not law.put] == [1]
    assert "k times as large" in mine.text()
    assert "c times as" not in mine.text()


def test_positive_only_where_it_is_proved() -> None:
    beta = sympy.Symbol("beta", nonnegative=True)
    domain = Domain.of({beta: BETA})
    assert domain.is_positive(1 - beta)
    assert domain.is_positive(1 - beta**2)
    assert not domain.is_positive(beta)
    assert domain.is_positive(beta, or_zero=True)
    assert not domain.is_positive(beta - sympy.Rational(1, 2))
    assert not domain.is_positive(beta - 2)


def test_rates_with_data() -> None:
    rate = LINE.stable_rate(X, Y, optimizer="momentum")
    most = max(np.linalg.eigvalsh(2 / 3 * np.array([[14, 6], [6, 3]])))
    least = min(np.linalg.eigvalsh(2 / 3 * np.array([[14, 6], [6, 3]])))
    assert rate.largest == pytest.approx(2 * 1.9 / most)
    assert rate.best == pytest.approx(4 / (math.sqrt(most) + math.sqrt(least)) ** 2)
    assert rate.factor is not None
    plain = LINE.stable_rate(X, Y, optimizer="gradient_descent")
    assert plain.largest == pytest.approx(LINE.stable_rate(X, Y).largest)
    assert plain.best == pytest.approx(LINE.stable_rate(X, Y).best)
    assert LINE.stable_rate(X, Y, optimizer="adam").largest is None
    other = LINE.stable_rate(X, Y, optimizer="momentum", optimizer_settings={"beta": 0.5})
    assert other.largest == pytest.approx(3 / most)


def test_rates_that_are_sought() -> None:
    """Three letters that are remembered: no formula, and the limit is where the spectral radius is 1."""
    rule = "v' = 0.5*v + g; w' = 0.3*w + v'; theta' = theta - alpha*w'"
    rate = LINE.stable_rate(X, Y, optimizer=rule)
    assert rate.step is not None
    assert rate.largest is not None
    most = rate.curvature[-1] if rate.curvature else math.nan
    assert rate.step.radius({CURVATURE.name: most, "alpha": rate.largest}) == pytest.approx(1)
    assert "sought with numbers" in rate.text()


def test_against() -> None:
    adam = symgd.OPTIMIZERS["adam"]
    assert adam.against("torch").agree
    found = adam.against("adamw")
    assert not found.agree
    assert found.difference is not None
    assert text(found.difference) == "α θ·weight_decay"
    said = symgd.OPTIMIZERS["adagrad"].against("optax").text()
    assert "ε stands outside the root in adagrad, and inside in optax.adagrad." in said
    assert "where s′ > 0" in said
    assert "ρ = 0.9 in rmsprop, and ρ = 0.99 in torch.rmsprop" in symgd.OPTIMIZERS["rmsprop"].against("torch").text()  # fmt: skip
    with pytest.raises(DescentError, match="nonsense"):
        adam.against("nonsense")


def test_a_step_with_numbers_goes_where_descent_goes() -> None:
    start = {"m": 0.2, "b": 0.5}
    for name in ("gradient_descent", "momentum", "adam", "rmsprop", "adagrad", "barzilai_borwein", "lion"):  # fmt: skip
        made = LINE.step(X, Y, start=start, optimizer=name, learning_rate=0.05, steps=3)
        walk = LINE.descend(X, Y, start=start, optimizer=name, learning_rate=0.05, max_iter=3, tolerance=0)  # fmt: skip
        assert made.result == pytest.approx(dict(walk.parameters), rel=1e-12), name
        assert len(made.steps_made) == 3


# A rule for all parameters at once is the last.
SCHEDULED = ["gradient_descent", "rprop", "theta' = theta - alpha*g/norm(solve(I + H, g))"]


@pytest.mark.parametrize(("schedule", "name"), in_turn([*symgd.SCHEDULES], SCHEDULED, of=2))
def test_steps_with_numbers_change_their_rate_as_descents_do(schedule: str, name: str) -> None:
    start = {"m": 0.2, "b": 0.5}
    asked = {"start": start, "optimizer": name, "learning_rate": 0.05, "schedule": schedule}
    made = LINE.step(X, Y, steps=4, **asked)  # type: ignore[arg-type]  # by name
    walk = LINE.descend(X, Y, max_iter=4, tolerance=0, **asked)  # type: ignore[arg-type]
    assert made.result == pytest.approx(dict(walk.parameters), rel=1e-12)
    said = made.text()
    assert said.count("αₜ") >= 4
    assert "Here α = 0.05" in said


def test_a_step_says_the_rate_that_a_formula_gives_it() -> None:
    made = LINE.step(X, Y, learning_rate="0.1/t", steps=2)
    assert [float(step.statements[0].value) for step in made.steps_made] == [0.1, 0.05]
    walk = LINE.descend(X, Y, learning_rate="0.1/t", max_iter=2, tolerance=0)
    assert made.result == pytest.approx(dict(walk.parameters), rel=1e-12)
    named = symgd.Problem("alpha*x + T", parameters=["alpha", "T"])  # as the rate's numbers are
    other = LINE.step(X, Y, learning_rate=0.05, schedule="linear", steps=3)
    made = named.step(X, Y, learning_rate=0.05, schedule="linear", steps=3)
    assert [*made.result.values()] == [*other.result.values()]
    assert "T_rate = 3" in made.text(ascii=True)


def test_a_step_says_each_statement() -> None:
    made = LINE.step(X, Y, start={"m": 0.2, "b": 0.5}, optimizer="adam", learning_rate=0.1)
    said = made.text()
    assert "mₘ′  = β₁ mₘ + (1 − β₁) gₘ" in said
    assert "= 0.9·0 + (1 − 0.9)·(−6.13333) ≈ −0.613333" in said
    assert "Here α = 0.1, β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸." in said


def test_a_step_says_every_number_that_its_statements_read() -> None:
    """What no line with numbers has: state of a whole step, and what the conditions of cases read."""
    asked: dict[str, Any] = {"start": {"m": 0, "b": 0}, "learning_rate": 0.05, "steps": 2}

    def told(name: str) -> list[str]:
        return LINE.step(X, Y, optimizer=name, **asked).text().splitlines()

    marquardt = told("levenberg_marquardt")
    assert "  This step begins with λ = 0.01." in marquardt
    assert "  This step begins with λ = 0.001." in marquardt
    assert "  This step begins with t = 2, p = 2, jₘ = 1, j_b = 2." in told("coordinate_descent")
    assert "  This step begins with t = 1." in told("barzilai_borwein")
    record = LINE.step(X, Y, optimizer="levenberg_marquardt", **asked).record()
    assert record["settings"] == {"nu": 10.0}
    assert [line["text"] for line in record["steps"][1]["begins_with"]] == ["λ = 0.001"]
    lbfgs = told("lbfgs")
    assert "  S, Y, S′, Y′: empty, nothing has been added yet." in lbfgs
    assert "  This step begins with q = (0, 0)ᵀ, h ≈ (−10, −4.26667)ᵀ, t = 2." in lbfgs
    assert not any("begins with" in line for line in told("momentum"))


def test_what_is_exact_is_not_said_to_be_about() -> None:
    asked: dict[str, Any] = {"start": {"m": 0, "b": 0}, "learning_rate": 0.05}
    lines = LINE.step(X, Y, optimizer="lbfgs", **asked).text().splitlines()
    assert "         = (0, 0)ᵀ" in lines
    assert "         ≈ (−10, −4.26667)ᵀ" in lines
    assert (
        "       = sign(−4.26667·0) = 0"
        in LINE.step(X, Y, optimizer="rprop", **asked).text().splitlines()
    )
    adam = LINE.step(X, Y, optimizer="adam", **asked).text()
    assert "≈ −0.426667" in adam
    newton = LINE.step(X, Y, optimizer="newton", start={"m": 0, "b": 0}).text()
    assert "m′ ≈ 1.1" in newton


def test_parameters_that_are_called_as_the_rule_calls_its_numbers() -> None:
    problem = symgd.Problem("alpha*x + beta")
    made = problem.step(X, Y, optimizer="momentum", learning_rate=0.1, steps=2)
    other = LINE.step(X, Y, optimizer="momentum", learning_rate=0.1, steps=2)
    assert [*made.result.values()] == [*other.result.values()]
    assert "η is what the rule calls α." in made.text()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"optimizer": "nesterov_ahead"}, "no learning rate"),
        ({"optimizer": "momentum"}, "no learning rate"),
        ({"learning_rate": math.nan}, "learning rate"),
        ({"learning_rate": 0.1, "steps": 0}, "steps"),
        ({"learning_rate": "auto"}, "learning rate"),
        ({"learning_rate": "1 - t", "steps": 2}, "below 0 at step 2"),
        ({"learning_rate": 0.1, "schedule": "alpha/(t - 1)"}, "no real value"),
        ({"optimizer": "newton", "schedule": "cosine"}, "no learning rate that would change"),
        ({"learning_rate": "0.1/t", "schedule": "cosine"}, "both"),
    ],
)
def test_steps_that_are_refused(options: dict[str, object], said: str) -> None:
    with pytest.raises((DerivationError, DescentError), match=said):
        LINE.step(X, Y, **options)  # type: ignore[arg-type]  # some do not fit


@cache
def _pages() -> tuple[Shown, ...]:
    return (
        symgd.OPTIMIZERS["momentum"],
        symgd.OPTIMIZERS["armijo"],
        symgd.OPTIMIZERS["adam"].against("adamw"),
        LINE.stable_rate(X, Y, optimizer="nesterov"),
        LINE.step(X, Y, optimizer="adam"),
    )


@pytest.mark.parametrize("form", [f.name for f in FORMATS.values() if not f.binary])
def test_every_format_has_the_pages(form: str) -> None:
    assert all(page.written(form) for page in _pages())
    assert symgd.OPTIMIZERS["adam"].written(form, detail="full")


def test_a_page_writes_names_and_bounds_as_they_are_read() -> None:
    adamw, adamax = symgd.OPTIMIZERS["adamw"], symgd.OPTIMIZERS["adamax"]
    decayed = symgd.OPTIMIZERS["adam"].against("torch (weight decay)")
    assert r"\mathrm{weight\_decay}" in decayed.latex()
    assert "_{\\mathrm{decay}}" not in decayed.latex()
    spoken = adamw.speech()
    assert "zero is at most beta sub one, which is less than one" in spoken
    assert "plus lambda times theta" in spoken
    assert "u′ = max(β₂ u, |g| + ε)" in adamax.text()
    step = LINE.step(X, Y, optimizer="adamax", start={"m": 0, "b": 0}, learning_rate=0.1).text()
    assert "uₘ′  = max(β₂ uₘ, |gₘ| + ε)" in step
    assert "abs(" not in step + adamax.text()


def test_words_as_books_write_them() -> None:
    rule = symgd.OPTIMIZERS["levenberg_marquardt"].text()
    assert "A      = Jacᵀ Jac" in rule
    mine = optimizer("theta' = theta - alpha*dot(g, g)/norm(g)*g")
    assert "g·g/‖g‖" in mine.text()
    assert r"g^{\top} g" in mine.latex()
    assert "dot(g, g)/norm(g)" in mine.text(ascii=True)
    assert "H⁻¹ g" in symgd.OPTIMIZERS["newton"].text()


def test_the_verb() -> None:
    assert "adaptive moments" in run("optimizers").output
    assert "moments adaptatifs" in run("optimizers", "--language", "fr").output
    page = run("optimizers", "momentum").output
    assert "α < 2(1 + β)/L" in page
    assert run("optimizers", "Adam").exit_code == 0
    assert run("optimizers", "adm").exit_code == 2
    assert run("optimizers", "adam", "--set", "beta1=0.5").exit_code == 2
    assert run("optimizers", "--against", "torch").exit_code == 2
    own = run("optimizers", "--rule", "v' = b*v + g; theta' = theta - alpha*v'", "--set", "b=0.9")
    assert "As it is, it is momentum" in own.output
    assert run("rate").exit_code == 2
    assert "α < 2/L" in run("rate", "--optimizer", "gradient_descent").output


def test_the_step_on_the_command_line(tmp_path: Path) -> None:
    data = tmp_path / "points.csv"
    data.write_text("x,y\n1,1.2\n2,1.8\n3,3.4\n", encoding="utf-8")
    asked = ("derive", "m*x + b", "--data", str(data), "--at", "m=0,b=0", "--optimizer")
    assert "Step 2: the statements of adam" in run(*asked, "adam", "--steps", "2").output
    assert run(*asked, "momentum").exit_code == 2
    assert run("derive", "m*x + b", "--optimizer", "adam").exit_code == 2


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_the_latex_compiles(tmp_path: Path) -> None:
    page = symgd.OPTIMIZERS["momentum"].save(tmp_path / "page.tex")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", page.name]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=False).returncode == 0  # fmt: skip


def test_schedules_are_listed_and_shown() -> None:
    listed = run("optimizers").output
    assert all(f"\n{name} " in listed for name in SCHEDULES)
    cosine = run("optimizers", "cosine").output.splitlines()
    assert cosine[0] == "cosine: half a wave of the cosine"
    assert any(line.startswith("  --set low=0") for line in cosine)
    assert "Programmes du taux" in run("optimizers", "--language", "fr").output
    assert run("optimizers", "cosine", "--against", "torch").exit_code == 2
