"""LaTeX as people type it, turned into what they would type on a keyboard.

What is not known here stays as it stands, with its backslash, so that it is refused where it is met and never left out.
"""

from __future__ import annotations

import re

from symgd.terms.functions import ALIASES, FUNCTIONS
from symgd.tutor.notes import IsKnown, is_note
from symgd.tutor.traced import Traced, around
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
_UNDERSCORE = re.compile(r"\\_|\\underline\s*\{\\ \}")  # in a name of several words
_LOOK = re.compile(rf"\\(?:{_LOOKS})\*?\s*\{{([^{{}}]*)\}}")
_ACCENTS = {"hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar"}
_ORDER = re.compile(r"\s*\[([^\[\]]*)\]")
_BELOW = re.compile(r"\s*[_^](?=\s*\{)")
_DERIVATIVE = re.compile(r"(?P<sign>∂|d|\\partial(?![A-Za-z]))\s*(?P<of>.*)")
_VARIABLE = re.compile(r"(?:∂|d|\\partial(?![A-Za-z]))\s*(?:_\s*\{[^{}]*\}|\S)+")
_NAME = re.compile(r"\\?\w*(?:_\s*\{[^{}]*\})?'*")

_LETTERS = {*GREEK, *FUNCTIONS, *ALIASES, "ell", "sgn"}
_WORDS = "|".join(sorted(filter(str.isalpha, _LETTERS), key=len, reverse=True))
_SIGNS = (
    (r"\\(?:begin|end)\s*\{(?:align|aligned|equation|gather|split|eqnarray|multline)\*?\}", ""),
    (r"\\(?:nonumber|notag|displaystyle|textstyle|limits|small|hline)(?![A-Za-z])", ""),
    (r"\\(?:left|right)\s*\.", ""),
    (r"\\(?:left|right|[bB]igg?[lrm]?)(?![A-Za-z])", ""),
    (r"\\partial(?![A-Za-z])\s*", "∂"),
    (r"\\nabla(?![A-Za-z])\s*", "∇"),
    (r"\\sum(?![A-Za-z])\s*", "Σ"),
    (r"\\forall(?![A-Za-z])\s*", " ∀ "),
    (r"\\in(?![A-Za-z])\s*", " ∈ "),
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
    (r"\{\s*\}", " "),
    (r"\\([{}])", r"\1"),
    (r"_\s+\{", "_{"),
    (r"_\{([^{}]*)_\{([^{}]*)\}\}", r"_{\1_\2}"),
    (r"\\var(epsilon|theta|phi|rho|sigma|pi)(?![A-Za-z])", r"\\\1"),
    (rf"(?<=[^\W_])\\({_WORDS})(?![A-Za-z])", r" \\\1"),
    (rf"\\({_WORDS})\s*(?=[_^'])", r"\1"),
    (rf"\\({_WORDS})(?![A-Za-z])", r"\1 "),
)
_SUBSTITUTIONS = tuple((re.compile(sign), replacement) for sign, replacement in _SIGNS)
BREAK = re.compile(r"\\\\\*?(?:\[[^\]]*\])?|\\cr(?![A-Za-z])")
_NEW_LINE = re.compile("\n")
# What has rows, a condition at the end of one.
_ROWS = re.compile(
    r"(?P<opening>\\begin\s*\{(?P<name>cases|[pb]?matrix)\})(?:(?!\\begin).)*?(?P<closing>\\end\s*\{(?P=name)\})",
    re.DOTALL,
)
_WHEN = r"(?:if|for|when|where|falls|wenn|si)"
_CONDITION = re.compile(
    rf",?\s*&\s*(?:(?P<otherwise>(?:\\text\s*\{{)?\s*(?:otherwise|else|sonst|sinon)\b\s*\}}?[.,]?)"
    rf"|\\(?:text|mbox|mathrm)\s*\{{\s*{_WHEN}\s*\}}|{_WHEN}\b|(?=\S))"
)
_OVER = re.compile(r"\{([^{}]*)\\over(?![A-Za-z])\s*([^{}]*)\}")
_PARBOX = re.compile(
    r"&?\\quad\\parbox\[t\]\{[^{}]*\}\{\\raggedright\\small (.*?)(?:\\rule\[.*)?\}\s*$"
)
_NOTE_ENDS = re.compile(r"\}?\s*\\\\\*?\s*$|\}$")


def on_one_line(text: Traced) -> Traced:
    """Cases and vectors, which have rows, on one line each: {a if x > 0; b otherwise} and [a, b]."""
    return text.sub(_ROWS, lambda match: _rows(text[slice(*match.span())], match))


def _rows(whole: Traced, match: re.Match[str]) -> Traced:
    inside = whole[match.end("opening") - match.start() : match.start("closing") - match.start()]
    is_cases = match["name"] == "cases"
    rows = [row.strip() for row in inside.split(BREAK) if row.text.strip()]
    found = around("{" if is_cases else "[", whole[:0], "")
    for number, row in enumerate(rows):
        found += ("; " if is_cases else ", ") if number else ""
        row = row[: len(row.text.rstrip(" .,;"))]
        found += row.sub(_CONDITION, _condition) if is_cases else row
    return found.sub(_NEW_LINE, " ") + ("}" if is_cases else "]")


