"""Functions that are declared alike: those of all libraries, the ratios of a triangle, their inverses, the extremes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy

from symgd.terms.function import MANY, Function


def everywhere(name: str) -> dict[str, Any]:
    """The forms of what all targets call by one name."""
    libraries = {"numpy": "np", "python": "math", "array_api": "xp", "javascript": "Math"}
    return {target: f"{library}.{name}" for target, library in libraries.items()}


def known(name: str, derivative: str, spoken: str, **options: Any) -> Function:
    """A function of one argument that LaTeX and Typst have under SymPy's name; without a meaning, NumPy has it too."""
    if "meaning" not in options:
        options = {**everywhere(name), **options}
    options = {"value": getattr(sympy, name), "latex": rf"\{name}", "typst": name, **options}
    return Function(name, derivatives=(derivative,), spoken=spoken, **options)


# The ratios of a triangle: what each is called, and which it is one over.
_RATIOS: Mapping[str, tuple[str, str]] = {
    "sin": ("sine", ""),
    "cos": ("cosine", ""),
    "tan": ("tangent", ""),
    "sec": ("secant", "cos"),
    "csc": ("cosecant", "sin"),
    "cot": ("cotangent", "tan"),
}


def ratio(name: str, derivative: str, **options: Any) -> Function:
    """A ratio of a triangle, or of a hyperbola with an h behind; NumPy has those that are not one over another."""
    stem, h = name[:3], name[3:]
    noun, over = _RATIOS[stem]
    if over:
        options["meaning"] = f"1/{over}{h}(u)"
    spoken = f"the hyperbolic {noun} of {{x}}" if h else f"the {noun} of {{x}}"
    return known(name, derivative, spoken, **options)


def inverse(ratio: str, derivative: str, **options: Any) -> Function:
    """The inverse of a ratio; NumPy has those that are not the inverse of one over another, at one over u."""
    stem, h = ratio[:3], ratio[3:]
    noun, over = _RATIOS[stem]
    name, word = f"a{ratio}", f"ar{ratio}" if h else f"arc{ratio}"
    if over:
        options["meaning"] = f"a{over}{h}(1/u)"
    else:
        options |= everywhere(name) | {"numpy": f"np.arc{ratio}"}
        options |= {} if h else {"latex": rf"\{word}", "typst": word}
    spoken = f"the inverse hyperbolic {noun} of {{x}}" if h else f"the arc {noun} of {{x}}"
    aliases = tuple(dict.fromkeys((word, f"arc{ratio}", f"ar{ratio}")))
    value = getattr(sympy, name)
    options |= {"word": word, "aliases": aliases, "steady": True}
    return Function(name, value, (derivative,), spoken, **options)


def extreme(name: str, value: Any, choose: Callable[..., Any]) -> Function:
    """The maximum or minimum of two numbers or more."""
    return Function(
        name,
        value,
        (),
        f"the {name}imum of {{x}}",
        lambda context, *numbers: choose(numbers),
        MANY,
        latex=rf"\{name}",
        typst=name,
        aliases=(name.capitalize(), f"{name}imum"),
        real=True,
        steady=True,
        numpy=f"np.{name}imum",
        array_api=f"xp.{name}imum",
        javascript=f"Math.{name}",
    )
