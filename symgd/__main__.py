"""``python -m symgd``: the command line."""

from symgd.cli.process import run

if __name__ == "__main__":
    run()
