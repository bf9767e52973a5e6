"""CODE_TARGETS: what code is generated for, one declaration each; `code_source` writes for one of them.

The writer of a target is named "file:function", a file below `codegen/` that is imported when code is asked for. The function
takes a problem, its gradient, the style, whether a module reads files as a script, and the optimizer: it answers text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from symgd.errors import GenerationError, OutputError, either
from symgd.registry.near import near_names
from symgd.registry.options import declared, expect_known
from symgd.registry.registry import Declared, Registry, registry_of

if TYPE_CHECKING:
    from symgd.codegen.plan import Written
    from symgd.codegen.rules.rule_code import RuleCode
    from symgd.derivation.gradient import Gradient
    from symgd.problem.problem import Problem

MODULE, LISTING = "module", "listing"


@dataclass(frozen=True)
class CodeTarget(Declared):
    """One thing that code is generated for.

    Examples
    --------
    >>> CODE_TARGETS["numpy"].suffix
    '.py'
    """

    name: str  # for programs and the command line
    title: str  # for people
    suffix: str  # what the names of its files end in
    writer: str
    matrices: str = (
        ""  # the function that says which code takes its inputs as one matrix, named so as well
    )
    styles: tuple[str, ...] = (MODULE,)  # the usual one first
    scripts: bool = False  # whether its modules can be scripts that read files
    finds_rates: bool = False  # whether its modules can find the rate of an optimizer
    elsewhere: tuple[str, ...] = ()  # what people call it
    form: str = ""  # the form of its code, or the function that says which it is of some code

    @property
    def summary(self) -> Mapping[str, str]:
        """Its row in a table."""
        return {
            "name": self.name,
            "title": self.title,
            "file": self.suffix,
            "styles": ", ".join(self.styles),
        }

    @property
    def write(self) -> Callable[..., str]:
        """The writer itself."""
        found: Callable[..., str] = _function(self.writer)
        return found


def _function(named: str) -> Callable[..., Any]:
    file, _, function = named.partition(":")
    found: Callable[..., Any] = getattr(import_module(f"symgd.codegen.{file}"), function)
    return found


CODE_TARGETS: Registry[CodeTarget] = registry_of(
    (
        CodeTarget(
            "numpy",
            "NumPy",
            ".py",
            "numpy_code:source",
            "numpy_code:is_over_matrix",
            styles=(MODULE, LISTING),
            scripts=True,
            finds_rates=True,
            elsewhere=("np", "py", "python", "python3"),
            form="numpy_code:form_of",
        ),
        CodeTarget(
            "array-api",
            "the Python array API standard",
            ".py",
            "targets.sources:array_api",
            "targets.sources:is_over_matrix",
            elsewhere=("array", "arrays", "jax", "torch", "pytorch", "cupy"),
            form="targets.sources:form_of_arrays",
        ),
        CodeTarget(
            "javascript",
            "JavaScript",
            ".mjs",
            "targets.sources:javascript",
            "targets.sources:is_over_matrix",
            elsewhere=("js", "mjs", "node", "nodejs", "ecmascript"),
            form="targets.sources:form_of_script",
        ),
    )
)
STYLES = tuple(dict.fromkeys(style for target in CODE_TARGETS.values() for style in target.styles))


def target_for(path: str | None, name: str | None = None) -> CodeTarget:
    """The target of this name, or of a file that is called so; the first without either.

    Examples
    --------
    >>> target_for("optimizer.py").title
    'NumPy'
    """
    suffix = Path(path or "").suffix.lower()
    fitting = [target for target in CODE_TARGETS.values() if suffix in ("", target.suffix)]
    if name is None:
        return (*fitting, *CODE_TARGETS.values())[0]
    chosen = declared(name, CODE_TARGETS, "code target", GenerationError)
    if chosen not in fitting:
        cause = f"{path} ends in {suffix}, and code for {chosen.title} in {chosen.suffix}"
        raise OutputError(cause, f"name a file that ends in {chosen.suffix}")
    return chosen


def target_meant(name: str) -> str | None:
    """The code target that somebody means by a name, spelled another way or called as elsewhere; None for any other name.

    Examples
    --------
    >>> target_meant("js"), target_meant("array_api"), target_meant("calories")
    ('javascript', 'array-api', None)
    """
    plain = re.sub(r"[\W_]", "", name.lower())
    for target in CODE_TARGETS.values():
        if plain == target.name.replace("-", "") or plain in target.elsewhere:
            return target.name
    return next(iter(near_names(name.lower(), CODE_TARGETS, cutoff=0.8)), None)


def code_source(
    problem: Problem,
    gradient: Gradient,
    *,
    style: str = MODULE,
    script: bool = False,
    target: str = "numpy",
    code: RuleCode | None = None,
) -> str:
    """Code that minimises the problem's cost by gradient descent, or another optimizer; GenerationError for what no target has.

    Parameters
    ----------
    problem : Problem
    gradient : Gradient
        As it was derived from the problem's cost.
    style : str
        One of STYLES.
    script : bool
        Whether a module reads CSV files when it is run.
    target : str
        A name in CODE_TARGETS.
    code : RuleCode, optional
        The optimizer.
    """
    chosen = declared(target, CODE_TARGETS, "code target", GenerationError)
    expect_known([style], STYLES, "style", GenerationError)
    if style not in chosen.styles:
        cause = f"there is no {style} for {chosen.title}"
        raise GenerationError(cause, f"its styles are {', '.join(chosen.styles)}")
    if script and not (chosen.scripts and style == MODULE):
        cause = f"a {style} for {chosen.title} is no script"
        remedy = either('leave out script, or pass style="module"', "leave out --script")
        raise GenerationError(cause, remedy)
    return chosen.write(problem, gradient, style=style, script=script, code=code)


def expect_no_script(script: bool) -> None:
    """GenerationError for a script, which reads data, where a function has none."""
    if script:
        cause = "there is no script of a function without data"
        raise GenerationError(cause, either("leave out script", "leave out --script"))


def is_over_matrix(
    problem: Problem, *, style: str = MODULE, target: str = "numpy", code: RuleCode | None = None
) -> bool:
    """Whether this code takes its inputs as one matrix; GenerationError for a target or a style that there is not."""
    chosen = declared(target, CODE_TARGETS, "code target", GenerationError)
    expect_known([style], STYLES, "style", GenerationError)
    return bool(chosen.matrices) and bool(_function(chosen.matrices)(problem, style, code))


def form_of(
    problem: Problem, *, style: str = MODULE, target: str = "numpy", code: RuleCode | None = None
) -> Written:
    """The form in which this code works out the cost; GenerationError for a target that there is not."""
    chosen = declared(target, CODE_TARGETS, "code target", GenerationError)
    said: Any = _function(chosen.form)(problem, style, code) if ":" in chosen.form else chosen.form
    return cast("Written", said)
