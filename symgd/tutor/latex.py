"""LaTeX as people type it, turned into what they would type on a keyboard.

What is not known here stays as it stands, with its backslash, so that it is refused where it is met and never left out.
"""

from __future__ import annotations

import re

from symgd.terms.functions import ALIASES, FUNCTIONS
from symgd.tutor.notes import IsKnown, is_note
from symgd.writing.formulas.names import GREEK

MAX_COMMANDS = 400
MAX_NESTED = 3  # of commands that say how something looks

# What takes an argument and says only how it looks.
_LOOKS = "mathrm|mathit|mathbf|mathsf|mathtt|mathcal|mathscr|boldsymbol|bm|operatorname|boxed"
_TEXTS = "text|textrm|textit|textbf|texttt|mbox"
_COMMAND = re.compile(
    rf"\\(?:(?P<fraction>[dtc]?frac)|(?P<root>sqrt)|(?P<look>{_LOOKS})\*?|(?P<accent>hat|widehat|bar|overline)"
    r"|(?P<set>underset|overset|stackrel)|(?P<brace>under|over)brace|(?P<color>textcolor)"
    rf"|(?P<gone>label|tag\*?)|(?P<words>{_TEXTS}))(?![A-Za-z])\s*"
)
_LOOK = re.compile(rf"([A-Za-z]?)\\(?:{_LOOKS})\*?\s*\{{([^{{}}]*)\}}")
_ACCENTS = {"hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar"}
_ORDER = re.compile(r"\s*\[([^\[\]]*)\]")
_BELOW = re.compile(r"\s*[_^](?=\s*\{)")
_DERIVATIVE = re.compile(r"(?P<sign>∂|d|\\partial(?![A-Za-z]))\s*(?P<of>.*)")
_VARIABLE = re.compile(r"(?:∂|d|\\partial(?![A-Za-z]))\s*\S+")
_NAME = re.compile(r"\\?\w*(?:_\{[^{}]*\})?'*")

_LETTERS = {*GREEK, *FUNCTIONS, *ALIASES, "ell", "sgn"}
_WORDS = "|".join(sorted(filter(str.isalpha, _LETTERS), key=len, reverse=True))
_SIGNS = (
    (r"\\(?:begin|end)\s*\{(?:align|aligned|equation|gather|split|eqnarray|multline)\*?\}", ""),
    (r"\\parbox.*$", ""),
    (r"\\(?:nonumber|notag|displaystyle|textstyle|limits|small|hline)(?![A-Za-z])", ""),
    (r"\\(?:left|right)\s*\.", ""),
    (r"\\(?:left|right|[bB]igg?[lrm]?)(?![A-Za-z])", ""),
    (r"\\partial(?![A-Za-z])\s*", "∂"),
    (r"\\nabla(?![A-Za-z])\s*", "∇"),
    (r"\\sum(?![A-Za-z])\s*", "Σ"),
    (r"\^\s*\{\s*((?:\\prime(?![A-Za-z])\s*|')+)\}|\^\s*(\\prime(?![A-Za-z])|')", r"\1\2"),
    (r"\\prime(?![A-Za-z])\s*", "'"),
    (r"\\(?:cdot|times|ast|star)(?![A-Za-z])", "·"),
    (r"\\div(?![A-Za-z])", "÷"),
    (r"\\(?:leq?)(?![A-Za-z])", "≤"),
    (r"\\(?:geq?)(?![A-Za-z])", "≥"),
    (r"\\neq?(?![A-Za-z])", "≠"),
    (r"\\lt(?![A-Za-z])", "<"),
    (r"\\gt(?![A-Za-z])", ">"),
    (r"\\(?:coloneqq|leftarrow|gets|longleftarrow)(?![A-Za-z])", ":="),
    (r"\\(?:implies|Rightarrow|Longrightarrow|therefore|to|rightarrow|iff)(?![A-Za-z])", "=>"),
    (r"\\(?:[lr]?vert|mid)(?![A-Za-z])", "|"),
    (r"\\(?:[lc]?dots|dotsc|dotsb)(?![A-Za-z])", "..."),
    (r"\\[,;:!> ()\[\]]|\\(?:q?quad|enspace|thinspace)(?![A-Za-z])|\$|~", " "),
    (r"^\s*&|&(?=\s*(?:[=<>≤≥]|:=|$))|(?<=[=<>≤≥])\s*&", " "),
    (r"&", ", "),
    (r"\\([{}])", r"\1"),
    (r"\\var(epsilon|theta|phi|rho|sigma|pi)(?![A-Za-z])", r"\\\1"),
    (rf"\\({_WORDS})\s*(?=[_^'])", r"\1"),
    (rf"\\({_WORDS})(?![A-Za-z])", r"\1 "),
)
_SUBSTITUTIONS = tuple((re.compile(sign), replacement) for sign, replacement in _SIGNS)
_NOTE_ENDS = re.compile(r"\}?\s*\\\\\*?\s*$|\}$")


