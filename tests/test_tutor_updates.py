"""A student's lines of an optimizer's step: read in any dress, compared as maps, and what goes wrong named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from consoles import run
from grids import examples, in_turn
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from update_slips import HATS, SLIPS, STEP, A

from symgd import Problem
from symgd import terms as nt
from symgd.errors import DescentError, FormulaError, SymgdError
from symgd.optimizers.numbers import near, trace
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.optimizers import OPTIMIZERS
from symgd.optimizers.printed import equations
from symgd.optimizers.rule import UpdateRule
from symgd.tutor.updates.letters import assignments
from symgd.tutor.updates.program import is_entrywise
from symgd.tutor.updates.slips import UPDATE_MISCONCEPTIONS
from symgd.tutor.verdict import Verdict
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.text import text

LINE = "m*x + b"
ENTRYWISE = [name for name, found in OPTIMIZERS.items() if is_entrywise(found.rule)]
FORMS: dict[str, Callable[[nt.Term], str]] = {
    "text": text,
    "ascii": lambda term: text(term, ascii=True),
    "latex": latex,
}


@cache
def problem() -> Problem:
    return Problem(LINE)


def check(lines: str, optimizer: str, **settings: float) -> Verdict:
    return problem().check(lines, optimizer=optimizer, optimizer_settings=settings)


# What is right and is the rule itself, in forms that are not ours.
RIGHT = (
    ("gradient_descent", "m := m - eta dJ/dm\nb := b - eta dJ/db"),
    ("gradient_descent", "m_new = m_old - 0.1 * 2/N sum (m x_i + b - y_i) x_i"),
    ("gradient_descent", "θ_j := θ_j - α ∂J/∂θ_j"),
    ("gradient_descent", r"\theta_j := \theta_j - \alpha \frac{\partial J(\theta)}{\partial \theta_j}"),
    ("gradient_descent", "theta' - theta = -alpha g"),
    ("gradient_descent", r"\mathbf{w}_{t+1} = \mathbf{w}_t - \eta \nabla_{\mathbf{w}} L(\mathbf{w}_t)"),
    ("gradient_descent", "x_{k+1} = x_k - α_k ∇f(x_k)"),
    ("gradient_descent", "b := b - 0,01 · ∂J/∂b"),
    ("sgd", "w := w - 0.01*dw"),
    ("momentum", "v' = beta*v + g; theta' = theta - alpha*v'"),
    ("momentum", "θ′ = θ − α v′\nv′ = β v + g"),
    ("momentum", "v = βv + g\nθ = θ - αv"),
    ("momentum", "velocity = momentum * velocity + grad\nw = w - lr * velocity"),
    ("momentum", "v_m' := 0.9 v_m + dJ/dm\nm_new = m - alpha*v_m'"),
    ("momentum", "v_m := 0.9 v_m + dJ/dm\nv_b := 0.9 v_b + dJ/db\nm := m - alpha v_m\nb := b - alpha v_b"),
    ("momentum", "v_m' = 0.9 v_m + 2/N sum (m x_i + b - y_i) x_i\nm' = m - alpha v_m'"),
    ("momentum", "dJ/dm = 2/N sum (m x_i + b - y_i) x_i\nv_m' = 0.9 v_m + dJ/dm\nm' = m - alpha v_m'"),
    ("momentum", "v'_m = 0.9 v_m + J'_m\nm' = m - alpha v'_m"),
    ("momentum", r"v_{m,t+1} = \beta v_{m,t} + \frac{\partial J}{\partial m}" "\n" r"m_{t+1} = m_t - \alpha v_{m,t+1}"),
    ("momentum", r"v_{t+1} = mu v_t + g_{t+1}" "\n" r"\theta_{t+1} = \theta_t - \eta v_{t+1}"),
    ("momentum", r"\begin{align} v_{t+1} &= \beta v_t + \nabla J(\theta_t) \\ \theta_{t+1} &= \theta_t - \alpha v_{t+1} \end{align}"),
    ("momentum", r"v^{(t+1)} = \beta v^{(t)} + g^{(t)}" "\n" r"\theta^{(t+1)} = \theta^{(t)} - \alpha v^{(t+1)}"),
    ("momentum", "b_t ← μ b_{t-1} + g_t\nθ_t ← θ_{t-1} − γ b_t"),
    ("momentum", "v <- beta*v + g\ntheta <- theta - alpha*v"),
    ("momentum", "g_t = ∇J(θ_{t-1})\nv_t = 0.9 v_{t-1} + g_t\nθ_t = θ_{t-1} − 0.01 v_t"),
    ("momentum", "v_{k+1} = βv_k + ∇f(x_k)\nx_{k+1} = x_k − αv_{k+1}"),
    ("momentum", "θ_{t+1} - θ_t = -alpha g_t + beta (θ_t − θ_{t−1})"),
    ("momentum", "v(t+1) = beta v(t) + g(t)\ntheta(t+1) = theta(t) - alpha v(t+1)"),
    ("momentum", "v[t] = beta*v[t-1] + g[t]\ntheta[t] = theta[t-1] - alpha*v[t]"),
    ("momentum", "self.v = beta*self.v + g\nself.w -= lr*self.v"),
    ("momentum", "# momentum\nbeta = 0.9\nalpha = 0.1\nv = 0\nv = beta*v + g\ntheta = theta - alpha*v"),
    ("momentum", "for t = 1, 2, ...:\n  v = beta*v + g\n  theta = theta - alpha*v\nend for"),
    ("momentum", "theta' = theta - alpha*(beta*v + g)\nv' = beta*v + g"),
    ("momentum", "v' = beta*v + g\ntheta' = theta - alpha*v'\n = theta - alpha*beta*v - alpha*g"),
    ("momentum", "v' = beta*v + g where g = ∇J(θ)\ntheta' = theta - alpha*v'"),
    ("momentum", "Momentum update:\nv' = beta*v + g\nThen the parameters are updated: theta' = theta - alpha*v'"),
    ("momentum", "v_dW = β v_dW + dW\nW = W − α v_dW"),
    ("momentum", "v' = 0,9 v + g\ntheta' = theta - alpha v'"),
    ("nesterov", "v' = beta v + g\ntheta' = theta - alpha g - alpha beta v'"),
    ("momentum", "v = beta*v + grad(J)\nw = w - eta*v"),
    ("momentum", "v = beta*v + grad J\nw = w - eta*v"),
    ("gradient_descent", "theta = theta - alpha*grad J(theta)"),
    ("nesterov_ahead", "θ̃ = θ + βv\ng = ∇J(θ̃)\nv' = βv − αg\nθ' = θ + v'"),
    ("sign_descent", "θ ← θ − α sgn(∇J(θ))"),
    ("adagrad", "G += g**2\ntheta -= lr*g/(np.sqrt(G)+eps)"),
    ("adagrad", r"G_{t} = G_{t-1} + g_t \odot g_t \\ \theta_{t+1} = \theta_t - \frac{\eta}{\sqrt{G_t} + \epsilon} \odot g_t"),
    ("rmsprop", "v' = 0.9 v + 0.1 g^2; theta' = theta - alpha g/(sqrt(v') + 1e-8)"),
    ("rmsprop", "cache = decay*cache + (1-decay)*dx**2\nx += -learning_rate*dx/(np.sqrt(cache)+eps)"),
    ("adam", f"{A}{HATS}{STEP}"),
    ("adam", "m_t = β1 m_{t-1} + (1-β1) g_t\nv_t = β2 v_{t-1} + (1-β2) g_t^2\nm̂_t = m_t/(1-β1^t)\nv̂_t = v_t/(1-β2^t)\nθ_{t+1} = θ_t - η m̂_t/(√v̂_t + ε)"),
    ("adam", "m = β₁m + (1−β₁)g\nv = β₂v + (1−β₂)g²\nm̂ = m/(1−β₁ᵗ)\nv̂ = v/(1−β₂ᵗ)\nθ = θ − α m̂/(√v̂ + ε)"),
    ("adam", "t = t + 1\nm = beta1*m + (1-beta1)*g\nv = beta2*v + (1-beta2)*g*g\nm_hat = m/(1-beta1**t)\nv_hat = v/(1-beta2**t)\ntheta -= lr*m_hat/(np.sqrt(v_hat)+eps)"),
    ("adam", r"m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t\\ v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2 \\ \hat{m}_t = \frac{m_t}{1-\beta_1^t} \\ \hat{v}_t = \frac{v_t}{1-\beta_2^t} \\ \theta_{t+1} = \theta_t - \frac{\eta}{\sqrt{\hat{v}_t} + \epsilon} \hat{m}_t"),
    ("adam", f"alpha_t = alpha sqrt(1-beta2^t)/(1-beta1^t)\n{A}theta' = theta - alpha_t m'/(sqrt(v') + eps sqrt(1-beta2^t))"),
    ("adamw", "theta = theta - lr*wd*theta\nm = b1 m + (1-b1) g\nv = b2 v + (1-b2) g^2\nmh = m/(1-b1^t)\nvh = v/(1-b2^t)\ntheta = theta - lr*mh/(sqrt(vh)+eps)"),
    ("adamw", f"{A}{HATS}theta' = (1 - alpha λ) theta - alpha*m_hat/(sqrt(v_hat)+eps)"),
    ("lion", "c = β1 m + (1-β1) g\nθ = θ − η(sign(c) + λθ)\nm = β2 m + (1-β2) g"),
)  # fmt: skip


@pytest.mark.parametrize(("optimizer", "lines"), RIGHT)
def test_what_is_right_is_right_in_any_dress(optimizer: str, lines: str) -> None:
    verdict = check(lines, optimizer)
    assert verdict.kind == "right", verdict.text()
    assert not verdict.conventions


# What is right otherwise than the rule has it, and what is said of that.
CONVENTIONS = (
    ("momentum", "v' = beta v - alpha g\ntheta' = theta + v'", "−α times the v of the rule: the same steps while α stays the same"),
    ("momentum", "v_t = γ v_{t-1} + η ∇_θ J(θ)\nθ = θ - v_t", "η times the v of the rule"),
    ("momentum", "v ← αv − εg\nθ ← θ + v", "The letter ε is read as α."),
    ("momentum", "v' = beta*v + (1-beta)*g\ntheta' = theta - alpha/(1-beta)*v'", "1 − β times the v of the rule: the same steps."),
    ("momentum", "Δθ_t = -α g_t + β Δθ_{t-1}\nθ_{t+1} = θ_t + Δθ_t", "−α times"),
    ("momentum", "v' = 0.8 v + g\ntheta' = theta - alpha v'", "Right with β = 0.8; the default is β = 0.9."),
    ("momentum", "d = g + λθ\nv' = βv + (1 - τ)d if t > 1 else d\nθ' = θ − αv'", "As torch: dampening and weight decay has it:"),
    ("nesterov", "v_prev = v\nv = mu*v - lr*g\nx += -mu*v_prev + (1+mu)*v", "−lr times"),
    ("nesterov", "v' = μ v - ε ∇f(θ + μ v)\nθ' = θ + v'", "nesterov_ahead"),
    ("nesterov_ahead", "v' = beta*v + g\ntheta' = theta - alpha*(g + beta*v')", "This is nesterov"),
    ("nesterov_ahead", "v_t = γ v_{t-1} + η ∇_θ J(θ - γ v_{t-1})\nθ = θ - v_t", "−1 times the v of the rule"),
    ("rmsprop", "v' = rho v + (1 - rho) g^2\ntheta' = theta - alpha g/sqrt(v' + epsilon)", "As optax has it:"),
    ("rmsprop", "E[g^2]_t = 0.9 E[g^2]_{t-1} + 0.1 g_t^2\nθ_{t+1} = θ_t - η/√(E[g^2]_t + ε) g_t", "As optax has it:"),
    ("adam", "m = b1*m + (1-b1)*g\nv = b2*v + (1-b2)*g**2\nmhat = m/(1-b1**(t+1))\nvhat = v/(1-b2**(t+1))\nw = w - lr*mhat/(np.sqrt(vhat)+1e-8)", "The steps are counted from 0."),
    ("adam", f"{A.replace(' g', ' (g + λθ)')}{HATS}{STEP}", "As torch: weight decay has it:"),
    ("adamw", f"{A}{HATS}{STEP} - λ theta", "The weight decay has the learning rate in it"),
)  # fmt: skip


@pytest.mark.parametrize(("optimizer", "lines", "said"), CONVENTIONS)
def test_a_convention_is_named_and_not_blamed(optimizer: str, lines: str, said: str) -> None:
    verdict = check(lines, optimizer)
    assert verdict.kind == "right", verdict.text()
    assert said in verdict.text()
    assert said in " ".join(json.loads(verdict.json())["conventions"])


@pytest.mark.parametrize(
    ("key", "optimizer", "lines", "line"),
    [(key, *row) for key, rows in SLIPS.items() for row in rows],
)
def test_slips_are_found_and_named(key: str, optimizer: str, lines: str, line: int) -> None:
    verdict = check(lines, optimizer)
    assert (verdict.kind, verdict.line) == ("wrong", line), verdict.text()
    assert [found.misconception.key for found in verdict.diagnoses] == [key]
    assert "{" not in verdict.text().replace("{0 if", "")
    assert verdict.expected is not None


def test_every_update_misconception_is_met() -> None:
    keys = [misconception.key for misconception in UPDATE_MISCONCEPTIONS]
    assert len(set(keys)) == len(keys)
    assert set(keys) == set(SLIPS)


@pytest.mark.parametrize(("optimizer", "form"), in_turn(ENTRYWISE, FORMS, of=2))
def test_our_own_rules_are_right_as_they_are_printed(optimizer: str, form: str) -> None:
    lines = [FORMS[form](each) for each in equations(OPTIMIZERS[optimizer].rule)]
    verdict = check("\n".join(lines), optimizer)
    assert (verdict.kind, verdict.conventions) == ("right", ()), verdict.text()
    backwards = check("\n".join(reversed(lines)), optimizer)
    assert backwards.kind == "right", backwards.text()


def by_parameter(rule: UpdateRule, name: str) -> list[nt.Term]:
    """A rule's statements for one parameter, as `problem.step` writes them."""
    own = {n.removesuffix("'") for n in (*rule.made, *rule.state)} - {"theta"} | {"g"}
    put: dict[nt.Term, nt.Term] = {}
    for mark in ("", "'"):
        put |= {nt.Symbol(f"{n}{mark}"): nt.Symbol(f"{n}_{name}{mark}") for n in own}
        put[nt.Symbol(f"theta{mark}")] = nt.Symbol(f"{name}{mark}")
    return [each.substitute(put) for each in equations(rule)]