def _condition(match: re.Match[str]) -> str:
    return " otherwise" if match["otherwise"] else " if "


def typed(line: Traced, known: IsKnown) -> Traced:
    r"""A line of LaTeX as it would be typed; any other line is itself.

    Examples
    --------
    >>> line = Traced.of_line(1, r"\frac{\partial J}{\partial m} = \frac{2}{N} \sum_i \text{sign}(e_i)")
    >>> typed(line, lambda name: False).text
    '∂J/∂m  = (2)/(N) Σ_i sign(e_i)'
    """
    if not re.search(r"[\\&$]", line.text):
        return line
    line = _with_note(line).sub(_UNDERSCORE, "_").sub(_OVER, r"\\frac{\1}{\2}")
    for _ in range(MAX_NESTED):
        line = line.sub(_LOOK, lambda match, line=line: _plain(line, match))  # type: ignore[misc]  # its second argument has a default
    start = 0
    for _ in range(MAX_COMMANDS):
        match = _COMMAND.search(line.text, start)
        if match is None:
            break
        written, end = _written(line, match, known)
        start = match.start() if written is not None else match.end()
        if written is not None:
            line = line[:start] + _apart(line.text[:start], written) + line[end:]
    for sign, replacement in _SUBSTITUTIONS:
        line = line.sub(sign, replacement)
    return line


def _with_note(line: Traced) -> Traced:
    """What stands behind && or in a box beside a line, in brackets."""
    boxed = _PARBOX.search(line.text)
    if boxed:
        return line[: boxed.start()] + "   [" + line[slice(*boxed.span(1))] + "]"
    formula, beside, note = line.text.partition("&&")
    if not beside:
        return line
    note = re.sub(rf"\\(?:{_TEXTS})\s*\{{", "", _NOTE_ENDS.sub("", note.strip()))
    return line[: len(formula)] + f"   [{note.strip(' }')}]"


def _apart(before: str, written: Traced) -> Traced:
    """What comes behind something, with a space where two words would become one."""
    glued = re.search(r"[^\W_]$", before) and written.text[:1].isalpha()
    return around(" ", written, "") if glued else written


def _plain(line: Traced, match: re.Match[str]) -> Traced:
    """What says only how it looks without that; apart from a letter before it."""
    return _apart(line.text[: match.start()], line[slice(*match.span(1))])


def _written(line: Traced, match: re.Match[str], known: IsKnown) -> tuple[Traced | None, int]:
    """What a command and its arguments are as people type, and where they end; None where that is not known."""
    groups, end = match.groupdict(), match.end()
    if groups["root"]:
        return _root(line, end)
    first, end = _argument(line, end)
    if groups["fraction"]:
        below, end = _argument(line, end)
        return _divided(first, below), end
    if groups["look"]:
        return first, end
    if groups["accent"]:
        name = first.strip()
        name = name[name.text.startswith("\\") :]
        return (name + _ACCENTS[groups["accent"]] if name.text.isalnum() else None), end
    if groups["set"] or groups["color"]:
        return _argument(line, end)
    if groups["brace"]:
        label = _BELOW.match(line.text, end)
        return around("(", first, ")"), _argument(line, label.end())[1] if label else end
    if groups["words"]:
        return _words(first, line.text[: match.start()], line.text[end:], known), end
    return Traced(), end


def _words(said: Traced, before: str, after: str, known: IsKnown) -> Traced | None:
    r"""What stands in \text{…}: a name, or words at an end of the line, which are a note."""
    if re.fullmatch(r"\s*[^\W\d]\w*[,.:]?\s*", said.text):
        return said
    at_end = re.fullmatch(r"[\s&.,;:$]*(?:\\\\.*)?", after) or not before.strip(" &$")
    return Traced() if at_end and is_note(said.text, known) else None


def _root(line: Traced, start: int) -> tuple[Traced, int]:
    order = _ORDER.match(line.text, start)
    inside, end = _argument(line, order.end() if order else start)
    if order is None:
        return around("sqrt(", inside, ")"), end
    return around("(", inside, ")^(1/(") + line[slice(*order.span(1))] + "))", end


def _argument(line: Traced, start: int) -> tuple[Traced, int]:
    """What a command takes at an index, in braces, another command or one character, and where it ends."""
    text = line.text
    while text[start : start + 1].isspace():
        start += 1
    command = re.compile(r"\\[A-Za-z]+").match(text, start)
    if command:
        return line[start : command.end()], command.end()
    if text[start : start + 1] != "{":
        return line[start : start + 1], start + 1
    depth = 0
    for index in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if not depth:
            return line[start + 1 : index], index + 1
    return line[start + 1 :], len(text)


def _divided(above: Traced, below: Traced) -> Traced:
    """A fraction; a derivative sign keeps the form in which it is read."""
    above, below = above.strip(), below.strip()
    derived = _DERIVATIVE.fullmatch(above.text)
    if derived is None or not _VARIABLE.fullmatch(below.text):
        return around("(", above, ")/(") + below + ")"
    of = above[slice(*derived.span("of"))].strip()
    body = of if _NAME.fullmatch(of.text) else around("(", of, ")")
    sign = "d" if derived["sign"] == "d" else "∂"
    return Traced(sign, above.places[:1]) + body + "/" + below + " "
