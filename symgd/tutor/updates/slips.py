"""UPDATE_MISCONCEPTIONS: what is known to go wrong in lines of an update rule, each as a way of making the wrong statement from the right one.

The first that makes what the student wrote gives its name, so the likelier ones stand first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from symgd import terms as nt
from symgd.tutor.misconception import Attempt, Misconception
from symgd.tutor.updates import wrong_scales, wrong_updates
from symgd.tutor.updates.changed import UpdateSlip
from symgd.tutor.updates.naming import GRADIENT
from symgd.tutor.updates.program import StepStatement, UpdateProgram

# What teachers call it, what went wrong, what to do, and how it comes about.
UpdateRow: TypeAlias = tuple[str, str, str, UpdateSlip]
PLAIN = "update-plain-momentum"
_G = nt.Symbol(GRADIENT)

_ROWS: Mapping[str, UpdateRow] = {
    "update-uphill": (
        "step uphill",
        "the step goes against the gradient: what is multiplied by {rate} is taken from the parameter, not added to it",
        "turn the sign of the step",
        wrong_updates.uphill,
    ),
    "update-rate-lost": (
        "learning rate left out",
        "{rate} is missing: without it nothing says how long a step is",
        "multiply by {rate}",
        wrong_updates.rate_lost,
    ),
    "update-rate-twice": (
        "learning rate taken twice",
        "{rate} is a factor here and of the step as well, so that the step has it twice",
        "multiply by {rate} in one of the two lines",
        wrong_updates.rate_twice,
    ),
    "update-bias-left": (
        "bias not corrected",
        "what is remembered begins at 0 and is too small at first: the rule divides it by {correction}",
        "divide by {correction}",
        wrong_scales.bias_left,
    ),
    "update-bias-without-power": (
        "bias corrected without the step's number",
        "the correction is {correction}: its power is the number of the step, so that it fades away",
        "raise to the power of t",
        wrong_scales.bias_without_power,
    ),
    "update-bias-multiplied": (
        "bias correction upside down",
        "what is remembered is divided by {correction}, not multiplied by it",
        "divide by {correction}",
        wrong_scales.bias_multiplied,
    ),
    "update-bias-outside-root": (
        "bias corrected outside the root",
        "the bias is corrected before the root is taken: {root}",
        "take the root of all of it",
        wrong_scales.bias_outside_root,
    ),
    "update-dampened": (
        "gradient dampened",
        "the rule adds {g} itself; with {share} before it the velocity is a mean of gradients, and the steps are shorter",
        "add {g} without a factor, or make up for it in the step",
        wrong_updates.dampened,
    ),
    "update-undampened": (
        "gradient not dampened",
        "the rule takes a mean: what comes in has the factor {share}, which is missing",
        "multiply by {share}",
        wrong_updates.undampened,
    ),
    "update-shares-swapped": (
        "shares swapped",
        "{share} is the share of what is remembered, and {other} that of what comes in; here they have changed places",
        "exchange them",
        wrong_updates.shares_swapped,
    ),
    "update-betas-swapped": (
        "swapped β₁ and β₂",
        "{one} belongs to the mean of the gradients, {two} to that of their squares",
        "exchange them",
        wrong_updates.betas_swapped,
    ),
    PLAIN: (
        "plain momentum",
        "this is the step of plain momentum: Nesterov's has {right} in the place of {v}",
        "write {right}",
        wrong_updates.plain_momentum,
    ),
    "update-old-for-new": (
        "old value used",
        "the rule uses {new}, what it is after this step; {old} is what it was before",
        "work {new} out first, and use that",
        wrong_updates.old_for_new,
    ),
    "update-new-for-old": (
        "new value used too early",
        "the rule uses {old} here, what it was before the step, not {new}",
        "use {old}",
        wrong_updates.new_for_old,
    ),
    "update-epsilon-inside": (
        "epsilon inside the root",
        "in this rule {epsilon} is added to the root: {right}",
        "add {epsilon} outside the root",
        wrong_scales.epsilon_inside,
    ),
    "update-epsilon-outside": (
        "epsilon outside the root",
        "in this rule {epsilon} is added under the root: {right}",
        "add {epsilon} inside the root",
        wrong_scales.epsilon_outside,
    ),
    "update-epsilon-before-correction": (
        "epsilon added before the bias is corrected",
        "this is how some libraries have it; here {epsilon} is added after the correction: {right}",
        "correct the bias first, then add {epsilon}",
        wrong_scales.epsilon_before_correction,
    ),
    "update-epsilon-beside": (
        "parentheses of the denominator lost",
        "{epsilon} belongs to the denominator, {right}; here it is added to the whole",
        "put the denominator in parentheses",
        wrong_scales.epsilon_beside,
    ),
    "update-epsilon-lost": (
        "epsilon left out",
        "{epsilon} keeps the denominator above 0, and is missing",
        "add {epsilon} to the denominator",
        wrong_scales.epsilon_lost,
    ),
    "update-square-lost": (
        "square left out",
        "the rule has {square}; without the square, gradients of either sign cancel",
        "write {square}",
        wrong_scales.square_lost,
    ),
    "update-share-squared": (
        "factor squared as well",
        "only the gradient is squared: {square}",
        "leave the factor outside the square",
        wrong_scales.share_squared,
    ),
    "update-root-lost": (
        "root left out",
        "the rule divides by {root}, which has the gradient's unit; the root is missing",
        "take the root",
        wrong_scales.root_lost,
    ),
    "update-gradient-here": (
        "gradient not taken ahead",
        "the rule takes the gradient ahead of the parameters, {right}, not where they are",
        "write {right}",
        wrong_updates.gradient_here,
    ),
    "update-gradient-behind": (
        "gradient taken on the wrong side",
        "the rule takes the gradient where the velocity leads, {right}; here it is taken on the other side",
        "turn the sign inside",
        wrong_updates.gradient_behind,
    ),
    "update-decay-coupled": (
        "weight decay coupled",
        "{decay} was added to {g}, and so to what is remembered; this rule takes it from the parameters by itself",
        "leave {g} as it is, and put {decay} into the step",
        wrong_updates.decay_coupled,
    ),
    "update-decay-turned": (
        "weight decay of the wrong sign",
        "{decay} makes the parameters smaller: it is taken away with the step",
        "turn the sign of {decay}",
        wrong_updates.decay_turned,
    ),
    "update-decay-lost": (
        "weight decay left out",
        "{decay} is missing in the step",
        "add {decay} inside the step",
        wrong_updates.decay_lost,
    ),
    "update-gradient-turned": (
        "sign of the gradient",
        "{g} has the wrong sign here",
        "turn the sign of {g}",
        wrong_updates.gradient_turned,
    ),
    "update-memory-turned": (
        "sign of what is remembered",
        "{v} has the wrong sign here",
        "turn the sign of {v}",
        wrong_updates.memory_turned,
    ),
    "update-memory-lost": (
        "nothing remembered",
        "{v}, what it was before the step, is missing: nothing of earlier gradients is kept",
        "add what is kept of {v}",
        wrong_updates.memory_lost,
    ),
    "update-share-lost": (
        "all of it kept",
        "only the share {share} of {v} is kept in each step; the factor is missing",
        "multiply {v} by {share}",
        wrong_updates.share_of_memory_lost,
    ),
    "update-gradient-for-memory": (
        "gradient in the place of the velocity",
        "the step goes along {v}, in which earlier gradients are; here it goes along {g}",
        "use {v}",
        wrong_updates.gradient_for_memory,
    ),
    "update-theta-lost": (
        "step in the place of the parameter",
        "this is the step alone: it is taken from {theta}, which is missing",
        "begin with {theta}",
        wrong_updates.theta_lost,
    ),
}  # fmt: skip

_OTHER = Misconception(
    "update-other-gradient",
    "gradient by another parameter",
    "each parameter goes along its own derivative, {g}; here it is {other}",
    "write {g}",
)

UPDATE_MISCONCEPTIONS: tuple[Misconception, ...] = (
    *(
        Misconception(key, name, explanation, remedy)
        for key, (name, explanation, remedy, _) in _ROWS.items()
    ),
    _OTHER,
)


def attempts(
    statement: StepStatement, rule: UpdateProgram
) -> Iterator[tuple[Misconception, Attempt]]:
    """The wrong statements that misconceptions make of a right one."""
    for misconception in UPDATE_MISCONCEPTIONS[:-1]:
        for attempt in _ROWS[misconception.key][-1](statement, rule):
            yield misconception, attempt


def other_gradients(
    statement: StepStatement, names: Iterable[str]
) -> Iterator[tuple[Misconception, Attempt]]:
    """The gradient by another parameter, for each of their names."""
    for name in names:
        other = nt.Symbol(name)
        yield _OTHER, Attempt(statement.term.substitute({_G: other}), {"g": _G, "other": other})
