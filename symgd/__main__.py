"""``python -m symgd`` and the program `symgd`: the command line."""

import sys

from symgd.cli.codes import FAILED
from symgd.cli.process import begin


def run() -> None:
    """The command line as a program, which has its signals in hand before it loads anything large."""
    begin()
    try:
        from symgd.cli.verbs import main
    except ImportError as error:
        sys.stderr.write(f"symgd: it is not installed whole ({error}); install it again\n")
        sys.exit(FAILED)
    main(prog_name="symgd")


if __name__ == "__main__":
    run()
