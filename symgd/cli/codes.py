"""What a script can tell from the exit code: one table, for the help, the documents and the tests."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DONE, VERDICT, WRONG_INPUT, UNFINISHED, FAILED = 0, 1, 2, 3, 4
HUNG_UP, INTERRUPTED, NO_READER, TERMINATED = 129, 130, 141, 143

EXITS: Mapping[int, str] = MappingProxyType(
    {
        DONE: "done; all checked lines are right",
        VERDICT: "the verdict: a fit or a descent is at no minimum, a checked line is wrong",
        WRONG_INPUT: "wrong input: an option, a formula, a file that cannot be read, a place that cannot be written to",
        UNFINISHED: "checked lines are right so far, but unfinished",
        FAILED: "symgd could not do its part: output not written whole, no memory left, a fault of its own",
        HUNG_UP: "ended by SIGHUP",
        INTERRUPTED: "ended by Ctrl-C",
        NO_READER: "the reader of the output has gone",
        TERMINATED: "ended by SIGTERM",
    }
)
"""Each code's meaning."""
