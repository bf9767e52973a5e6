"""``python -m symgd``: the command line."""

from symgd.cli import main

main(prog_name="symgd")
