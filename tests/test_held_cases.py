"""Which case of a rule held in a step with numbers, and why: what is said is true, and names every case that was looked at."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

import symgd
from symgd import terms as nt
from symgd.errors import SymgdError
from symgd.optimizers.held_cases import CaseReader, HeldCase
from symgd.optimizers.optimizers import OPTIMIZERS
from symgd.optimizers.rule import UpdateRule
from symgd.optimizers.worked_step import WorkedSteps
from symgd.terms.exact import exact_number
from symgd.writing.formulas.text import text

X, Y = [1.0, 2.0, 3.0], [1.2, 1.8, 3.4]
LINE = symgd.Problem("m*x + b")


def steps(optimizer: Any, count: int = 1, **options: Any) -> WorkedSteps:
    options = {"learning_rate": 0.1, **options}
    return LINE.step(X, Y, optimizer=optimizer, steps=count, **options)


def told(optimizer: Any, count: int = 1, **options: Any) -> list[list[str]]:
    made = steps(optimizer, count, **options)
    return [[case.told.written(text) for case in step.cases] for step in made.steps_made]


def test_radam_says_where_its_average_is_long_enough() -> None:
    found = told("radam", 6)
    no = "m′, b′: ρₜ > threshold does not hold, since {} ≤ 4: the last case is taken."
    assert found[0] == [no.format(1)]
    assert found[5] == ["m′, b′: ρₜ > threshold holds, since 5.99416 > 4."]
    assert ["holds, since" in said for (said,) in found] == [False] * 4 + [True] * 2
    assert "m′, b′: ρₜ > threshold holds, since" in steps("radam", 6).text()
    assert "m', b': rho_t > threshold holds" in steps("radam", 6).text(ascii=True)


def test_every_optimizer_with_cases_says_which_held() -> None:
    for name, optimizer in OPTIMIZERS.items():
        parts = [part for s in optimizer.rule.statements for part in s.term.parts()]
        has_cases = any(isinstance(part, nt.Cases) for part in parts)
        made = steps(name, 2)
        assert all(bool(step.cases) == has_cases for step in made.steps_made), name
        for step in made.steps_made:
            assert all(case.names and case.numbers for case in step.cases), name


def test_conditions_are_told_in_their_order_up_to_the_one_that_holds() -> None:
    (_, second) = told("rprop", 2, learning_rate=1)
    assert second == [
        "dₘ′: sₘ > 0 does not hold, since −1 ≤ 0.",
        "dₘ′, qₘ′: sₘ < 0 holds, since −1 < 0.",
        "d_b′: s_b > 0 does not hold, since −1 ≤ 0.",
        "d_b′, q_b′: s_b < 0 holds, since −1 < 0.",
    ]


def test_what_joins_conditions_says_which_of_them_decided() -> None:
    assert told("lbfgs", 2) == [
        [
            "S′, Y′: t > 1 and s·y > 0 does not hold, since 1 ≤ 1: the last case is taken.",
            "long: t = 1 holds, since 1 = 1.",
        ],
        [
            "S′, Y′: t > 1 and s·y > 0 holds, since 2 > 1, 0.110916 > 0.",
            "long: t = 1 does not hold, since 2 ≠ 1: the last case is taken.",
        ],
    ]
    rule = "theta' = theta - alpha*g if t > 5 or p < 2 else theta"
    (found,) = told(symgd.Optimizer("mine", rule))
    assert found == ["m′, b′: t > 5 or p < 2 does not hold, since 1 ≤ 5, 2 ≥ 2: the last case is taken."]  # fmt: skip


def test_cases_in_cases_are_told_where_they_are_reached() -> None:
    rule = "theta' = theta - alpha*g if t <= 1 else theta - alpha*g/(1 if t > 3 else 2)"
    first, second = told(symgd.Optimizer("mine", rule), 2)
    assert first == ["m′, b′: t ≤ 1 holds, since 1 ≤ 1."]
    assert second == [
        "m′, b′: t ≤ 1 does not hold, since 2 > 1: the last case is taken.",
        "m′, b′: t > 3 does not hold, since 2 ≤ 3: the last case is taken.",
    ]


def test_rules_over_matrices_say_it_for_each_parameter_where_vectors_decide() -> None:
    rule = "d = solve(H, g); theta' = theta - d if d > low and (g > 0 or t == 2) else theta + d/2"
    mine = symgd.Optimizer("mine", rule, {"low": -1.2})
    first, second = told(mine, 2)
    assert first[0] == "m′: dₘ > low and (gₘ > 0 or t = 2) does not hold, since −10 ≤ 0, 1 ≠ 2: the last case is taken."  # fmt: skip
    assert second[1] == "b′: d_b > low and (g_b > 0 or t = 2) holds, since 0.1 > −1.2, 2 = 2."
    (lm,) = told("levenberg_marquardt")
    assert lm == ["λ′, θ′: after < before holds, since 0.0588163 < 5.41333."]


def test_a_search_s_own_condition_is_no_case() -> None:
    assert told("armijo") == [[]]


def test_a_schedule_with_cases_says_it_too() -> None:
    found = told("momentum", 3, schedule="alpha if t < 3 else alpha/2")
    assert found[0] == ["αₜ: t < 3 holds, since 1 < 3."]
    assert found[2] == ["αₜ: t < 3 does not hold, since 3 ≥ 3: the last case is taken."]


def test_as_many_digits_are_shown_as_tell_the_sides_apart() -> None:
    rule = "d = 1 if rate > limit else 2; theta' = theta - alpha*d*g"
    mine = symgd.Optimizer("mine", rule, {"rate": 4.00000000001, "limit": 4.0})
    assert told(mine) == [["d: rate > limit holds, since 4.00000000001 > 4."]]


def test_the_record_has_the_cases() -> None:
    (step,) = json.loads(steps("radam").json())["steps"]
    (case,) = step["cases"]
    assert case["holds"] is False
    assert len(case["of"]) == 2
    assert case["condition"] != case["since"][0]


def test_other_languages_say_it() -> None:
    french = steps("radam").text(language="fr")
    assert "ρₜ > threshold n'est pas vrai, car 1 ≤ 4 : c'est le dernier cas qui s'applique." in french  # fmt: skip


@given(
    st.lists(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), min_size=1, max_size=3),
    st.lists(st.integers(-3, 3), min_size=6, max_size=6),
    st.sampled_from([" and ", " or "]),
)
def test_what_is_said_is_true(signs: list[str], numbers: list[int], word: str) -> None:
    """The comparisons with numbers hold, and the case that is told is the one whose value was taken."""
    pairs = zip(signs, numbers[::2], numbers[1::2], strict=False)
    asked = word.join(f"a + {one} {sign} {other}" for sign, one, other in pairs)
    asked = asked.replace("+ -", "- ")
    try:
        mine = symgd.Optimizer("mine", f"d = 7 if {asked} else 5; theta' = theta - alpha*d*g", {"a": 0.5})  # fmt: skip
        (step,) = steps(mine).steps_made
    except SymgdError:
        assume(False)
    (line,) = [line for line in step.statements if line.name == nt.Symbol("d")]
    assert line.value in (5, 7)
    assert step.cases[-1].holds == (line.value == 7)
    for case in step.cases:
        assert all(_is_true(each) for each in case.numbers)


def _is_true(comparison: nt.Term) -> bool:
    assert isinstance(comparison, nt.Comparison)
    one, other = (exact_number(side) for side in comparison.children)
    assert one is not None
    assert other is not None
    return bool(comparison.value)


def test_a_condition_that_no_numbers_decide_is_not_told() -> None:
    """A statement without cases has none, and of a search nothing is said."""
    line = UpdateRule.read("theta' = theta - alpha*g").statements[0]
    none: list[HeldCase] = [*CaseReader(lambda term: term, 6).cases(nt.Symbol("d"), line.term)]
    assert none == []
