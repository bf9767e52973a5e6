"""Words of a step in a generated module: how a rule's are called there, and which names a module has of its own."""

from __future__ import annotations

from collections.abc import Mapping

from symgd.codegen.expressions.context import RESERVED, Manner
from symgd.codegen.rules.update_source import ALONG, NEWTON
from symgd.optimizers.words import ARGMIN, SOLVE
from symgd.parsing.updates import FIRST

FORMS: Mapping[str, str] = {
    "J": "evaluate(np.asarray({}).tolist())[0]",
    "g": "np.array(evaluate(np.asarray({}).tolist())[1])",
    NEWTON: "newton_step({}, {})",
    SOLVE: "nearest_solution({}, {})",
    FIRST: "first_that_fits(lambda {1}: {0}, lambda {1}: {2})",
    "push": "push({}, {}, {})",
    "two_loop": "two_loop({}, {}, {})",
    ARGMIN: "lowest_by_values(lambda {1}: {0})",
    ALONG: "lowest_by_slopes(lambda {1}: {0}, lambda {1}: {2})",
}
SQUARES = ("r", "Jac")
REFUSING = ("newton_step", "lowest_by_slopes", "lowest_by_values", "first_that_fits")
CALLED = [
    "evaluate",
    "first",
    "last_kept",
    "lowest_by_slopes",
    "lowest_by_values",
    "newton",
    "push",
    "solve",
    "squares",
    "columns",
    "state",
    "two_loop",
    "_hessian",
]
COUNTED: Mapping[str, str] = {
    "p": "len(theta)",
    "j": "np.arange(1, len(theta) + 1)",
    "I": "np.eye(len(theta))",
}
# What these modules name by themselves beside what others do.
OWN = RESERVED | frozenset(
    [
        "ahead",
        "alpha",
        "below",
        "begun",
        "evaluate",
        "kept",
        "Leap",
        "ORDER",
        "ROWS",
        "WEIGHTS",
        "LeapMade",
        "learning_rate",
        "made",
        "Move",
        "Moved",
        "newton",
        "NoStep",
        "number",
        "push",
        "reached",
        "Ruled",
        "ruled",
        "RuledTests",
        "slopes",
        "solve",
        "state",
        "State",
        "StateRows",
        "STATES",
        "states",
        "T",
        "t",
        "theta",
        "told",
        "Told",
        "triangle",
        "two_loop",
        "AFTERWARDS",
        "Along",
        "DOUBLINGS",
        "GOLDEN",
        "MOST_TRIED",
        "falls_for_ever",
        "APART",
        "BELOW",
        "FINER",
        "LONGER",
        "BETWEEN",
        "FALLEN",
        "LATE",
        "LOOKED",
        "MOST_RATES",
        "PATIENCE",
        "SEEN",
        "StepMatrix",
        "SURE",
        "TRIAL",
        "WITHIN",
        "bends_of",
        "bends_seen",
        "cost_reached",
        "rate_by_trial",
        "rate_limit",
        "rate_to_begin",
        "slowest",
        "steadiest_rate",
        "last_kept",
        "lowest_by_slopes",
        "lowest_by_values",
        "g",
    ]
)
# What a descent does without a learning rate.
RATES: Mapping[str, str] = {
    "asked": "it is refused: this rule has none of its own",
    "one": "it is 1",
    "none": "as it has to be, each step is as long as the rule makes it",
}
FOUND: Mapping[str, str] = {
    "first": "the first step's length says one",
    "trial": "one is found by trial, the walk's first steps at several",
    "steady": "the best constant one is taken where it is known, else one by trial",
}
# What the command line says of the option.
RATE_HELP: Mapping[str, str] = {
    "asked": "such as 0.01; it has to be given",
    "one": "1 where not given",
    "none": "",
}
FOUND_HELP: Mapping[str, str] = {
    "first": "one by the first step's length where not given",
    "trial": "one by trial where not given",
    "steady": "the best constant one where it is known, else one by trial, where not given",
}
MANNER = Manner(reserved=OWN)
