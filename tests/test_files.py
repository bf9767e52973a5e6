"""symgd.files: whole files or none."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from symgd import Problem
from symgd.errors import OutputError
from symgd.files import replacing, write_text


def test_the_text_is_written_as_it_is(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "α\r\nβ\n")
    assert (tmp_path / "a.txt").read_bytes() == "α\r\nβ\n".encode()
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "a.txt"
    place.write_text("old")

    def write_half() -> None:
        with replacing(place) as beside:
            beside.write_text("half")
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        write_half()
    assert place.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_permissions_are_those_of_a_plain_new_file_or_of_the_old_one(tmp_path: Path) -> None:
    plain, ours = tmp_path / "plain", tmp_path / "ours"
    plain.write_text("")
    write_text(ours, "")
    assert ours.stat().st_mode == plain.stat().st_mode
    ours.chmod(0o600)
    write_text(ours, "again")
    assert ours.stat().st_mode & 0o777 == 0o600


def test_a_link_goes_on_pointing(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_device_is_written_to_and_never_replaced() -> None:
    write_text("/dev/null", "gone")
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize(
    ("place", "said"),
    [("", "is a folder"), ("nowhere/a.txt", "make the folder first"), ("file/a.txt", "is a file")],
)
def test_what_cannot_be_written_is_said(tmp_path: Path, place: str, said: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=said) as caught:
        write_text(tmp_path / place, "text")
    assert str(tmp_path / place) in str(caught.value)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_no_permission_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="may write"):
            write_text(tmp_path / "a.txt", "text")
    finally:
        tmp_path.chmod(0o700)


def test_what_writes_one_format_refuses_the_suffix_of_another(tmp_path: Path) -> None:
    line = Problem("m*x + b")
    run = line.descend(x=[1, 2, 3], y=[1, 2, 4], max_iter=1)
    writers = [
        (lambda: line.derive().pdf(tmp_path / "a.docx"), ".pdf (PDF)"),
        (lambda: run.trace.to_csv(tmp_path / "a.docx"), ".csv (a table)"),
        (lambda: line.animate("descend", run, output=tmp_path / "a.docx"), ".mp4 (a film)"),
    ]
    for write, known in writers:
        with pytest.raises(OutputError, match=re.escape(known)):
            write()
    assert not os.listdir(tmp_path)
