"""The second derivatives of a module that has an argument for each input: the inputs are stacked to one matrix for them alone.

Law
---
- no formula is derived for each pair of the weights, and the text is that of the module over a matrix
"""

from __future__ import annotations

from dataclasses import replace

from symgd.codegen.modules.matrix_module import MatrixModule
from symgd.codegen.plan import plan_of
from symgd.codegen.program.score import FEW, score_of
from symgd.problem.problem import Problem

CONSTANTS = """\
WEIGHTS = <<weights>>  # the parameters by which the columns of X are multiplied
ROWS = <<rows>>  # of one block, which stays in the cache
"""


def stacked_hessian(problem: Problem) -> str:
    """The functions of the second derivatives; empty where the model holds no sum of some weights.

    Examples
    --------
    >>> "XᵀDX" in stacked_hessian(Problem("tanh(a*x1 + b*x2 + c*x3 + d*x4)")), stacked_hessian(Problem("tanh(a*x)"))
    (True, '')
    """
    score = score_of(problem, FEW)
    if score is None:
        return ""
    module = MatrixModule(replace(plan_of(problem), score=score), second=True)
    count, passed = len(problem.inputs), module.passed
    taken = [f"np.column_stack(columns[:{count}])"]
    taken += [f"columns[{count + k}]" for k, _ in enumerate(passed[1:])]
    lines = f"    {', '.join(passed)} = {', '.join(taken)}\n"
    lines += "" if module.plain else "    features = _design(X)\n"
    examples, penalty, hessian = module.second("columns: Sequence[FloatArray]", lines)
    parts = [module.filled(CONSTANTS), examples, penalty, "" if module.plain else module.design()]
    return "\n\n".join(part for part in (*parts, hessian) if part)
