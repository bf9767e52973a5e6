r"""LaTeX in a student's lines, as the text that people type: \frac{a}{b} is (a)/(b)."""

from __future__ import annotations

import re

_FRACTION = re.compile(r"\\[dt]?frac\s*")
_DERIVATIVE = re.compile(r"(?:∂|d|\\partial(?![A-Za-z]))\s*\S*")
_ROOT = re.compile(r"\\sqrt\s*(?=\{)")
_SIGNS = (
    (re.compile(r"\\(?:begin|end)\s*\{\w+\*?\}|\\parbox.*$"), ""),
    (re.compile(r"\\partial(?![A-Za-z])\s*"), "∂"),
    (re.compile(r"\\sum(?![A-Za-z])"), "Σ"),
    (re.compile(r"\\(?:cdot|times)(?![A-Za-z])"), "·"),
    (re.compile(r"\\(?:left|right|bigl?|bigr|Bigl?|Bigr|displaystyle|limits)(?![A-Za-z])\.?"), ""),
    (re.compile(r"\\(?:mathrm|operatorname|mathit)\s*\{(\w+)\}"), r"\1"),
    (re.compile(r"\\hat\s*\{?y\}?"), "yhat"),
    (re.compile(r"\\text\s*\{[^{}]*\}"), ""),
    (re.compile(r"\\[,;:!> ]|\\q?quad(?![A-Za-z])|\\\\\*?(?:\[[^\]]*\])?|&|\$"), " "),
    (re.compile(r"\\([{}])"), r"\1"),
    (re.compile(r"\\([A-Za-z]+)\s*(?=[_^])"), r"\1"),
    (re.compile(r"\\([A-Za-z]+)"), r"\1 "),
)
_PLAIN = re.compile(r"\\text\s*\{|\}?\s*\\\\\*?\s*$|\}$")
MAX_FRACTIONS = 200


def typed(text: str) -> str:
    r"""A line of LaTeX as it would be typed; any other line is itself.

    Examples
    --------
    >>> typed(r"\frac{\partial J}{\partial m} = \frac{2}{N} \sum_{i=1}^{N} x_i")
    '∂J/∂m = (2)/(N) Σ_{i=1}^{N} x_i'
    """
    if "\\" not in text:
        return text
    for _ in range(MAX_FRACTIONS):
        match = _FRACTION.search(text)
        if match is None:
            break
        above, middle = _argument(text, match.end())
        below, end = _argument(text, middle)
        text = text[: match.start()] + _divided(above, below) + text[end:]
    text = _ROOT.sub("sqrt", text)
    formula, beside, note = text.partition("&&")
    text = f"{formula}   [{_PLAIN.sub('', note).strip()}]" if beside else formula
    for sign, replacement in _SIGNS:
        text = sign.sub(replacement, text)
    return text


def _argument(text: str, start: int) -> tuple[str, int]:
    """What a command takes at an index, in braces or one character, and where it ends."""
    while text[start : start + 1].isspace():
        start += 1
    if text[start : start + 1] != "{":
        return text[start : start + 1], start + 1
    depth = 0
    for index in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if not depth:
            return text[start + 1 : index], index + 1
    return text[start + 1 :], len(text)


def _divided(above: str, below: str) -> str:
    """A fraction; a derivative sign keeps the form in which it is read."""
    if _DERIVATIVE.fullmatch(above.strip()) and _DERIVATIVE.fullmatch(below.strip()):
        return f"{above.strip()}/{below.strip()}"
    return f"({above})/({below})"
