"""Statements of JavaScript in lines that fit, broken where formatters break them: behind operators, before ? and :, in brackets."""

from __future__ import annotations

import re
import textwrap

from symgd.codegen.expressions.layout import WIDTH, brackets, items, scanned

STEP = "  "
_STATEMENT = re.compile(r"( *)((?:let |const )?[\w$.\[\]]+ =|return) (.+);")
_NOTE = re.compile(r"( *\* +)(.*)")
# What joins operands, what binds least first.
_JOINS = (r"\|\|", "&&", r"[!=]==", r"[<>]=?", r"[-+]", r"[*/%]")


def fitted(code: str, width: int = WIDTH) -> str:
    """`code` with every statement, and every line of a comment, that is too long in several lines.

    Examples
    --------
    >>> print(fitted("  theta = theta - alpha * Math.sqrt(first + second);", 34))
      theta =
        theta -
        alpha *
          Math.sqrt(first + second);
    >>> print(fitted("  let s = (one > 0 ? each(first, second) : 0);", 34))
      let s =
        one > 0
          ? each(first, second)
          : 0;
    """
    lines: list[str] = []
    for line in code.split("\n"):
        statement, note = _STATEMENT.fullmatch(line), _NOTE.fullmatch(line)
        if len(line) <= width or "`" in line:
            lines.append(line)
        elif statement is not None:
            indent, head, value = statement.groups()
            lines += _statement(indent, head, value, width)
        elif note is not None:
            space = note.group(1)
            lines += textwrap.wrap(note.group(2), width, initial_indent=space, subsequent_indent=space + STEP, break_long_words=False, break_on_hyphens=False)  # fmt: skip
        else:
            lines.append(line)
    return "\n".join(lines)


def _statement(indent: str, head: str, value: str, width: int) -> list[str]:
    """A statement: what joins operands stands below its name, a call goes on behind it."""
    value = _bare(value)
    if not _is_joined(value):
        return _laid(indent, f"{head} ", value, ";", width)
    inside = _laid(indent + STEP, "", value, "" if head == "return" else ";", width, is_first=True)
    if head == "return":
        return [f"{indent}return (", *inside, f"{indent});"]
    return [f"{indent}{head}", *inside]


def _laid(
    indent: str, before: str, code: str, after: str, width: int, *, is_first: bool = False
) -> list[str]:
    """An expression between what stands before and behind it; of operands that stand first on their line all are below one another."""
    if len(indent + before + code + after) <= width:
        return [f"{indent}{before}{code}{after}"]
    inner = indent + STEP
    arrow = _place(code, " => ")
    if arrow:
        body = _laid(inner, "", code[arrow + 4 :], after, width, is_first=True)
        return [f"{indent}{before}{code[:arrow]} =>", *body]
    asked = _place(code, r" \? ")
    if asked:
        other = _other(code, asked)
        condition = _laid(indent, before, code[:asked], "", width, is_first=is_first)
        yes = _laid(inner, "? ", code[asked + 3 : other], "", width)
        return [*condition, *yes, *_laid(inner, ": ", code[other + 3 :], after, width)]
    for join in _JOINS:
        cuts = _places(code, f" {join} ")
        if cuts:
            return _operands(indent, before, code, after, width, cuts, is_first)
    return _in_brackets(indent, before, code, after, width)


def _operands(
    indent: str, before: str, code: str, after: str, width: int, cuts: list[int], is_first: bool
) -> list[str]:
    """Operands, each with what joins it to the next behind it."""
    ends = [code.index(" ", cut + 1) for cut in cuts]
    parts = [code[one:other] for one, other in zip([0, *(e + 1 for e in ends)], [*ends, len(code)], strict=True)]  # fmt: skip
    below = indent if is_first else indent + STEP
    first, *others = parts
    lines = _joined(indent, before, first, width, is_first)
    for part in others[:-1]:
        lines += _joined(below, "", part, width, False)
    return [*lines, *_laid(below, "", others[-1], after, width)]


def _joined(indent: str, before: str, part: str, width: int, is_first: bool) -> list[str]:
    """An operand and what stands behind it."""
    operand, _, join = part.rpartition(" ")
    return _laid(indent, before, operand, f" {join}", width, is_first=is_first)


def _in_brackets(indent: str, before: str, code: str, after: str, width: int) -> list[str]:
    """A call, a list or a bracket around operands, with what it holds on lines of its own."""
    start, end = max([(0, 0), *brackets(code)], key=lambda pair: pair[1] - pair[0])
    inside = items(code[start + 1 : end])
    if not inside:
        return [f"{indent}{before}{code}{after}"]
    is_list = code[start] == "[" or (start > 0 and re.match(r"[\w$)\]]", code[start - 1]))
    lines = [f"{indent}{before}{code[: start + 1]}"]
    indent += STEP * (before in ("? ", ": "))
    for item in inside:
        lines += _laid(indent + STEP, "", item, "," * bool(is_list), width, is_first=not is_list)
    return [*lines, f"{indent}{code[end:]}{after}"]


def _is_joined(code: str) -> bool:
    """Whether an expression has operands or cases, and is no function."""
    return not _place(code, " => ") and any(_places(code, f" {join} ") for join in (r"\?", *_JOINS))


def _bare(code: str) -> str:
    """`code` without a bracket around all of it."""
    return code[1:-1] if code[0] == "(" and brackets(code) == [(0, len(code) - 1)] else code


def _places(code: str, sign: str) -> list[int]:
    """Where a sign stands between spaces, outside all brackets and quotes."""
    spaces = [place for place, character, depth in scanned(code) if (character, depth) == (" ", 0)]
    return [place for place in spaces if re.match(sign, code[place:])]


def _place(code: str, sign: str) -> int:
    """Where a sign stands first; 0 where it stands nowhere."""
    return next(iter(_places(code, sign)), 0)


def _other(code: str, asked: int) -> int:
    """Where the colon of a question mark stands, behind those of others between them."""
    depth = 0
    for place in _places(code, r" [?:] "):
        if place > asked:
            depth += 1 if code[place + 1] == "?" else -1
            if depth < 0:
                return place
    raise AssertionError(code)
