"""The letters of an optimizer's source: λ is printed and weight_decay is typed, on pages, in steps and in films."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import symgd
from symgd import Optimizer, Problem
from symgd import terms as nt
from symgd.animations.stories.descent_story import tell
from symgd.derivation.engine import gradient_of
from symgd.errors import DescentError, SymgdError
from symgd.optimizers.optimizers import GRADIENT_DESCENT, OPTIMIZERS
from symgd.optimizers.printed import equations
from symgd.registry.registry import FrozenMap
from symgd.writing.documents.asciimath import asciimath
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.mathml import mathml
from symgd.writing.formulas.names import split_name
from symgd.writing.formulas.speech import speech
from symgd.writing.formulas.text import text
from symgd.writing.formulas.typst import typst
from symgd.writing.words import words_in

X, Y = [1.0, 2.0, 3.0], [1.2, 1.8, 3.4]
LINE = symgd.Problem("m*x + b")
RULED = [each for each in OPTIMIZERS.values() if each.rule != GRADIENT_DESCENT.rule]
LETTERED = [optimizer for optimizer in OPTIMIZERS.values() if optimizer.letters]
PLUS, MINUS = nt.Symbol("eta^+"), nt.Symbol("eta^-")
RULE = "v' = keep*v + g; long = alpha/scale; theta' = theta - long*v'"
SET = {"keep": 0.9, "scale": 2.0}


def test_a_sign_stands_above_a_letter_in_every_format() -> None:
    both = nt.Product((PLUS, MINUS))
    assert (text(both), text(both, ascii=True)) == ("η⁺ η⁻", "eta^+*eta^-")
    assert latex(both) == r"\eta^{+} \eta^{-}"
    assert (typst(both), asciimath(both)) == ("η^(+) η^(-)", "eta^(+) eta^(-)")
    assert speech(both) == "eta super plus times eta super minus"
    assert "êta plus en exposant" in speech(both, words_in("fr"))
    assert mathml(PLUS).endswith("<msup><mi>η</mi><mo>+</mo></msup></math>")
    square = nt.squared(nt.Symbol("eta_1^+"))
    assert (text(square), typst(square)) == ("(η₁⁺)²", "(η_(1)^(+))^(2)")
    assert latex(square) == r"\left(\eta_{1}^{+}\right)^{2}"


def test_a_letter_without_bounds_stands_below_another_in_every_format() -> None:
    longest = nt.Product((nt.Symbol("rho_∞"), nt.Symbol("rho_t")))
    assert (text(longest), text(longest, ascii=True)) == ("ρ_∞ ρₜ", "rho_oo*rho_t")
    assert latex(longest) == r"\rho_{\infty} \rho_{t}"
    assert (typst(longest), asciimath(longest)) == ("ρ_(∞) ρ_(t)", "rho_(oo) rho_(t)")
    assert speech(longest) == "rho sub infinity times rho sub t"
    assert "rhô indice l'infini" in speech(longest, words_in("fr"))
    assert "<mn>∞</mn>" in mathml(longest)
    with pytest.raises(SymgdError):
        symgd.differentiate("rho_∞*x", "x")  # declared, and never typed


def test_the_page_of_radam_has_the_letters_of_its_source_and_that_of_rprop_its_bounds() -> None:
    radam, rprop = symgd.OPTIMIZERS["radam"].text(), symgd.OPTIMIZERS["rprop"].text()
    assert "ρₜ  = ρ_∞ − 2t β₂^t/(1 − β₂^t)" in radam
    assert "if ρₜ > threshold" in radam
    assert "Δₘᵢₙ, Δₘₐₓ)" in rprop
    assert "begins with λ = 0.01" in LINE.step(X, Y, optimizer="levenberg_marquardt").text()
    assert "Before the first step λ = λ₀." in symgd.OPTIMIZERS["levenberg_marquardt"].text()


@pytest.mark.parametrize("optimizer", LETTERED, ids=lambda optimizer: optimizer.name)
@pytest.mark.parametrize("form", ["text", "latex", "typst", "markdown", "html", "speech"])
def test_pages_print_the_letters_and_say_what_is_typed(optimizer: Any, form: str) -> None:
    found = getattr(symgd.OPTIMIZERS[optimizer.name], form)()
    plain = found.replace("\\_", "_").replace("\\", "")
    for name in optimizer.letters:
        typed = name.replace("_", " ") if form == "speech" else name
        assert form == "speech" or plain.count(typed) == 1  # where it is said that it is typed
        assert f"typed {typed}" in plain


def test_the_page_of_adamw_has_lambda_and_that_of_rprop_its_two_factors() -> None:
    adamw, rprop = symgd.OPTIMIZERS["adamw"].text(), symgd.OPTIMIZERS["rprop"].text()
    assert "+ λ θ)" in adamw
    assert "λ is typed weight_decay." in adamw
    assert "where λ ≥ 0]" in adamw
    assert "θ′ = θ − α λ θ" in adamw
    assert "With λ = 0 it is adam:" in adamw
    assert "{η⁺ if s > 0; η⁻ if s < 0; 1 otherwise}" in rprop
    assert "0 < η⁻ < 1" in rprop
    assert r"\eta^{+} & \text{if } s > 0" in symgd.OPTIMIZERS["rprop"].latex()


def test_pages_with_letters_are_typeset() -> None:
    compiler = pytest.importorskip("typst", reason="the typst wheel comes with the pdf extra")
    for optimizer in LETTERED:
        page = symgd.OPTIMIZERS[optimizer.name].typst()
        assert compiler.compile(page.encode()).startswith(b"%PDF")


@pytest.mark.parametrize("optimizer", LETTERED, ids=lambda optimizer: optimizer.name)
def test_steps_have_the_letters_and_the_same_numbers(optimizer: Any) -> None:
    options: dict[str, Any] = {"learning_rate": 0.1, "steps": 2, "optimizer": optimizer}
    found = LINE.step(X, Y, **options)
    plain = LINE.step(X, Y, **{**options, "optimizer": symgd.Optimizer.of(optimizer)})
    assert found.result == plain.result
    for name, letter in optimizer.letters.items():
        shown = text(nt.Symbol(letter))
        record = json.loads(found.json())
        assert record["letters"][name] == letter
        if not {name, f"{name}'"} & {*optimizer.rule.used, *optimizer.rule.made}:
            assert shown not in found.text()  # of the start alone, which steps tell as a number
            continue
        assert f"{shown} is typed {name}." in found.text()
        assert found.text().count(name) == 2  # once after each step
        assert re.search(rf"{shown} *[=≈] ", found.text())
        assert letter in record["settings"] or name in optimizer.rule.made


def test_a_parameter_keeps_its_letter() -> None:
    """A model's λ is its own: weight decay is written as it is typed then."""
    problem = symgd.Problem("m*x + lambda", inputs="x")
    shown = problem.step(X, Y, optimizer="adamw", learning_rate=0.1).text()
    assert "weight_decay·λ" in shown
    assert "typed" not in shown
    factors = symgd.Problem("eta_plus*x + b").step(X, Y, optimizer="rprop", learning_rate=0.1)
    assert "η⁺ if" in factors.text()


