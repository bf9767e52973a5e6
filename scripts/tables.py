"""What the pages of docs/ say of the formats, functions, losses and lessons that there are, read from their declarations.

MkDocs fills the pages as it builds them (`hooks` in mkdocs.yml). What stands in the files themselves, between the same
marks, is for those who read them as they lie; ``python scripts/tables.py`` writes it anew.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from symgd import LOSSES, OPTIMIZERS, PENALTIES, Problem
from symgd.animations import LESSONS
from symgd.codegen.program.stable import in_target
from symgd.errors import GenerationError
from symgd.optimizers.printed import equations
from symgd.problem.losses import Setting
from symgd.registry.registry import FrozenMap
from symgd.terms import Call, Symbol, sum_of, terms_of
from symgd.terms.function import MANY, Function, Target
from symgd.terms.functions import FUNCTIONS, SHORTHANDS
from symgd.writing.formats import FORMATS
from symgd.writing.formulas.text import text
from symgd.writing.shown import Shown

PAGES = sorted((Path(__file__).resolve().parent.parent / "docs").rglob("*.md"))
BLOCK = re.compile(r"(<!-- declared: (\w+) -->\n\n)(.*?)(\n\n<!-- end -->)", re.DOTALL)
# What calls functions in generated code.
_CALLS: Mapping[Target, str] = {
    "numpy": "NumPy",
    "array_api": "array API",
    "javascript": "JavaScript",
}
# What the losses are shown with that are not meant for a line's predictions.
_MODELS = {"binary_cross_entropy": "sigmoid(m*x + b)", "poisson": "exp(m*x + b)"}


def _formats() -> Iterator[str]:
    for form in FORMATS.values():
        python = f".{form.name}({'path' if form.binary else ''})"
        python = python if hasattr(Shown, form.name) else f'.written("{form.name}")'
        yield f"| {form.title} | `{python}` | `{form.usage}` | {form.description} |"


def _functions() -> Iterator[str]:
    for function in FUNCTIONS.values():
        others = ", ".join(f"`{alias}`" for alias in function.aliases)
        yield f"`{function.name}`" + (f" ({others})" if others else "")


def _targets() -> Iterator[str]:
    """The functions that some target does not have."""
    for function in FUNCTIONS.values():
        known = [_has(function, target) for target in _CALLS]
        if not all(known):
            cells = " | ".join("yes" if has else "" for has in known)
            yield f"| `{function.name}` | {cells} |"


def _has(function: Function, target: Target) -> bool:
    """Whether there is code for a function, its own or in others."""
    count = 2 if function.arity is MANY else function.arity
    try:
        in_target(Call(function.name, (Symbol("u"),) * (count or 2)), target)
    except GenerationError:
        return False
    return True


def _shorthands() -> Iterator[str]:
    return (f"`{name}`" for name in SHORTHANDS)


def _losses() -> Iterator[str]:
    for name, loss in LOSSES.items():
        if loss.several:
            problem = Problem(["m*x + b", "a*x + c"], loss, target=["y1", "y2"])
        else:
            problem = Problem(_MODELS.get(name, "m*x + b"), loss)
        rows = [*map(text, problem.equations), f"∂J/∂m = {text(problem.derive('m').last)}"]
        about = f"For {loss.domain}. {_settings(loss.settings)}Source: {loss.source}."
        yield _section(f"{name}: {loss.title}", rows, about)
    for name, penalty in PENALTIES.items():
        _, *terms = terms_of(Problem("m*x + c*t + b", penalty=penalty, inputs="x,t").cost_term)
        row = text(sum_of(tuple(terms)))
        about = f"For m x + c t + b. {_settings(penalty.settings)}Source: {penalty.source}."
        yield _section(f"{name}: {penalty.title}", [row], about)


def _optimizers() -> Iterator[str]:
    for name, optimizer in OPTIMIZERS.items():
        rows = [text(line) for line in equations(optimizer.rule, optimizer.letters)]
        source = f"{_settings(tuple(optimizer.declared.values()), optimizer.letters)}Source: {optimizer.source}."
        yield _section(f"{name}: {optimizer.title}", rows, source)


def _lessons() -> Iterator[str]:
    for name, lesson in LESSONS.items():
        about = "a descent" if lesson.needs == "run" else "a problem"
        yield f"| `{name}` | {lesson.title} | {about} |"


def _section(title: str, rows: list[str], about: str) -> str:
    return "\n".join((f"### {title}", "", "```text", *rows, "```", "", about))


def _settings(settings: tuple[Setting, ...], letters: Mapping[str, str] = FrozenMap()) -> str:
    return "".join(
        f"{_letter(setting.name, letters)} is {setting.meaning} ({setting.where}, default {setting.default:g}). "
        for setting in settings
    )


def _letter(name: str, letters: Mapping[str, str]) -> str:
    """A setting's letter, and what is typed for it."""
    letter = text(Symbol(letters.get(name, name)))
    return f"{letter} (typed {name})" if name in letters else letter


def _columns(entries: Iterator[str]) -> str:
    head = f"| function | {' | '.join(_CALLS.values())} |\n{'| --- ' * (len(_CALLS) + 1)}|\n"
    return head + "\n".join(entries)


def _rows(entries: Iterator[str]) -> str:
    head = "| format | from Python | on the command line | made for |\n| --- | --- | --- | --- |\n"
    return head + "\n".join(entries)


def _listed(entries: Iterator[str]) -> str:
    return "| lesson | what it shows | of |\n| --- | --- | --- |\n" + "\n".join(entries)


def _sentence(entries: Iterator[str]) -> str:
    return textwrap.fill(f"{', '.join(entries)}.", 120, break_on_hyphens=False)


# What each registry's entries are, and how a page joins them.
TABLES: Mapping[str, tuple[Callable[[], Iterator[str]], Callable[[Iterator[str]], str]]] = {
    "formats": (_formats, _rows),
    "functions": (_functions, _sentence),
    "targets": (_targets, _columns),
    "shorthands": (_shorthands, _sentence),
    "losses": (_losses, "\n\n".join),
    "optimizers": (_optimizers, "\n\n".join),
    "lessons": (_lessons, _listed),
}


def filled(page: str) -> str:
    """A page with what is declared between its marks."""

    def block(match: re.Match[str]) -> str:
        entries, join = TABLES[match[2]]
        return match[1] + join(entries()) + match[4]

    return BLOCK.sub(block, page)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """What MkDocs calls with every page."""
    return filled(markdown)


if __name__ == "__main__":
    for path in PAGES:
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")
