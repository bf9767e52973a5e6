"""The text of one cell becomes a finite number, or an error that says what to do."""

from __future__ import annotations

import math
import re

from symgd.data.naming import quoted
from symgd.errors import DataError, either

SKIP = f"remove the row or pass {either('skip_bad_rows=True to symgd.read_csv', '--skip-bad-rows to symgd fit, descend or predict')}"
# What files write for a value that is not there, in lower case.
MISSING = frozenset(
    {"na", "n/a", "#n/a", "nan", "<na>", "nat", "null", "none", "nil", "-", "?", "."}
)

# What files write for yes and no, by either word in lower case.
TRUTH = {
    word: pair
    for pair in (("true", "false"), ("yes", "no"), ("t", "f"), ("y", "n"))
    for word in pair
}
DATE = re.compile(
    r"(\d{4}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2})[-/.]\d{1,4}([ T].*)?|\d{1,2}:\d{2}(:\d{2}.*)?"
)
WITH_UNIT = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*[^\s\d.,:/+-][^\d:]*")


def number_in(cell: str, line: int, column: str) -> float:
    """The finite number that a cell holds, in Python's syntax without underscores."""
    text = cell.strip()
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isfinite(value) and "_" not in text:
        return value
    shown, remedy = quoted(text), f"fill it in, {SKIP}"
    if not text:
        fault = "the cell is empty"
    elif text.lower() in MISSING:
        fault = f"{shown} marks a missing value"
    elif math.isnan(value) or "_" in text:
        fault, remedy = f"{shown} is not a number", _how_to_write(text)
    elif "inf" in text.lower():
        fault, remedy = f"{shown} is infinite", SKIP
    else:
        fault, remedy = f"{shown} is too large for a float (the limit is 1.8e308)", SKIP
    raise DataError(f"line {line}, column {quoted(column)}: {fault}", remedy)


def _how_to_write(text: str) -> str:
    """The remedy for a cell that a reader takes for a number and Python does not."""
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3}){2,}(\.\d*)?|[-+]?\d{1,3},\d{3}\.\d*", text):
        return "write it without thousands separators"
    if re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}", text):  # 1,000 is a thousand to some, one to others
        return "use a decimal point and no thousands separator"
    if re.fullmatch(r"[-+]?\d*,\d+([eE][-+]?\d+)?", text):
        return "use a decimal point"
    if re.fullmatch(r"[-+]?\d{1,3}([.'\u2019\s]\d{3})+(,\d+)?", text):
        return f"write it without thousands separators{' and use a decimal point' * (',' in text)}"
    if text.lower() in TRUTH:
        return f"write 1 for {quoted(TRUTH[text.lower()][0])} and 0 for {quoted(TRUTH[text.lower()][1])}"
    if "_" in text and reads_as_number(text):
        return "write it without underscores"
    if DATE.fullmatch(text):
        return "write a date or a time as a number, such as the days since the first"
    if WITH_UNIT.fullmatch(text):
        return f"{SKIP}; or write the number alone, and its unit into the column's name"
    return SKIP


def reads_as_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True