def test_what_is_asked_by_name_stays_so() -> None:
    run = LINE.descend(X, Y, optimizer="adamw", optimizer_settings={"weight_decay": 0.2}, learning_rate=0.1, max_iter=3, tolerance=0, start={"m": 0.0, "b": 0.0})  # fmt: skip
    step = LINE.step(X, Y, start={"m": 0.0, "b": 0.0}, optimizer="adamw", optimizer_settings={"weight_decay": 0.2}, learning_rate=0.1, steps=3)  # fmt: skip
    for name, value in step.result.items():
        assert value == pytest.approx(run.parameters[name], rel=1e-12)
    assert "λ = 0.2" in step.text()
    assert "weight_decay" in LINE.source(optimizer="adamw")
    with pytest.raises(DescentError, match="no setting of the optimizer adamw"):
        LINE.step(X, Y, optimizer="adamw", optimizer_settings={"lambda": 0.2})


def test_ones_own_rule_has_letters_for_settings_and_for_numbers_that_it_works_out() -> None:
    mine = symgd.Optimizer("mine", RULE, SET, letters={"keep": "β", "long": "η⁺", "scale": "L"})
    assert dict(mine.letters) == {"keep": "beta", "long": "eta^+", "scale": "L"}
    page = mine.text()
    assert "v′ = β v + g\n  η⁺ = α/L\n  θ′ = θ − η⁺ v′" in page.replace("  v′ =", "v′ =")
    assert "With β = 0" in page or "it is" in page
    shown = LINE.step(X, Y, optimizer=mine, learning_rate=0.1)
    assert "η⁺   = α/L" in shown.text()
    assert "η⁺ is typed long." in shown.text()
    plain = symgd.Optimizer("mine", RULE, SET)
    assert shown.result == LINE.step(X, Y, optimizer=plain, learning_rate=0.1).result


