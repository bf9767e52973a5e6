"""Files written beside their place and renamed, so that nobody ever sees half of one."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from symgd.errors import OutputError

# What names of files end in, and what each is; derivations have the suffixes of their formats.
CODE = {".py": "Python"}
FILMS = {".mp4": "a film", ".gif": "a moving picture"}
JSON = {".json": "JSON"}
PICTURES = {".png": "a picture in pixels", ".svg": "a picture in lines", ".pdf": "a page"}
TABLE = {".csv": "a table"}

_REMEDIES = {
    errno.ENOENT: "make the folder first, or name another one",
    errno.ENOTDIR: "a part of the path is a file; name another folder",
    errno.EACCES: "choose a folder that you may write to",
    errno.EPERM: "choose a folder that you may write to",
    errno.EROFS: "the disk is read-only; choose another one",
    errno.ENOSPC: "the disk is full; make room or choose another one",
    errno.ENAMETOOLONG: "choose a shorter name",
}


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A path beside `path` to write to, put in its place when the block ends without an error.

    The temporary file has the suffix of `path`, so that writers which go by the suffix work. An existing file keeps
    its permissions, and a link keeps pointing where it points.

    Raises
    ------
    OutputError
        When the file cannot be written; `path` is then as it was before.

    Examples
    --------
    >>> target = Path(tempfile.mkdtemp(), "numbers.csv")
    >>> with replacing(target) as beside:
    ...     _ = beside.write_text("1,2,3")
    >>> target.read_text()
    '1,2,3'
    """
    final = Path(os.path.realpath(path))
    if final.is_dir():
        raise OutputError(f"{os.fspath(path)} is a folder", "name a file in it")
    folder = tempfile.gettempdir() if _is_device(final) else final.parent
    try:
        handle, name = tempfile.mkstemp(final.suffix, f".{final.stem[:100]}-", folder)
        os.close(handle)
    except OSError as error:
        raise _explained(path, error) from error
    beside = Path(name)
    try:
        yield beside
        _settle(beside, final)
    except OSError as error:
        if isinstance(error, OutputError) or error.filename not in (None, name):
            raise
        raise _explained(path, error) from error
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write `text` in UTF-8 with newlines as they are, as `write_bytes` does."""
    write_bytes(path, text.encode())


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Write `content` to `path`; the file appears whole or not at all.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    with replacing(path) as beside:
        beside.write_bytes(content)


def expect_suffix(path: str | os.PathLike[str], known: Mapping[str, str]) -> str:
    """The suffix of `path` in small letters, which must be one of those that are `known`, each with what it is.

    A name without a suffix, such as /dev/stdout, is taken where only one is known.

    Raises
    ------
    OutputError
        For another suffix, or none where several are known.

    Examples
    --------
    >>> expect_suffix("fit.CSV", {".csv": "a table"})
    '.csv'
    >>> expect_suffix("fit.docx", {".csv": "a table", ".json": "JSON"})
    Traceback (most recent call last):
        ...
    symgd.errors.OutputError: fit.docx ends in ".docx", which is no known format; expected .csv (a table) or .json (JSON)
    """
    suffix = Path(path).suffix.lower() or (next(iter(known)) if len(known) == 1 else "")
    if suffix in known:
        return suffix
    *most, last = (f"{end} ({what})" for end, what in known.items())
    expected = " or ".join(filter(None, (", ".join(most), last)))
    ending = f'ends in "{suffix}", which is no known format' if suffix else "has no suffix"
    raise OutputError(f"{os.fspath(path)} {ending}", f"expected {expected}")


def _settle(beside: Path, final: Path) -> None:
    """Put what was written in its place, with the permissions that a new file, or the old one, has."""
    if _is_device(final):
        with beside.open("rb") as written, final.open("wb") as device:
            shutil.copyfileobj(written, device)
        return
    if final.exists() and not os.access(final, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(beside))
    beside.chmod(final.stat().st_mode & 0o7777 if final.exists() else 0o666 & ~_umask())
    with beside.open("r+b") as written:
        os.fsync(written.fileno())
    beside.replace(final)


def _is_device(final: Path) -> bool:
    """Whether `final` is a terminal, a pipe or the like, which is written to and never replaced."""
    return final.exists() and not final.is_file()


def _umask() -> int:
    """The process's mask of permissions; it can be read only by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _explained(path: str | os.PathLike[str], error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    remedy = _REMEDIES.get(error.errno or 0, "choose another place")
    return OutputError(f"{os.fspath(path)} cannot be written ({reason.lower()})", remedy)


def expect_apart(
    outputs: Mapping[str, str | os.PathLike[str] | None], inputs: Sequence[str] = ()
) -> None:
    """Refuse to write over what is read, or two outputs over each other; outputs go by their options' names."""
    taken = {os.path.realpath(path): f"the data file {path}" for path in inputs}
    for option, path in outputs.items():
        if path is None:
            continue
        if not os.fspath(path):
            raise OutputError(f"{option} is an empty name", "name a file")
        final = os.path.realpath(path)
        if final in taken:
            raise OutputError(f"{option} would write over {taken[final]}", "name another file")
        taken[final] = f"what {option} writes"
