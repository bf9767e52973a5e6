"""Files written beside their place and renamed, so that nobody ever sees half of one; and read within bounds."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from symgd.errors import NotWritten, OutputError
from symgd.unfinished import begun, given_up, sweep

# What names of files end in, and what each is; derivations have the suffixes of their formats.
CODE = {".py": "Python", ".mjs": "JavaScript"}
FILMS = {
    ".mp4": "a film",
    ".gif": "a moving picture",
    ".webm": "a film for browsers",
    ".png": "its last picture",
    ".html": "slides",
}
JSON = {".json": "JSON"}
PICTURES = {".png": "a picture in pixels", ".svg": "a picture in lines", ".pdf": "a page"}
TABLE = {".csv": "a table"}

_CHUNK = 1 << 20
_REMEDIES = {
    errno.ENOENT: "make the folder first, or name another one",
    errno.ENOTDIR: "a part of the path is a file; name another folder",
    errno.EACCES: "choose a folder that you may write to",
    errno.EPERM: "choose a folder that you may write to",
    errno.EROFS: "the disk is read-only; choose another one",
    errno.ENOSPC: "the disk is full; make room or choose another one",
    errno.EDQUOT: "your part of the disk is full; make room or choose another one",
    errno.EFBIG: "files may not be so large here; raise the limit or choose another disk",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ELOOP: "the link leads back to itself; choose another name",
}
# What is wrong with the disk, and not with what was asked for.
_OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}
_STREAMS = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A path beside `path` to write to, put in its place when the block ends without an error.

    The temporary file has the suffix of `path`, so that writers which go by the suffix work. An existing file keeps
    its permissions, and a link keeps pointing where it points. What processes that were killed have left in the same
    folder is removed.

    Raises
    ------
    OutputError
        When the file cannot be written; `path` is then as it was before.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp(), "numbers.csv")
    >>> with replacing(target) as beside:
    ...     _ = beside.write_text("1,2,3")
    >>> target.read_text()
    '1,2,3'
    """
    with _explaining(path):
        folder = _folder_for(path)
        sweep(folder)
        beside = begun(folder, Path(path).suffix)
    try:
        yield beside
        with _explaining(path):
            _settle(beside, path)
    except OSError as error:
        known = isinstance(error, OutputError | BrokenPipeError)
        if known or error.filename not in (None, os.fspath(beside)):
            raise
        raise _explained(path, error) from error
    finally:
        given_up(beside)


@contextmanager
def workspace() -> Iterator[Path]:
    """A folder for parts of something, gone when the block ends; what killed processes left there goes as well."""
    place = _temporary()
    with _explaining(place):
        sweep(place)
        folder = begun(place, "", Path.mkdir)
    try:
        yield folder
    except OSError as error:
        if error.errno in _OF_THE_DISK and not isinstance(error, OutputError):
            raise _explained(place, error) from error
        raise
    finally:
        given_up(folder)


def write_text(path: str | os.PathLike[str], text: str | Iterable[str]) -> None:
    """Write `text`, or parts of one, in UTF-8 with newlines as they are; as `write_bytes` does."""
    with replacing(path) as beside, beside.open("wb") as file:
        file.writelines(map(in_utf8, [text] if isinstance(text, str) else text))


def in_utf8(text: str) -> bytes:
    r"""The bytes of a text.

    Raises
    ------
    OutputError
        For half a character, which a name that is not UTF-8 can bring in.

    Examples
    --------
    >>> in_utf8("Σ")
    b'\xce\xa3'
    """
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        part = ascii(text[max(0, error.start - 20) : error.end])
        cause = f"{part} cannot be written in UTF-8"
        raise OutputError(cause, "give the file or the column a name in UTF-8") from None


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Write `content` to `path`; the file appears whole or not at all.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    with replacing(path) as beside:
        beside.write_bytes(content)


def expect_writable(path: str | os.PathLike[str]) -> None:
    """Refuse a path to which nothing can be written, before there is anything to write; leaves nothing there.

    Raises
    ------
    OutputError
        For a folder, a folder that is not there or may not be written to, a file that may not, or a full disk.
    """
    with _explaining(path):
        if not os.fspath(path):
            raise OutputError("the output has an empty name", "name a file")
        if _is_stream(path):
            return
        folder = _folder_for(path)
        _expect_replaceable(Path(path), path)
        trial = begun(folder, Path(path).suffix)
        try:
            trial.write_bytes(bytes(4096))
        finally:
            given_up(trial)


def expect_folder(path: str | os.PathLike[str]) -> None:
    """Make a folder, where there is none yet.

    Raises
    ------
    OutputError
        Where it cannot be made.
    """
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as failure:
        cause = f"{os.fspath(path)} cannot be made: {failure.strerror}"
        raise OutputError(cause, "pass another folder") from None


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