def test_rules_over_matrices_have_them_too() -> None:
    rule = "A = dot(transpose(Jac), Jac); d = solve(A + damping*I, dot(transpose(Jac), r)); theta' = theta - d"
    mine = symgd.Optimizer("mine", rule, {"damping": 0.5}, letters={"damping": "lambda"})
    shown = LINE.step(X, Y, optimizer=mine).text()
    assert "d   = (A + λ I)⁻¹ (Jacᵀ r)" in shown
    assert "λ is typed damping." in shown
    assert "λ = 0.5" in shown


def test_the_letters_of_a_page_leave_those_of_the_rule_alone() -> None:
    """Curvature is called λ where no setting is."""
    mine = symgd.Optimizer(
        "mine", "theta' = theta - alpha*(g + decay*theta)", {"decay": 0.1}, letters={"decay": "λ"}
    )
    assert "g = κ θ" in mine.text()
    assert "λ is typed weight_decay." in symgd.OPTIMIZERS["adamw"].against("lion").text()
    beside = symgd.OPTIMIZERS["adamw"].against("levenberg_marquardt").text()
    assert "weight_decay·θ" in beside  # λ is the other's
    assert "typed" not in beside


def test_a_library_s_convention_has_the_letters_of_what_it_has_in_common() -> None:
    assert dict(OPTIMIZERS["adamw"].as_in("optax").letters) == {"weight_decay": "lambda"}
    assert "λ = 0.01 in adamw, and λ = 0.0001 in optax.adamw" in symgd.OPTIMIZERS["adamw"].text()


@pytest.mark.parametrize(
    ("letters", "said"),
    [
        ({"kept": "beta"}, '"kept" is given a letter, and is no number of the update rule'),
        ({"v": "m"}, '"v" is given a letter, and is no number of the update rule'),
        ({"keep": "a b"}, 'the letter of "keep" is "a b"; write one as in formulas'),
        ({"keep": ""}, 'the letter of "keep" is ""; write one as in formulas'),
        ({"keep": "}x{"}, 'the letter of "keep" is "}x{"; write one as in formulas'),
        ({"keep": "scale"}, 'the letter of "keep" is "scale", which something else is called'),
        ({"keep": "θ"}, 'the letter of "keep" is "theta", which something else is called'),
        ({"keep": "b", "scale": "b"}, 'the letter of "keep" is "b", which something else'),
    ],
)
def test_what_is_no_letter_is_refused(letters: dict[str, str], said: str) -> None:
    with pytest.raises(DescentError) as refused:
        symgd.Optimizer("mine", RULE, SET, letters=letters)
    assert said in str(refused.value)


def test_letters_are_of_numbers_that_the_rule_has() -> None:
    """Read where the rule is, for declarations with settings of their own too."""
    for optimizer in OPTIMIZERS.values():
        assert optimizer.rule
        assert isinstance(optimizer.letters, FrozenMap)
        for letter in optimizer.letters.values():
            assert split_name(letter)[0]


@pytest.mark.parametrize(("name", "letter"), [("adamw", "λ"), ("lion", "λ"), ("rprop", "η⁺")])
def test_films_have_the_letters(name: str, letter: str) -> None:
    run = LINE.descend(X, Y, optimizer=name, learning_rate=0.1, max_iter=4, tolerance=0)
    rule = tell(run, lambda: gradient_of(run.problem)).rule
    assert rule is not None
    assert any(letter in text(rule.symbols(update)) for update in rule.updates)
    assert rule.holds(4)