@pytest.mark.parametrize(("optimizer", "form"), in_turn(ENTRYWISE, FORMS, of=2))
def test_our_own_rules_are_right_for_each_parameter(optimizer: str, form: str) -> None:
    rule = OPTIMIZERS[optimizer].rule
    lines = [FORMS[form](each) for name in "mb" for each in by_parameter(rule, name)]
    verdict = problem().check(lines, optimizer=optimizer, wrt="m,b")
    assert (verdict.kind, verdict.conventions) == ("right", ()), verdict.text()


def _turned(part: nt.Term) -> nt.Term | None:
    """Another sign."""
    if isinstance(part, nt.Sum):
        return nt.Sum((*part.terms[:-1], nt.negated(part.terms[-1])))
    return None


def _dropped(part: nt.Term) -> nt.Term | None:
    return nt.sum_of(part.terms[:-1]) if isinstance(part, nt.Sum) else None


def _doubled(part: nt.Term) -> nt.Term | None:
    """Another factor."""
    changed = isinstance(part, nt.Symbol) and part.name in ("g", "alpha")
    return nt.Product((nt.number(3), part)) if changed else None


def _raised(part: nt.Term) -> nt.Term | None:
    return part.base if isinstance(part, nt.Power) else None


@st.composite
def changed_rules(draw: st.DrawFn) -> tuple[Optimizer, Optimizer]:
    """An optimizer, and the same with a part of a statement changed."""
    right = OPTIMIZERS[draw(st.sampled_from(ENTRYWISE))]
    number = draw(st.integers(0, len(right.rule.statements) - 1))
    change = draw(st.sampled_from((_turned, _dropped, _doubled, _raised)))
    statement = right.rule.statements[number]
    places = [(path, new) for path, part in statement.term.walk() if (new := change(part))]
    assume(places)
    path, new = draw(st.sampled_from(places))
    written = [f"{s.name} = {text(s.term, ascii=True)}" for s in right.rule.statements]
    written[number] = f"{statement.name} = {text(statement.term.replace(path, new), ascii=True)}"
    try:
        wrong = Optimizer("wrong", "\n".join(written), right.values, initial=right.initial)
        assume(wrong.rule is not None)
    except SymgdError:
        assume(False)
    return right, wrong


