"""Footage: what was drawn already, in a folder of bounded size that several processes may use at a time."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from symgd.files import replacing, workspace
from symgd.unfinished import begun, given_up, sweep

VARIABLE = "SYMGD_CACHE"
MOST = 512 * 2**20  # bytes that are kept; what was not used for longest goes first
TRIAL = "trial"
_DIGEST = hashlib.sha256().digest_size


def cache_folder() -> Path:
    """Where symgd keeps what it can make again: $SYMGD_CACHE, $XDG_CACHE_HOME, or where the system has such things."""
    if named := os.environ.get(VARIABLE):
        return Path(named, "films")
    home = Path(os.path.expanduser("~"))
    base = os.environ.get("XDG_CACHE_HOME", "")
    if base and os.path.isabs(base):
        return Path(base, "symgd", "films")
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "symgd" / "films"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home, "symgd", "films")
    return home / ".cache" / "symgd" / "films"


class Footage:
    """Bytes by key. What cannot be kept, or is no longer whole, is not there: nothing fails for it.

    Examples
    --------
    >>> import tempfile
    >>> footage = Footage(Path(tempfile.mkdtemp()))
    >>> footage.put("key", b"picture")
    >>> footage.get("key"), footage.get("another")
    (b'picture', None)
    """

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self.folder, self.most = folder, most
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            sweep(folder)

    def get(self, key: str) -> bytes | None:
        """What was kept under a key; None where there is nothing, or only a part of it."""
        path = self.folder / key
        try:
            written = path.read_bytes()
        except OSError:
            return None
        if hashlib.sha256(written[_DIGEST:]).digest() != written[:_DIGEST]:
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)  # it was used
        return written[_DIGEST:]

    def put(self, key: str, content: bytes) -> None:
        """Keep `content`; it appears whole or not at all, whoever else writes the same."""
        with suppress(OSError):
            beside = begun(self.folder, "")
            try:
                beside.write_bytes(hashlib.sha256(content).digest() + content)
                beside.replace(self.folder / key)
            finally:
                given_up(beside)

    def drop(self, key: str) -> None:
        """Forget what was kept under a key."""
        with suppress(OSError):
            (self.folder / key).unlink()

    @property
    def keeps(self) -> bool:
        """Whether anything can be kept here at all."""
        self.put(TRIAL, b"")
        return self.get(TRIAL) == b""

    def trim(self) -> None:
        """Remove what was not used for longest, until no more is there than `most` bytes."""
        with suppress(OSError):
            known = [(p.stat(), p) for p in self.folder.iterdir() if not p.name.startswith(".")]
            total = sum(about.st_size for about, _ in known)
            for about, path in sorted(known, key=lambda pair: pair[0].st_mtime):
                if total <= self.most:
                    return
                with suppress(OSError):
                    path.unlink()
                    total -= about.st_size


@contextmanager
def studio(cache: bool) -> Iterator[tuple[Footage, Path]]:
    """Where takes are kept, and a folder for the work; without a cache, or where none can be, the takes go with it."""
    with workspace() as folder:
        kept = Footage(cache_folder()) if cache else None
        if kept is None or not kept.keeps:
            yield Footage(folder / "takes", sys.maxsize), folder
            return
        try:
            yield kept, folder
        finally:
            kept.trim()


@contextmanager
def written(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Files beside these, which come to their places together when the block ends without an error."""
    with ExitStack() as files:
        beside = [files.enter_context(replacing(path)) for path in reversed(paths)]
        yield beside[::-1]