def test_films_of_ones_own_numbers_have_the_letters() -> None:
    """A number of the rule with a letter, and one that a parameter is called by, have their numbers too."""
    mine = symgd.Optimizer("mine", RULE, SET, letters={"long": "eta^+"})
    problem = symgd.Problem("scale*x + long")
    run = problem.descend(X, Y, optimizer=mine, learning_rate=0.02, max_iter=4, tolerance=0)
    rule = tell(run, lambda: gradient_of(run.problem)).rule
    assert rule is not None
    assert rule.holds(4)
    assert "η⁺" in {text(nt.Symbol(update.name)) for update in rule.updates}


def test_a_letter_of_the_penalty_is_not_the_rule_s() -> None:
    problem = Problem("m*x + b", penalty="ridge")
    steps = problem.step([1.0, 2, 3], [1.2, 1.8, 3.4], optimizer="adamw", learning_rate=0.05)
    told = steps.text()
    assert "weight_decay·m" in told
    assert "is typed weight_decay" not in told


def test_a_letter_is_a_text() -> None:
    with pytest.raises(SymgdError, match="is a text, not int"):
        Optimizer("mine", "theta' = theta - alpha*decay*g", {"decay": 0.1}, letters={"decay": 3})  # type: ignore[dict-item]


def test_what_state_begins_with_is_explained() -> None:
    assert "α: the learning rate." in symgd.OPTIMIZERS["rprop"].text()
    steps = Problem("m*x + b").step(
        [1.0, 2, 3], [1.2, 1.8, 3.4], optimizer="rprop", learning_rate=0.1
    )
    assert "Here α = 0.1, " in steps.text()


def _plain(source: str) -> str:
    """A source's words side by side, wherever its comments and docstrings break them."""
    return " ".join(re.sub(r"\n *(#|\*)?(?= )", " ", source).split())


@pytest.mark.parametrize("optimizer", RULED, ids=lambda optimizer: optimizer.name)
def test_listings_have_the_formulas_of_the_page_above_their_lines(optimizer: Any) -> None:
    source = symgd.Problem("a*x + c0").source(optimizer=optimizer.name, style="listing")
    plain = _plain(source)
    for equation in equations(optimizer.rule, optimizer.letters):
        shown = text(equation)
        assert f" {shown} " in plain, shown


@pytest.mark.parametrize("optimizer", LETTERED, ids=lambda optimizer: optimizer.name)
@pytest.mark.parametrize(
    ("options", "mark"),
    [
        ({"style": "listing"}, "  #"),
        ({}, "  #"),
        ({"target": "array-api"}, "  #"),
        ({"target": "javascript"}, " //"),
    ],
)
def test_code_says_which_letter_each_constant_is(
    optimizer: Any, options: dict[str, str], mark: str
) -> None:
    source = symgd.Problem("a*x + c0").source(optimizer=optimizer.name, **options)
    plain = _plain(source)
    for name, letter in optimizer.letters.items():
        shown = text(nt.Symbol(letter))
        if name in optimizer.values:
            assert re.search(rf"{name.upper()} = \S+{mark} {re.escape(shown)}\n", source)
        if options.get("style") != "listing":
            assert f"{shown} is {name}" in plain
    for equation in equations(optimizer.rule, optimizer.letters):
        assert text(equation) in plain


def test_a_letter_of_the_cost_is_not_given_to_a_setting_of_the_rule() -> None:
    """A penalty's λ is its own in code too: weight decay is written as it is typed then."""
    problem = symgd.Problem("m*x + b", penalty="ridge")
    for options in ({"style": "listing"}, {}, {"target": "javascript"}, {"target": "array-api"}):
        source = problem.source(optimizer="adamw", **options)
        assert "weight_decay·θ" in source
        assert "is weight_decay" not in source
        assert not re.search(r"WEIGHT_DECAY = \S+ +(#|//)", source)