def typed(text: str, known: IsKnown) -> str:
    r"""A line of LaTeX as it would be typed; any other line is itself.

    Examples
    --------
    >>> typed(r"\frac{\partial J}{\partial m} = \frac{2}{N} \sum_i \text{sign}(e_i)", lambda name: False)
    '∂J/∂m  = (2)/(N) Σ_i sign(e_i)'
    """
    if "\\" not in text and "&" not in text:
        return text
    formula, beside, note = text.partition("&&")
    if beside:
        note = re.sub(rf"\\(?:{_TEXTS})\s*\{{", "", _NOTE_ENDS.sub("", note.strip()))
        text = f"{formula}   [{note.strip(' }')}]"
    start = 0
    for _ in range(MAX_NESTED):
        text = _LOOK.sub(_plain, text)
    for _ in range(MAX_COMMANDS):
        match = _COMMAND.search(text, start)
        if match is None:
            break
        written, end = _written(text, match, known)
        start = match.start() if written is not None else match.end()
        if written is not None:
            text = text[: match.start()] + written + text[end:]
    for sign, replacement in _SUBSTITUTIONS:
        text = sign.sub(replacement, text)
    return text


def _plain(match: re.Match[str]) -> str:
    """What says only how it looks without that; apart from a letter before it."""
    before, inside = match.groups()
    return f"{before} {inside}" if before else inside


def _written(text: str, match: re.Match[str], known: IsKnown) -> tuple[str | None, int]:
    """What a command and its arguments are as people type, and where they end; None where that is not known."""
    groups, end = match.groupdict(), match.end()
    if groups["root"]:
        return _root(text, end)
    first, end = _argument(text, end)
    if groups["fraction"]:
        below, end = _argument(text, end)
        return _divided(first, below), end
    if groups["look"]:
        return first, end
    if groups["accent"]:
        name = first.strip().removeprefix("\\")
        return (f"{name}{_ACCENTS[groups['accent']]}" if name.isalnum() else None), end
    if groups["set"] or groups["color"]:
        return _argument(text, end)
    if groups["brace"]:
        label = _BELOW.match(text, end)
        return f"({first})", _argument(text, label.end())[1] if label else end
    if groups["words"]:
        return _words(first, text[: match.start()], text[end:], known), end
    return "", end


def _words(said: str, before: str, after: str, known: IsKnown) -> str | None:
    r"""What stands in \text{…}: a name, or words at an end of the line, which are a note."""
    if re.fullmatch(r"\s*[^\W\d]\w*[,.:]?\s*", said):
        return said
    at_end = re.fullmatch(r"[\s&.,;:$]*(?:\\\\.*)?", after) or not before.strip(" &$")
    return "" if at_end and is_note(said, known) else None


def _root(text: str, start: int) -> tuple[str, int]:
    order = _ORDER.match(text, start)
    inside, end = _argument(text, order.end() if order else start)
    return (f"({inside})^(1/({order.group(1)}))" if order else f"sqrt({inside})"), end


def _argument(text: str, start: int) -> tuple[str, int]:
    """What a command takes at an index, in braces, another command or one character, and where it ends."""
    while text[start : start + 1].isspace():
        start += 1
    command = re.compile(r"\\[A-Za-z]+").match(text, start)
    if command:
        return command.group(), command.end()
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
    derived = _DERIVATIVE.fullmatch(above.strip())
    if derived is None or not _VARIABLE.fullmatch(below.strip()):
        return f"({above})/({below})"
    of = derived["of"].strip()
    body = of if _NAME.fullmatch(of) else f"({of})"
    sign = "d" if derived["sign"] == "d" else "∂"
    return f"{sign}{body}/{below.strip()} "
