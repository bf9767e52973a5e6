"""The command line: a function for each verb, with heavy imports inside."""

from __future__ import annotations

TYPE_CHECKING = False  # as in process.py
if TYPE_CHECKING:
    from symgd.cli.verbs import main as main

__all__ = ["main"]


def __getattr__(name: str) -> object:
    """The group of all verbs, loaded when it is asked for: by then, a program has its signals in hand."""
    if name != "main":
        raise AttributeError(f"module 'symgd.cli' has no attribute {name!r}")
    from symgd.cli.verbs import main

    return main