@settings(max_examples=examples(20, 60), deadline=None)
@given(changed_rules())
def test_a_rule_that_leads_elsewhere_is_never_right(pair: tuple[Optimizer, Optimizer]) -> None:
    """But as a library's convention, which says so."""
    right, wrong = pair
    try:
        paths = [trace(found, dict(right.values)) for found in (right, wrong)]
    except (SymgdError, ArithmeticError, ValueError):
        assume(False)
    assume(None not in paths and not near(*paths))
    lines = wrong.formula
    try:
        verdict = check(lines, right.name)
    except SymgdError:
        return
    if verdict.kind == "right":
        assert "As " in verdict.text(), (lines, verdict.text())
    else:  # s' = s is no line for s'
        assert verdict.kind in ("wrong", "unfinished"), (lines, verdict.text())


def test_a_sign_does_not_hide_a_factor() -> None:
    rule = OPTIMIZERS["lion"].formula.replace("; ", "\n")
    assert check(rule, "lion").kind == "right"
    with pytest.raises(SymgdError, match="do not make the rule's steps"):
        check(rule.replace("(1 - beta1)*g", "(1 - beta1)*(3*g)"), "lion")


@given(
    st.sampled_from(("momentum", "nesterov", "rmsprop", "adagrad", "adam")),
    st.permutations(("eta", "lr", "gamma", "learning_rate")),
    st.sampled_from((" := ", " = ", " ← ")),
)
@settings(max_examples=25, deadline=None)
def test_letters_may_be_others(optimizer: str, rates: list[str], sign: str) -> None:
    rule = OPTIMIZERS[optimizer].rule
    put: dict[nt.Term, nt.Term] = {nt.Symbol("alpha"): nt.Symbol(rates[0])}
    lines = [f"{s.name}{sign}{text(s.term.substitute(put), ascii=True)}" for s in rule.statements]
    verdict = check("\n".join(lines), optimizer)
    assert (verdict.kind, verdict.conventions) == ("right", ()), verdict.text()


