"""A function without data in a generated ES module: the same texts without columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symgd.codegen.rules.rule_code import RuleCode

# What is otherwise where there are no columns, in this order.
_WITHOUT = (
    ("  const columns = prepared(columnsOf(data, COLUMNS));\n", ""),
    (", prepared(columnsOf(data, COLUMNS))", ""),
    (", columns)", ")"),
    (", data)", ")"),
    (", data, {", ", {"),
    ("(data, options)", "(options)"),
    ("(data)", "()"),
    (" * @param {Data} data\n", ""),
    ("for data or parameters that", "for parameters that"),
    ("// a cost so many", "// a value so many"),
    (" * The cost.\n", " * The function's value.\n"),
    ("Cost and gradient", "Value and gradient"),
    ("The partial derivatives of the cost", "The partial derivatives"),
    ("The second derivatives of the cost", "The second derivatives"),
    ("where the cost has no value at the start", "where it has no value at the start"),
    ("the cost or its gradient", "the function or its gradient"),
    ("the cost rose", "the function rose"),
)
_OF_COLUMNS = (
    r"/\*\* The data columns' names.*?<<column_list>>\n\n.*?(?=/\*\*\n \* A number for each)",
    r"<<input_list>>\n.*?(?=const FAR)",
    r"/\*\*\n \* What the model says.*?^}\n\n",
    r"/\*\* What the data alone decide.*?^}\n\n",
    r"\n/\*\* The columns of these names.*?^}\n(?=\nfunction columnOf)",
    r"\nfunction columnOf.*?^}\n",
)


def without_data(text: str) -> str:
    """A text for a function without data."""
    for pattern in _OF_COLUMNS:
        text = re.sub(pattern, "", text, flags=re.DOTALL | re.MULTILINE)
    for before, after in _WITHOUT:
        text = text.replace(before, after)
    return text


def use_alone(parameters: Sequence[str], code: RuleCode | None) -> tuple[str, ...]:
    """How the module is called."""
    start = ", ".join(f"{name}: 0.5" for name in parameters)
    options = [f"start: {{ {start} }}"] if len(start) < 40 else []
    options += [] if code is not None and code.needs == "none" else ["learningRate: 0.01"]
    return (
        'import { cost, descend } from "./optimizer.mjs";',
        f"const found = descend({{ {', '.join(options)} }});"
        if options
        else "const found = descend();",
        "cost(found.parameters);",
    )
