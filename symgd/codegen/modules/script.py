"""The command line of a generated module; `<<...>>` is filled in by a Context.

Law
---
- what is written to standard output is written whole, or it is said that it is not, as by symgd's own command line
"""

from __future__ import annotations

_FLAGS = """\
    flags = <<flags>>
    for name, flag in zip(COLUMNS, flags, strict=True):
        parser.add_argument(
            flag, dest=flag, default=<<default>>, metavar="COLUMN", help=f"the column for {name}"
        )
"""

_SCRIPT = '''\
def _read(path: str, names: Sequence[str]) -> list[list[float]]:
    """The named columns of a CSV file with a header line, or ValueError with line and column."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            delimiter = max(",;\\t", key=header.count)
            file.seek(0)
            lines = csv.reader(file, delimiter=delimiter, strict=True)
            titles = [title.strip() for title in next(lines, [])]
            if not titles:
                raise ValueError(f"{path} is empty; its first line must name the columns")
            places = [_place(name, titles) for name in names]
            columns: list[list[float]] = [[] for _ in names]
            for cells in filter(None, lines):
                where = f"line {lines.line_num}"
                if len(cells) != len(titles):
                    raise ValueError(f"{where} has {len(cells)} cells, the header {len(titles)}")
                for column, place in zip(columns, places, strict=True):
                    column.append(_number(cells[place], f'{where}, column "{titles[place]}"'))
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8 text") from None
    except csv.Error as error:
        raise ValueError(f"{path} is not a CSV file: {error}") from None
    if not columns[0]:
        raise ValueError(f"{path} has no row under its header")
    return columns


def _place(name: str, titles: list[str]) -> int:
    if titles.count(name) != 1:
        found = "is there more than once" if name in titles else "is missing"
        raise ValueError(f'line 1: the column "{name}" {found}; the columns are {", ".join(titles)}')
    return titles.index(name)


def _number(cell: str, where: str) -> float:
    try:
        value = math.nan if "_" in cell else float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{where}: {cell!r} is not a finite number")
    return value


def _start(text: str) -> list[float]:
    """The start from a text such as "<<start_text>>"; what is not named starts at 0."""
    values = dict.fromkeys(PARAMETERS, 0.0)
    for part in filter(None, text.split(",")):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name not in values:
            wanted = ", ".join(PARAMETERS)
            raise ValueError(f'--start: there is no parameter "{name}"; expected {wanted}')
        values[name] = _number(value, f"--start, {name}")
    return list(values.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit the model to a CSV file; 0: converged; 1: not, or failed; 130: interrupted."""
    parser = argparse.ArgumentParser(description=<<description>>, allow_abbrev=False)
    parser.add_argument("data", help="a CSV file with a header line")
<<flag_lines>>    parser.add_argument(
        "--start", default="", metavar="VALUES", help="such as <<start_text>>; 0 where not given"
    )
<<rate_option>>    parser.add_argument("--max-iter", type=int, default=None, help="steps at most (<<script_most>>)")
    parser.add_argument(
        "--tolerance", type=float, default=None, help="ends when a step is shorter; 0: never"
    )
    parser.add_argument("--predict", metavar="FILE", help="a CSV file: write what the model says of it")
    options = parser.parse_args(arguments)
    try:
        columns = _read(options.data, <<titles>>)
        found = descend(
            <<passed>>,
            start=_start(options.start),
<<rate_passed>>            max_iter=options.max_iter,
            tolerance=options.tolerance,
        )
        if found.outcome == "diverged":
            raise FloatingPointError(found.message)
        if options.predict is not None:
            _predict_file(options.predict, <<titles>>, found)
    except OSError as error:
        if error.filename is None:  # it is about standard output
            raise
        print(f"{parser.prog}: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    except (ValueError, ArithmeticError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{parser.prog}: interrupted", file=sys.stderr)
        return 130
    told = sys.stdout if options.predict is None else sys.stderr
    for name, value in zip(PARAMETERS, <<reached>>, strict=True):
        print(f"{name} = {value!r}", file=told)
    print(f"cost = {found.cost!r}", file=told)
    print(found.message, file=told)
    if found.outcome == "interrupted":
        return 130
    made = found.outcome in ("out of steps", "not begun") and options.max_iter is not None
    return 0 if found.converged or made else 1


def _predict_file(path: str, titles: Sequence[str], found: Descent) -> None:
    """Print what the model says of the rows of a CSV file, as a CSV."""
    inputs = _read(path, titles[:<<input_count>>])
    said = np.atleast_2d(predict(found.parameters, <<given>>)).tolist()
    writer = csv.writer(sys.stdout, lineterminator="\\n")
    writer.writerow(titles)
    writer.writerows(zip(*inputs, *said, strict=True))


def _ended() -> int:
    """What `main` ends with; 4 where the output cannot be written, 141 where nobody reads it."""
    try:
        os.fstat(1)  # standard output may be closed
        try:
            return main()
        finally:
            sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # where what is left of the output goes
        if isinstance(error, BrokenPipeError):
            return 141
        said = f"the output cannot be written: {error.strerror}"
        print(f"{os.path.basename(sys.argv[0])}: {said}", file=sys.stderr)
        return 4


if __name__ == "__main__":
    sys.exit(_ended())
'''


def _with(**parts: str) -> str:
    """The command line with what depends on how data are passed."""
    made = _SCRIPT
    for name, part in parts.items():
        made = made.replace(f"<<{name}>>", part)
    return made


# Of a module that is passed a column for each input,
OF_COLUMNS = _with(
    flag_lines=_FLAGS,
    titles="[getattr(options, flag) for flag in flags]",
    passed="*columns",
    given="*inputs",
    reached="found.parameters",
)
# and of one that is passed a matrix; its columns are those of COLUMNS.
OF_A_MATRIX = _with(
    flag_lines="",
    titles="COLUMNS",
    passed="np.column_stack(columns[:-<<beside>>]),\n            *columns[-<<beside>>:]",
    given="np.column_stack(inputs)",
    reached="found.parameters.tolist()",
)


BEST = "the best constant one where not given"
BACKTRACKED = "one for each step, by backtracking, where not given"


def told_of_steps(rate: str, most: str) -> dict[str, str]:
    """What the help says of the learning rate, if there is one, and of the steps, as parts of the command line."""
    said = f'"--learning-rate", type=float, metavar="RATE", help="{rate}"'
    return {
        "rate_option": f"    parser.add_argument({said})\n" if rate else "",
        "rate_passed": "            learning_rate=options.learning_rate,\n" if rate else "",
        "script_most": most,
    }
