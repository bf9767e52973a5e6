"""The whole text of a module with one matrix of inputs."""

from __future__ import annotations

from symgd.codegen.expressions import layout
from symgd.codegen.expressions.context import identifier
from symgd.codegen.expressions.layout import headed
from symgd.codegen.expressions.unread import unread
from symgd.codegen.modules import checks_source, matrix_skeleton, script, skeleton
from symgd.codegen.modules.embedding import (
    KINKED,
    OTHER,
    QUADRATIC,
    SUMMARY,
    WORDS,
    embedded,
    imports_for,
    needed,
)
from symgd.codegen.modules.fitting_source import FITTING_TARGET, fitting, told_of_predictions
from symgd.codegen.modules.matrix_module import MatrixModule, result
from symgd.codegen.modules.matrix_preface import matrix_preface
from symgd.codegen.plan import Plan


def matrix_source(plan: Plan, with_script: bool) -> str:
    """A module that minimises the cost of a problem with many inputs, which come as one matrix."""
    return written_module(MatrixModule(plan), with_script)


def written_module(module: MatrixModule, with_script: bool) -> str:
    """The text of a module, whatever makes its steps."""
    problem = module.problem
    modules = (
        *module.walks,
        *(SUMMARY if module.linear else ()),
        *(QUADRATIC if module.linear else OTHER),
        *(KINKED if module.kinked else ()),
    )
    width = str(len(module.problem.parameters) + 1)
    parts = [
        headed("What was derived", module.functions()),
        *module.formulas(),
        *([module.summary()] if module.linear else []),
        *module.steps(),
        headed("Descent", module.filled(result(), trace_width=width, more=module.more)),
        module.descend(),
        module.run(),
    ]
    checks = told_of_predictions(problem, module.filled(checks_source.OF_A_MATRIX))
    if problem.loss.targets:
        checks += "\n\n" + fitting(problem, FITTING_TARGET)
    if problem.weights is not None:
        name = problem.columns.index(problem.weights)
        weighed = checks_source.WEIGHED.replace("COLUMNS[<<place>>]", f"COLUMNS[{name}]")
        checks += "\n\n" + weighed.replace("[<<place>>]", "[-1]")
    checked = [headed("What is passed, checked", checks)]
    if with_script:
        checked.append(headed("The command line", _command_line(module)))
    walk = embedded(modules, *parts, *checked)
    declared = module.declared()
    types = needed([skeleton.TYPES], declared, *parts, walk, *checked)
    named = module.filled(matrix_skeleton.NAMES, types=types).rstrip("\n")
    parts.insert(0, "\n\n".join(filter(None, (named, declared))))
    code = layout.fitted("\n\n".join(map(unread, [*parts, headed(WORDS, walk), *checked])))
    head = f'"""{_docstring(module, with_script)}"""\n\nfrom __future__ import annotations\n'
    shebang = "#!/usr/bin/env python3\n" * with_script
    return f"{shebang}{head}\n{imports_for(*parts, walk, *checked)}\n{code}"


def _command_line(module: MatrixModule) -> str:
    """The command line."""
    return module.filled(
        script.OF_A_MATRIX,
        description=f'"Fit {identifier(module.problem.target)} by gradient descent."',
        start_text="NAME=0",
        input_count=str(len(module.problem.inputs)),
        beside=str(len(module.passed) - 1),
        **module.told_of_steps(),
    )


def _docstring(module: MatrixModule, with_script: bool) -> str:
    """What the module says of itself."""
    use = [f"found = descend({', '.join(module.passed)})", "predict(found.parameters, X)"]
    use += ["python optimizer.py data.csv --help"] * with_script
    needs = "It needs NumPy alone."
    said = matrix_preface(module.score, module.method, module.step_said, needs, use)
    return layout.docstring(said)