def expect_apart(
    outputs: Iterable[tuple[str, str | os.PathLike[str] | int]],
    inputs: Iterable[tuple[str, str | os.PathLike[str] | int]] = (),
) -> None:
    """Refuse to write over what is read, or two outputs over each other, by whatever names they go.

    Outputs have the names of their options, inputs a word for what they are. A number is an open file.

    Raises
    ------
    OutputError
        Where two are the same file: by a link, a second name, an open file, or a name in letters of another case.
    """
    taken = {
        key: f"the {what} {'on standard input' if path == 0 else path}"
        for what, path in inputs
        for key in _identity(path)
    }
    for option, path in outputs:
        if path == "":
            raise OutputError(f"{option} is an empty name", "name a file")
        keys = _identity(path)
        for key in keys & taken.keys():
            raise OutputError(f"{option} would write over {taken[key]}", "name another file")
        taken |= dict.fromkeys(keys, f"what {option} writes")


def read_within(source: str | os.PathLike[str] | IO[bytes], most: int) -> bytes | None:
    """All bytes of a file; None where there are more than `most`, of which it reads no more.

    Of what has NUL in it, which is no text, only so far: what has no end (/dev/zero) shows itself there.

    Examples
    --------
    >>> read_within(os.devnull, 10)
    b''
    """
    if isinstance(source, str | os.PathLike):
        with open(source, "rb") as file:
            return read_within(file, most)
    content = io.BytesIO()
    while chunk := source.read(min(_CHUNK, most + 1 - content.tell())):
        content.write(chunk)
        if content.tell() > most:
            return None
        if b"\0" in chunk:
            break
    return content.getvalue()


# ---------------------------------------------------------------------------------------------
# Where a path leads


def _identity(path: str | os.PathLike[str] | int) -> set[object]:
    """What tells a file from all others: its place on the disk where there is one, and its whole name."""
    found: set[object] = set()
    with suppress(OSError, ValueError):
        there = os.stat(path)
        if not stat.S_ISREG(there.st_mode):
            return found
        found.add((there.st_dev, there.st_ino))
    if not isinstance(path, int):
        with suppress(OSError):  # a folder that is gone has no name
            found.add(os.path.realpath(path))
    return found


def _descriptor(path: str | os.PathLike[str]) -> int | None:
    """The number of the open file that a path such as /dev/stdout or /dev/fd/3 stands for."""
    name = os.fspath(path)
    numbered = re.fullmatch(r"/(?:dev|proc/self)/fd/(\d+)", name)
    return int(numbered[1]) if numbered else _STREAMS.get(name) if os.path.exists(name) else None


def _is_stream(path: str | os.PathLike[str]) -> bool:
    """Whether `path` is a terminal, a pipe or the like, which is written to and never replaced."""
    if _descriptor(path) is not None:
        return True
    place = Path(path)
    return place.exists() and not place.is_file() and not place.is_dir()


def _folder_for(path: str | os.PathLike[str]) -> Path:
    """Where a file for `path` is begun: beside its place, from where it can be renamed; for a stream anywhere."""
    if _is_stream(path):
        return _temporary()
    final = Path(os.path.realpath(path))
    if final.is_dir() or os.fspath(path).endswith((os.sep, os.altsep or os.sep)):
        raise OutputError(f"{os.fspath(path)} is a folder", "name a file in it")
    # A name that is too long, a part of the path that is a file, a link to itself.
    with suppress(FileNotFoundError):
        os.stat(path)
    return final.parent


def _temporary() -> Path:
    import tempfile

    return Path(tempfile.gettempdir())


# ---------------------------------------------------------------------------------------------
# What is finished comes to its place


def _settle(beside: Path, path: str | os.PathLike[str]) -> None:
    """Put what was written in its place, with the permissions that a new file, or the old one, has."""
    if _is_stream(path):
        _poured(beside, path)
        return
    final = Path(os.path.realpath(path))
    _expect_replaceable(final, beside)
    beside.chmod(final.stat().st_mode & 0o7777 if final.exists() else 0o666 & ~_umask())
    with beside.open("r+b") as written:
        os.fsync(written.fileno())
    beside.replace(final)


def _poured(beside: Path, path: str | os.PathLike[str]) -> None:
    """Write into a terminal, a pipe or the like; an open file goes on where it is."""
    import shutil

    number = _descriptor(path)
    with (
        beside.open("rb") as written,
        open(path if number is None else os.dup(number), "wb") as stream,
    ):
        shutil.copyfileobj(written, stream)


def _expect_replaceable(final: Path, named: str | os.PathLike[str]) -> None:
    """A file that may not be written to is not replaced either, though its folder would allow it."""
    if final.exists() and not os.access(final, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(named))


def _umask() -> int:
    """The process's mask of permissions; it can be read only by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def _explaining(path: str | os.PathLike[str]) -> Iterator[None]:
    """What the system says of `path` is said with a remedy; a reader that has gone is no fault of the file."""
    try:
        yield
    except (OutputError, BrokenPipeError):
        raise
    except OSError as error:
        raise _explained(path, error) from error
    except ValueError as error:  # a name with NUL in it
        raise OutputError(f"{os.fspath(path)!r} is no name of a file ({error})", "choose another name") from error  # fmt: skip


def _explained(path: str | os.PathLike[str], error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    remedy = _REMEDIES.get(error.errno or 0, "choose another place")
    kind = NotWritten if error.errno in _OF_THE_DISK else OutputError
    return kind(f"{os.fspath(path)} cannot be written ({reason.lower()})", remedy)