def test_a_swap_of_letters_that_the_rule_has_is_no_naming() -> None:
    swapped = {"beta1": "beta2", "beta2": "beta1"}
    roles = ("alpha", "beta1", "beta2", "epsilon")
    for found in assignments(("beta1", "beta2", "eta"), roles):
        assert not swapped.items() <= found.items()


@pytest.mark.parametrize(
    ("optimizer", "lines", "words"),
    [
        ("momentum", "v' = beta*v + foo(g)\ntheta' = theta - alpha v'", '"foo" is no letter'),
        ("momentum", "v' = z*v + q*g; theta' = theta - alpha*v'", "is no letter of the update rule"),
        ("momentum", "v' = \ntheta' = theta", "nothing stands on the right"),
        ("momentum", "2 v' = 2 beta*v + 2 g", "what stands on the left is no name"),
        ("momentum", "v' = beta*v + (g\ntheta' = theta - alpha*v'", "a parenthesis is not closed"),
        ("momentum", "hello world", "there is no line to check"),
        ("momentum", "", "there is no line to check"),
        ("rmsprop", "θ_{t+1} = θ_t − η g/√(E[g^2]_t + ε)", "is no letter of the update rule"),
        ("momentum", "v_{t+1} = beta v_{t-2} + g\ntheta' = theta - alpha v_{t+1}", "neither what it was before"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_not_blamed(optimizer: str, lines: str, words: str) -> None:
    with pytest.raises(FormulaError, match=re.escape(words)):
        check(lines, optimizer)


@pytest.mark.parametrize("optimizer", ["newton", "bfgs", "armijo", "conjugate_gradients"])
def test_rules_of_all_parameters_at_once_are_refused(optimizer: str) -> None:
    with pytest.raises(DescentError, match="looks at all parameters at once"):
        check("theta' = theta - alpha*g", optimizer)


def test_settings_that_were_given_are_meant() -> None:
    lines = "v' = 0.8 v + g\ntheta' = theta - alpha v'"
    assert check(lines, "momentum", beta=0.8).kind == "right"
    assert not check(lines, "momentum", beta=0.8).conventions
    verdict = check(lines, "momentum", beta=0.7)
    assert (verdict.kind, verdict.line) == ("wrong", 1)
    with pytest.raises(DescentError, match="0 <= beta < 1"):
        check(lines, "momentum", beta=2)
    with pytest.raises(DescentError, match="no optimizer"):
        problem().check("dJ/dm = 0", optimizer_settings={"beta": 0.9})


def test_a_rule_of_ones_own_is_marked() -> None:
    rule = "v' = beta*v + g; theta' = theta - alpha*sign(v')"
    lines = "v' = 0.9 v + g\ntheta' = theta - alpha*sgn(v')"
    assert check(lines, rule, beta=0.9).kind == "right"
    assert check(lines.replace("sgn(v')", "sgn(v)"), rule, beta=0.9).line == 2
    mine = Optimizer("mine", rule, {"beta": 0.9})
    assert problem().check(lines, optimizer=mine).optimizer == "mine"


def test_what_is_not_there_yet_is_told() -> None:
    verdict = check("v' = beta*v + g", "momentum")
    assert (verdict.kind, verdict.missing) == ("unfinished", ("theta'",))
    assert "there is no line for θ′" in verdict.text()
    assert check("theta' = theta - alpha v'", "momentum").missing == ("v'",)
    asked = problem().check("m' = m - alpha dJ/dm", optimizer="sgd", wrt="m,b")
    assert (asked.kind, asked.missing) == ("unfinished", ("b'",))


def test_derivatives_among_the_lines_are_marked_as_such() -> None:
    lines = "dJ/dm = 2/N sum (m x_i + b - y_i)\nv_m' = 0.9 v_m + dJ/dm\nm' = m - alpha v_m'"
    verdict = check(lines, "momentum")
    assert (verdict.line, verdict.misconception and verdict.misconception.key) == (
        1,
        "lost-inner-derivative",
    )
    written = check("m' = m - alpha 2/N sum (m x_i + b - y_i)", "gradient_descent")
    assert written.misconception is not None
    assert written.misconception.key == "lost-inner-derivative"


def test_the_lines_after_the_wrong_one_are_marked_by_themselves() -> None:
    verdict = check("v' = beta*v - g\ntheta' = theta - alpha*v'", "momentum")
    assert [mark.status for mark in verdict.marks] == ["wrong", "right"]
    assert "Line 1 is not v′:" in verdict.text()
    assert "What comes out: v′ = β v + g" in verdict.text()
    seen = verdict.counterexample
    assert seen is not None
    assert seen.expected != seen.written


@pytest.mark.parametrize(
    ("lines", "code", "verdict"),
    [
        ("v' = 0.9 v + g\ntheta' = theta - alpha v'", 0, "right"),
        ("v' = 0.9 v + g\ntheta' = theta + alpha v'", 1, "wrong"),
        ("v' = 0.9 v + g", 3, "unfinished"),
    ],
)
def test_the_command_line_has_the_same_codes(
    lines: str, code: int, verdict: str, tmp_path: Path
) -> None:
    path = tmp_path / "lines.txt"
    path.write_text(lines, encoding="utf-8")
    assert run("check", LINE, str(path), "--optimizer", "momentum").exit_code == code
    arguments = ("check", LINE, "-", "--optimizer", "momentum", "--format", "json")
    result = run(*arguments, standard_input=lines)
    assert result.exit_code == code
    record = json.loads(result.stdout)
    assert (record["verdict"], record["optimizer"]) == (verdict, "momentum")


def test_the_command_line_takes_settings_and_refuses_in_one_line() -> None:
    lines = "v' = 0.8 v + g\ntheta' = theta - alpha v'"
    given_ = ("--optimizer", "momentum", "--set", "beta=0.8")
    assert "default" not in run("check", LINE, "-", *given_, standard_input=lines).stdout
    for arguments, said in (
        (("--optimizer", "nothing"), "there is no optimizer"),
        (("--optimizer", "newton"), "looks at all parameters at once"),
        (("--optimizer", "momentum", "--set", "gamma=1"), "gamma"),
    ):
        result = run("check", LINE, "-", *arguments, standard_input=lines)
        assert result.exit_code == 2
        assert said in result.stderr
        assert "Traceback" not in result.output


def test_a_plain_formula_is_an_exercise_too() -> None:
    arguments = ("check", "--expr", "x^4", "--wrt", "x", "-", "--optimizer", "gradient_descent")
    assert run(*arguments, standard_input="x' = x - alpha*4x^3").exit_code == 0
    assert run(*arguments, standard_input="x' = x - alpha*3x^3").exit_code == 1


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="vmgθtα'=_{}+-*/^( )β0.9\n:←√", max_size=40))
def test_any_text_is_marked_or_refused(lines: str) -> None:
    with suppress(SymgdError):
        assert check(lines, "momentum").text()


# Lines of which the last is wrong, and what the others make of the numbers that are shown.
HELPERS: tuple[tuple[str, str, dict[str, Callable[[dict[str, float]], float]]], ...] = (
    (
        "m' = beta1*m + (1-beta1)*g; v' = beta2*v + (1-beta2)*g^2; a = m'/(1-beta1^t); "
        "s = sqrt(v'/(1-beta2^t)); theta' = theta - alpha*a/s",
        "adam",
        {
            "m'": lambda n: n["beta1"] * n["m"] + (1 - n["beta1"]) * n["g"],
            "v'": lambda n: n["beta2"] * n["v"] + (1 - n["beta2"]) * n["g"] ** 2,
            "a": lambda n: n["m'"] / (1 - n["beta1"] ** n["t"]),
            "s": lambda n: (n["v'"] / (1 - n["beta2"] ** n["t"])) ** 0.5,
        },
    ),
    (
        "v' = beta*v + g; k = 2*alpha; theta' = theta + k*v'/2",
        "momentum",
        {"v'": lambda n: n["beta"] * n["v"] + n["g"], "k": lambda n: 2 * n["alpha"]},
    ),
    (
        "s' = rho*s + (1-rho)*g^2; q = s' + epsilon; theta' = theta + alpha*g/q",
        "rmsprop",
        {
            "s'": lambda n: n["rho"] * n["s"] + (1 - n["rho"]) * n["g"] ** 2,
            "q": lambda n: n["s'"] + n["epsilon"],
        },
    ),
    (  # the velocity has no line, and is what the rule makes of v and g
        "theta' = theta + alpha*(beta*v + g)",
        "momentum",
        {},
    ),
)


@pytest.mark.parametrize(("lines", "optimizer", "made"), HELPERS)
def test_numbers_that_are_shown_agree_with_the_right_lines(
    lines: str, optimizer: str, made: dict[str, Callable[[dict[str, float]], float]]
) -> None:
    verdict = check(lines.replace("; ", "\n"), optimizer)
    seen = verdict.counterexample
    assert seen is not None
    numbers = {name: float(value) for name, (value,) in seen.numbers.items()}
    assert {*made} <= {*numbers}
    for name, formula in made.items():
        assert numbers[name] == pytest.approx(formula(numbers), rel=1e-12)
    if "v'" in numbers and "v" in numbers and optimizer == "momentum":
        assert numbers["v'"] == pytest.approx(numbers["beta"] * numbers["v"] + numbers["g"])
    assert "e+" not in verdict.text()
    assert re.search(r"\d\.\d{6}", verdict.text()) is None


def test_a_verdict_in_french() -> None:
    verdict = check("v' = beta*v + (1-beta)*g\ntheta' = theta - alpha*v'", "momentum")
    said = verdict.text(language="fr").replace("\u00a0", " ")
    assert "La ligne 1 n'est pas égale à v′ :" in said
    assert "Gradient amorti : la règle ajoute g tel quel" in said
    assert verdict.text(ascii=True).isascii()
