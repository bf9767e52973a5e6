"""What an optimizer's rule adds to a generated ES module, and has otherwise there."""

from __future__ import annotations

import json
import re
from textwrap import indent

from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.targets import without_value
from symgd.codegen.targets.entry_source import EntrySource, ScriptWriter, no_total
from symgd.codegen.targets.javascript_functions import HELPERS
from symgd.codegen.targets.javascript_layout import fitted
from symgd.codegen.targets.javascript_whole import whole_step
from symgd.codegen.targets.whole_rules import is_whole, may_refuse

# What the step names by itself, and what no variable can be called.
_OWN = """
    begun moved stepped rateAt STATES point slopes k state kept next rate PARAMETERS COLUMNS INPUTS BLOCK FAR Math
    T NaN Infinity undefined arguments await break case catch class const continue debugger default delete do else
    enum eval export extends false finally for function if implements import in instanceof interface let new null
    package private protected public return static super switch this throw true try typeof var void while with yield
    predict cost gradient costAndGradient update descend ended outOfSteps settled expectPositive finite isList
    valuesOf startOf named inFormOf columnsOf columnOf shown prepared evaluate
"""
_BESIDE = "at data hessian residuals $ least size from rowsOf dataOf WEIGHTS ORDER ordered rows fill summarised CONSTANT MISSED REACH LOST rests remembered"
TAKEN = frozenset((*_OWN.split(), *_BESIDE.split(), *HELPERS))

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


REFUSED = """\
    let [next, kept] = [point, state];
    try {
      [next, kept] = stepped(point, slopes, step + 1, rate, state, columns);
    } catch (error) {
      if (!(error instanceof NoStep) || step === 0) {
        throw error;
      }
      return ended(value > trace[0].cost ? "diverged" : "no step", trace, error.message);
    }
"""


RESTS = """\
/** Whether the next steps would not move a parameter either, at the same gradient. */
function rests(point, slopes, step, rate, state, ...given) {{
  let remembered = state;
{steps}
  return true;
}}
"""
STEPS_AHEAD = """\
for (let later = step + 1; later < step + 4; later += 1) {
  const [next, kept] = stepped(point, slopes, later, rate, remembered, ...given);
  if (next.some((value, k) => value !== point[k])) {
    return false;
  }
  remembered = kept;
}"""
# The same of a rule that may find no step.
STEPS_TRIED = f"""\
try {{
{indent(STEPS_AHEAD, "  ")}
}} catch (error) {{
  if (!(error instanceof NoStep)) {{
    throw error;
  }}
}}"""


LOST = """\
    if (!kept.flat().every(Number.isFinite)) {
      const why = "what the next would remember is too large for a float";
      return ended("diverged", trace, `${why}; rescale the columns, or pass another start`);
    }
"""


def ruled_functions(functions: str, code: RuleCode, *, vectors: bool = False) -> str:
    """The exported functions with the rule's steps in the place of gradient descent's; with `vectors` each is over all parameters at once."""
    functions = _stepped(functions)
    whole = is_whole(code.rule)
    if whole or vectors:
        functions = _on_data(functions)
        made = "    const [next, kept] = stepped(point, slopes, step + 1, rate, state, columns);\n"
        if may_refuse(code.rule):
            assert made in functions, made
            functions = functions.replace(made, REFUSED)
    looks = without_value.JAVASCRIPT * without_value.is_told(code.rule)
    looks += LOST * (bool(code.rule.state) and not whole)
    ending = "    const length = Math.hypot(...next.map("
    assert ending in functions
    functions = functions.replace(ending, looks + ending)
    if code.rule.state:  # after a change of sign, a step of rprop's leads nowhere
        given = re.search(r"slopes, step \+ 1, rate, state(, \w+)?\)", functions)
        assert given is not None
        rests = f"rests(point, slopes, step + 1, rate, kept{given.group(1) or ''})"
        short = "if (tolerance > 0 && length <= tolerance) {"
        still = f"(length > 0 ||\n        {rests})"
        assert short in functions
        functions = functions.replace(
            short, f"if (tolerance > 0 && length <= tolerance && {still}) {{"
        )
    if code.needs == "asked":
        return functions
    rate = " * @param {number} options.learningRate\n"
    usual = " * @param {number} [options.learningRate] - 1, where none is given\n"
    functions = functions.replace(rate, usual if code.needs == "one" else "")
    functions = functions.replace(" * @param {Object} options\n", " * @param {Object} [options]\n")
    if code.needs == "one":
        return functions.replace("{ learningRate, state } = {}", "{ learningRate = 1, state } = {}")
    functions = _without_rate(functions)
    functions = functions.replace('  expectPositive("learningRate", learningRate);\n', "")
    functions = functions.replace("{ learningRate, state } = {}", "{ state } = {}")
    functions = functions.replace("{ learningRate: number, state?: Object }", "{ state?: Object }")
    return functions.replace("learningRate", "1").replace("const { 1, ", "const { ")


