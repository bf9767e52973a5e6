"""What an optimizer's rule adds to a generated ES module, and has otherwise there."""

from __future__ import annotations

import json

from symgd import terms as nt
from symgd.codegen.rules.rule_code import RuleCode, written_number
from symgd.codegen.targets.entry_source import EntrySource, ScriptWriter
from symgd.codegen.targets.javascript_functions import HELPERS
from symgd.errors import GenerationError
from symgd.writing.formulas.text import text

# What the step names by itself, and what no variable can be called.
_OWN = """
    begun moved stepped rateAt STATES point slopes k state kept next rate PARAMETERS COLUMNS INPUTS BLOCK FAR Math
    T NaN Infinity undefined arguments await break case catch class const continue debugger default delete do else
    enum eval export extends false finally for function if implements import in instanceof interface let new null
    package private protected public return static super switch this throw true try typeof var void while with yield
    predict cost gradient costAndGradient update descend ended outOfSteps settled expectPositive finite isList
    valuesOf startOf named inFormOf columnsOf columnOf shown prepared evaluate
"""
TAKEN = frozenset(_OWN.split()) | frozenset(HELPERS)

STEP = """\
{constants}
/** What the optimizer remembers, by name; a state has an array for each. */
export const STATES = {states};

/** What is remembered before the first step: for each name a number for each parameter. */
function begun(rate) {{
  return [{begun}].map((first) => PARAMETERS.map(() => first));
}}

/** The learning rate of step {t} of T. */
function rateAt({t}, {alpha}, T) {{
  return {rate};
}}

/**
 * One step of the rule, and what is remembered then.
 *
{formulas}
 */
function stepped(point, slopes, {t}, {alpha}, state) {{
  const kept = state.map((values) => [...values]);
  const next = point.map((value, k) => {{
{statements}
  }});
  return [next, kept];
}}
"""
UPDATE = """\
/**
 * The parameters after one step, in the form that they come in, and the state for the next one.
 * @template {Parameters} P
 * @param {P} parameters
 * @param {Data} data
 * @param {{ learningRate: number, state?: Object }} options - without a state it is the first step
 * @returns {{ parameters: P, state: Object }}
 */
export function update(parameters, data, { learningRate, state } = {}) {
  expectPositive("learningRate", learningRate);
  const point = valuesOf(parameters);
  const [, slopes] = finite(point, evaluate(point, prepared(columnsOf(data, COLUMNS))));
  const [step, remembered] = state ?? [0, begun(learningRate)];
  const [next, kept] = stepped(point, slopes, step + 1, learningRate, remembered);
  return { parameters: inFormOf(parameters, next), state: [step + 1, kept] };
}
"""


def ruled_functions(functions: str) -> str:
    """The exported functions with the rule's steps in the place of gradient descent's."""
    place = functions.index("/**\n * The parameters after one step")
    end = functions.index("/**\n * Gradient descent.")
    functions = f"{functions[:place]}{UPDATE}\n{functions[end:]}"
    changes = {
        " * Gradient descent.\n": " * The descent; each row of its trace has the state there, STATES by STATES.\n",
        "  let point = first;\n": "  let point = first;\n  let state = begun(learningRate);\n",
        "named(point), cost: value, gradientNorm });\n    const length = learningRate * gradientNorm;\n": (
            "named(point), cost: value, gradientNorm, state });\n"
            "    const rate = rateAt(step + 1, learningRate, Math.max(maxIter, 1));\n"
            "    const [next, kept] = stepped(point, slopes, step + 1, rate, state);\n"
            "    const length = Math.hypot(...next.map((value, k) => value - point[k]));\n"
        ),
        "    point = moved(point, slopes, learningRate);\n": "    [point, state] = [next, kept];\n",
    }
    for before, after in changes.items():
        assert before in functions, before
        functions = functions.replace(before, after)
    return functions


def ruled_step(code: RuleCode) -> str:
    """The rule."""
    source = EntrySource(code, "JavaScript", TAKEN)
    writer = ScriptWriter(source.name, _no_total, "javascript")
    names, rule = source.names, code.rule
    pairs = [*source.constants[0].values(), *source.constants[1].values()]
    theta, *after = source.after
    rows = [f"let {names['theta']} = value;"] if "theta" in names else []
    given = {"g": "slopes[k]", "j": "k + 1", "p": "PARAMETERS.length"}
    rows += [f"const {names[n]} = {value};" for n, value in given.items() if n in names]
    rows += [f"let {names[n]} = state[{k}][k];" for k, n in enumerate(rule.state)]
    rows += [f"{line};" for line in source.lines(writer, "let ")]
    rows += [f"kept[{k}][k] = {name};" for k, name in enumerate(after)]
    t, alpha = names.get("t", "_t"), names.get("alpha", "_alpha")
    rate = alpha
    if code.schedule is not None:
        words = {"t": t, "alpha": alpha, "T": "T"}
        of_rate = ScriptWriter(
            lambda term: words.get(n := getattr(term, "name", "")) or source.constants[1][n][0],
            _no_total,
            "javascript",
        )
        rate = of_rate.text(code.schedule.term)
    formulas = [text(equation).replace("*/", "* /") for equation in rule.equations]
    return STEP.format(
        constants="".join(f"const {name} = {written_number(value)};\n" for name, value in pairs),
        states=json.dumps([*rule.state]),
        begun=", ".join(source.begun(writer, "rate")),
        t=t,
        alpha=alpha,
        rate=rate,
        formulas="\n".join(f" *     {line}" for line in formulas),
        statements="\n".join(f"    {row}" for row in [*rows, f"return {theta};"]),
    )


def _no_total(writer: object, body: nt.Term) -> str:
    raise GenerationError("an update rule has no sum over examples", "write it without")