def ruled_head(head: str, code: RuleCode | None) -> str:
    """The types, with the state of a rule, and that it may find no step."""
    if code is None:
        return head
    row = "cost: number, gradientNorm: number\n"
    assert row in head
    head = head.replace(row, "cost: number, gradientNorm: number,\n *   state: Object\n")
    refused = (
        '   outcome: "short step" | "out of steps" | "diverged", message: string, trace: Row[]\n'
    )
    assert refused in head
    if may_refuse(code.rule):
        head = head.replace(
            refused,
            '   outcome: "short step" | "out of steps" | "no step" | "diverged",\n'
            " *   message: string, trace: Row[]\n",
        )
    return head


def ruled_checks(checks: str, code: RuleCode) -> str:
    """The checks of what is passed, where a learning rate need not be."""
    known = "{ learningRate: undefined, maxIter"
    assert known in checks
    if code.rule.state:
        steps = STEPS_TRIED if may_refuse(code.rule) else STEPS_AHEAD
        checks += f"\n{RESTS.format(steps=indent(steps, '  '))}"
    if code.needs == "none":
        checks = _without_rate(checks.replace(known, "{ maxIter"))
        return checks.replace('  expectPositive("learningRate", known.learningRate);\n', "")
    return checks.replace(known, "{ learningRate: 1, maxIter") if code.needs == "one" else checks


def _without_rate(text: str) -> str:
    """Messages that advise no other rate."""
    text = text.replace("pass a smaller learningRate, or another", "pass another")
    return text.replace("pass a smaller learningRate", "pass another start")


def _on_data(functions: str) -> str:
    """Each step is handed the data."""
    changes = {
        "  const [, slopes] = finite(point, evaluate(point, prepared(columnsOf(data, COLUMNS))));\n  const [step": (
            "  const columns = prepared(columnsOf(data, COLUMNS));\n"
            "  const [, slopes] = finite(point, evaluate(point, columns));\n  const [step"
        ),
        "step + 1, learningRate, remembered)": "step + 1, learningRate, remembered, columns)",
        "stepped(point, slopes, step + 1, rate, state)": "stepped(point, slopes, step + 1, rate, state, columns)",
    }
    for before, after in changes.items():
        assert before in functions, before
        functions = functions.replace(before, after)
    return functions


def _stepped(functions: str) -> str:
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


def ruled_step(code: RuleCode, *, vectors: bool = False) -> str:
    """The rule; with `vectors` over all parameters at once."""
    if vectors or is_whole(code.rule):
        return fitted(whole_step(code, TAKEN))
    source = EntrySource(code, "JavaScript", TAKEN)
    writer = ScriptWriter(source.name, no_total, "javascript")
    names, rule = source.names, code.rule
    theta, *after = source.after
    rows = [f"let {names['theta']} = value;"] if "theta" in names else []
    given = {"g": "slopes[k]", "j": "k + 1", "p": "PARAMETERS.length"}
    rows += [f"const {names[n]} = {value};" for n, value in given.items() if n in names]
    rows += [f"let {names[n]} = state[{k}][k];" for k, n in enumerate(rule.state)]
    rows += [f"{line};" for line in source.lines(writer, "let ")]
    rows += [f"kept[{k}][k] = {name};" for k, name in enumerate(after)]
    t, alpha = names.get("t", "_t"), names.get("alpha", "_alpha")
    formulas = [row.replace("*/", "* /") for row in code.told]
    step = STEP.format(
        constants=code.declared(source.constants, "const {} = {};", " //"),
        states=json.dumps([*rule.state]),
        begun=", ".join(source.begun(writer, "rate")),
        t=t,
        alpha=alpha,
        rate=source.rate(t, alpha, ScriptWriter),
        formulas="\n".join(f" *     {line}" for line in formulas),
        statements="\n".join(f"    {row}" for row in [*rows, f"return {theta};"]),
    )
    return fitted(step)
