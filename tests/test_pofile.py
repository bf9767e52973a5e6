""".po files of others: read as gettext's own tools read them, or refused with the line and what to do."""

from __future__ import annotations

import gettext
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from grids import in_turn
from hypothesis import given
from hypothesis import strategies as st
from messages import CATALOGUES, TEMPLATE

from symgd import LanguageError, OutputError, differentiate
from symgd.writing.formats import FORMATS
from symgd.writing.pofile import MOST_BYTES, read_po
from symgd.writing.words import message, words_in

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset={charset}\\n"\n"Plural-Forms: {plurals}\\n"\n\n'
UTF8 = HEAD.format(charset="UTF-8", plurals="nplurals=2; plural=n != 1;")
RULE = 'msgctxt "rule"\nmsgid "power rule"\nmsgstr "{said}"\n'


def _file(folder: Path, content: str | bytes, name: str = "xx.po") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_catalogues_are_read_as_gettexts_tools_read_them(path: Path, tmp_path: Path) -> None:
    polib.pofile(str(path)).save_as_mofile(str(tmp_path / "symgd.mo"))
    with (tmp_path / "symgd.mo").open("rb") as file:
        theirs = gettext.GNUTranslations(file)
    ours = read_po(path)
    for entry in polib.pofile(str(path)):
        if entry.msgid_plural:
            for number in range(5):
                asked = (entry.msgid, entry.msgid_plural, number)
                assert ours.ngettext(*asked) == theirs.ngettext(*asked)
        elif entry.msgctxt:
            asked = (entry.msgctxt, entry.msgid)
            assert ours.pgettext(*asked) == theirs.pgettext(*asked)
        else:
            assert ours.gettext(entry.msgid) == theirs.gettext(entry.msgid)
    assert ours.info()["plural-forms"] == theirs.info()["plural-forms"]


def _plural(formula: str) -> str:
    return HEAD.format(charset="UTF-8", plurals=formula)


REFUSED = [
    ('msgid "a"\nmsgstr b', "line 2: this is not a line of a .po file"),
    ('"lost"', "line 1: this line cannot follow"),
    ('msgid "a"\nmsgstr "b" + "c"', "line 2: this is not a line"),
    ('msgid "a"\nmsgstr "b\n', "line 2: this is not a line"),
    ('msgid "a"\nmsgstr "b\\"\n', "line 2: this is not a line"),
    ('msgid"a"\nmsgstr "b"', "line 1"),
    ('msgstr "b"\nmsgid "a"\nmsgstr "c"', "line 1"),
    ('msgid "a"\nmsgstr[10] "b"', "line 2"),
    ('msgid "a"\nmsgstr "\\x1b[31m"', r"line 2: \x means nothing in a .po file"),
    ('msgid "a"\n', "the file ends before a translation; is it whole?"),
    ('msgid "a"\nmsgstr "b"\nmsgctxt "c"', "the file ends before a translation"),
    ("", "has no entry"),
    ("# nothing but a remark\n", "has no entry"),
    ('msgid "a {f}"\nmsgstr "b {g}"', "line 1: the translation of \"a {f}\" has {g}, which the message lacks"),
    ('msgid "a"\nmsgstr "b\\nc"', r'has "\n", which the message lacks'),
    ('msgid "a"\nmsgstr "b\\rc"', r'has "\r", which the message lacks'),
    ('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', 'line 4: "a" has another translation in line'),
    (b'msgid "a"\nmsgstr "\xff"', "line 2: this is not UTF-8 text; save it as UTF-8"),
    ('\ufeffmsgid "a"\n\nmsgstr "b'.encode("utf-16"), "not UTF-8"),
    (bytes(range(256)), "not UTF-8"),
    (b"\xde\x12\x04\x95" + bytes(40), "is a compiled catalogue; name the .po file it was made from"),
    (HEAD.format(charset="klingon", plurals="nplurals=1; plural=0;"), 'line 3: there is no charset "klingon"'),
    (HEAD.format(charset="hex", plurals="nplurals=1; plural=0;"), 'there is no charset "hex"'),
    (HEAD.format(charset="idna", plurals="nplurals=1; plural=0;"), 'there is no charset "idna"'),
    (HEAD.format(charset="unicode_escape", plurals="nplurals=1; plural=0;"), "there is no charset"),
    (_plural("nplurals=2; plural=n/0;"), "divides by something that may be 0"),
    (_plural("nplurals=2; plural=n%(n-12345);"), "divides by something that may be 0"),
    (_plural("nplurals=2; plural=5 / 0000;"), "divides by something that may be 0"),
    (_plural("nplurals=2; plural=__import__(1);"), "cannot be read"),
    (_plural("nplurals=2; plural=n.__class__;"), "cannot be read"),
    (_plural("nplurals=2; plural=" + "(" * 400 + "n" + ")" * 400), "cannot be read"),
    (_plural("nplurals=2; plural=" + "9" * 5000), "cannot be read"),
    (_plural("nplurals=2; plural=n;"), "has no form for 2"),
    (_plural("nplurals=2; plural=0-n;"), "has no form for 1"),
    (_plural("nplurals=2;"), "is not nplurals=...; plural=...;"),
    (_plural(""), "is not nplurals=...; plural=...;"),
    (_plural("plural=n"), "is not nplurals=...; plural=...;"),
    (_plural("nplurals=3; plural=n%3;") + 'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n', "has 2 forms and Plural-Forms says 3"),
    ('msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n', "has 1 form and Plural-Forms says 2"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "cause"), REFUSED, ids=[cause for _, cause in REFUSED])
def test_what_cannot_be_read_says_where(content: str | bytes, cause: str, tmp_path: Path) -> None:
    with pytest.raises(LanguageError) as refused:
        words_in(_file(tmp_path, content))
    assert cause in str(refused.value)
    assert refused.value.remedy


UNSEEN = "\x07\x1b\x7f\x9b\xad\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202e\u2060\u2066\u2069\ufeff\ue000\u3164\U000e0041"


@pytest.mark.parametrize("unseen", [*UNSEEN, "o" + "\u0301" * 9], ids=ascii)
def test_characters_that_nobody_sees_are_refused(unseen: str, tmp_path: Path) -> None:
    with pytest.raises(LanguageError, match="line 8: ") as refused:
        words_in(_file(tmp_path, UTF8 + RULE.format(said=f"Potenz{unseen}regel")))
    assert all(unicodedata.category(character) != "Cf" for character in str(refused.value))
    assert unseen not in str(refused.value)


@pytest.mark.parametrize("said", ["累乗の微分", "قاعدة القوى", "कलन का नियम\u200d", "قاعده\u200cها", "כלל החזקה", "👩\u200d🏫", "<b>$\\\\frac{{1}}</b>#"])  # fmt: skip
def test_words_in_any_writing_are_taken_as_they_are(said: str, tmp_path: Path) -> None:
    plain = said.replace("{{", "(").replace("}}", ")")
    words = words_in(_file(tmp_path, UTF8 + RULE.format(said=plain)))
    assert words.rule("power rule") == plain.replace("\\\\", "\\")


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + UTF8 + RULE.format(said="Regel"),
        (UTF8 + RULE.format(said="Regel")).replace("\n", "\r\n"),
        "#no space\n#,fuzzy\n#| msgid\n" + UTF8 + "#~ msgid garbage\n" + RULE.format(said="Regel"),
        RULE.format(said="Regel"),
        UTF8 + RULE.format(said="Regel") * 2,
        HEAD.format(charset="CHARSET", plurals="nplurals=1; plural=0;") + RULE.format(said="Regel"),
        UTF8.replace("plural=n != 1;", "plural = n  !=  1 ") + RULE.format(said="Regel"),
    ],
)
def test_what_others_write_is_read(content: str, tmp_path: Path) -> None:
    assert words_in(_file(tmp_path, content)).rule("power rule") == "Regel"


@pytest.mark.parametrize("charset", ["ISO-8859-1", "latin1", "windows-1252", "iso-8859-15"])
def test_a_charset_is_what_the_header_says(charset: str, tmp_path: Path) -> None:
    head = HEAD.format(charset=charset, plurals="nplurals=2; plural=n>1;")
    content = (head + RULE.format(said="règle")).encode(charset)
    assert words_in(_file(tmp_path, content)).rule("power rule") == "règle"


def test_files_that_are_none(tmp_path: Path) -> None:
    for path, cause in (
        (tmp_path / "no.po", "no such file"),
        (tmp_path / "folder.po", "is a directory"),
        (_file(tmp_path, b"#" * (MOST_BYTES + 1), "long.po"), "is longer than 10 MB"),
        (Path("/dev/zero"), "line 1: this is not a line"),
    ):
        (tmp_path / "folder.po").mkdir(exist_ok=True)
        with pytest.raises(LanguageError, match=cause):
            read_po(path)
    with pytest.raises(LanguageError, match="is compiled"):
        words_in("fr.mo")


@pytest.mark.parametrize(
    ("said", "name", "code"),
    [
        ("pt_BR", "xx.po", "pt-BR"),
        ("", "de.po", "de"),
        ("", "de_AT.po", "de-AT"),
        ('\\"><script>', "words of mine.po", "und"),
        ("german", "sym.po", "sym"),
    ],
)
def test_a_languages_code_is_one(said: str, name: str, code: str, tmp_path: Path) -> None:
    head = UTF8.replace("Plural", f'Language: {said}\\n"\n"Plural')
    words = words_in(_file(tmp_path, head + RULE.format(said="Regel"), name))
    assert words.language == code
    assert f'<html lang="{code}">' in differentiate("x^2", "x").html(
        language=_file(tmp_path, head, name)
    )


def test_plurals_are_counted_as_the_header_says(tmp_path: Path) -> None:
    polish = (
        "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
    )
    forms = "".join(f'msgstr[{form}] "{{number}} {word}"\n' for form, word in enumerate("abc"))
    path = _file(
        tmp_path,
        _plural(polish) + 'msgid "{number} step"\nmsgid_plural "{number} steps"\n' + forms,
    )
    said = words_in(path)
    steps = [
        message("{number} step", "{number} steps", number=n).written(words=said)
        for n in (1, 2, 5, 12, 22)
    ]
    assert steps == ["1 a", "2 b", "5 c", "12 c", "22 b"]


def test_a_content_that_is_a_path_is_not_followed(tmp_path: Path) -> None:
    other = _file(tmp_path, UTF8 + RULE.format(said="Regel"), "other.po")
    with pytest.raises(LanguageError, match="line 1"):
        words_in(_file(tmp_path, str(other)))


LINES = st.sampled_from(
    (
        UTF8, 'msgid ""', 'msgid "a"', 'msgid_plural "b {n}"', 'msgstr "c"', 'msgstr[0] "d"', 'msgstr[1] "e"',
        'msgctxt "rule"', '"more"', "", "#, fuzzy", "#~ x", "#| msgid", "msgstr", "msgid", '"Plural-Forms: nplurals=1\\n"',
        '"Plural-Forms: nplurals=9; plural=n%9;\\n"', '"Content-Type: text/plain; charset=utf-7\\n"', '"', "\\", "\x00",
    )
)  # fmt: skip


@given(st.lists(st.one_of(LINES, st.text(max_size=8))))
def test_any_lines_are_read_or_refused(lines: list[str]) -> None:
    _read_or_refused("\n".join(lines).encode("utf-8", "surrogatepass"))


@given(st.data())
def test_a_damaged_catalogue_is_read_or_refused(data: st.DataObject) -> None:
    whole = CATALOGUES[0].read_bytes()[:6000]
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 40)))
    _read_or_refused(whole[:start] + data.draw(st.binary(max_size=6)) + whole[end:])


def _read_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            words = words_in(_file(Path(folder), content))
        except LanguageError:
            return
        assert message("{number} step", "{number} steps", number=7).written(words=words)
        assert words.rule("power rule")


def test_polib_is_loaded_for_a_language_alone() -> None:
    code = (
        "import sys, symgd; symgd.differentiate('x^2', 'x').text(); print('polib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def _catalogue_of(folder: Path, translated: Callable[[str], str]) -> Path:
    """A catalogue in which every message of the template has a translation."""
    file = polib.pofile(str(TEMPLATE))
    for entry in file:
        if entry.msgid_plural:
            texts = (entry.msgid, entry.msgid_plural)
            entry.msgstr_plural = dict(enumerate(map(translated, texts)))
        else:
            entry.msgstr = translated(entry.msgid)
    file.save(str(folder / "xx.po"))
    return folder / "xx.po"


def _without_lists(said: Callable[[str], str]) -> Callable[[str], str]:
    """Of the two lists of words, numerals and Greek letters, each word keeps its place."""
    return lambda text: text if len(text.split()) > 20 and "{" not in text else said(text)


HOSTILE = (r'"{}"', r"\input{{/etc/passwd}}{}", "#eval {}", "$x {}", "`{}", "<script>{}", "{} // c", "{} /* c", "= {}", "^_~%&{}", "@x <y> [{}", "{}\\")  # fmt: skip


@pytest.mark.parametrize("around", HOSTILE)
def test_words_of_a_catalogue_mean_nothing_in_any_format(around: str, tmp_path: Path) -> None:
    before, after = around.replace("{{", "(").replace("}}", ")").split("{}")
    path = _catalogue_of(tmp_path, _without_lists(lambda text: before + text + after))
    told = differentiate("max(x^2, 1 - x)", "x")
    for form in (form for one, form in in_turn(HOSTILE, [*FORMATS], of=3) if one == around):
        written = told.written(form, language=path)
        assert written
        if form == "latex":
            assert "\\input" not in str(written)
        if form == "html":
            assert "<script" not in str(written)


def _parts_alone(text: str) -> str:
    return " ".join(re.findall(r"\{\w+\}", text)) or "x"


def test_a_language_may_put_its_parts_last(tmp_path: Path) -> None:
    path = _catalogue_of(tmp_path, _without_lists(_parts_alone))
    assert differentiate("sin((x + 1)^2)/(x + 3)", "x").speech(language=path)


def test_a_list_of_words_has_as_many_as_english(tmp_path: Path) -> None:
    path = _catalogue_of(tmp_path, _parts_alone)
    with pytest.raises(LanguageError, match="give it 21, in the same order"):
        differentiate("x^2", "x").speech(language=path)


NOWHERE = "\u0530"  # no letter yet, so that no font has it


def test_letters_that_no_font_has_are_told(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the typst wheel comes with the pdf extra")
    path = _file(tmp_path, UTF8 + RULE.format(said=NOWHERE))
    told = differentiate("x^2", "x")
    with pytest.raises(OutputError, match=f'no font on this machine has "{NOWHERE}"'):
        told.save(tmp_path / "a.pdf", language=path)
    assert not (tmp_path / "a.pdf").exists()
    assert NOWHERE in told.html(language=path)


def test_letters_that_no_font_has_are_told_in_films() -> None:
    typeset = pytest.importorskip("symgd.animations.formulas.typeset", reason="films need Manim")
    with pytest.raises(OutputError, match="no font on this machine has"):
        typeset.compiled(typeset.quoted(NOWHERE))
    assert len(typeset.compiled(typeset.quoted("длина"))) == 5


def test_a_document_says_which_engine_has_its_letters(tmp_path: Path) -> None:
    path = _file(tmp_path, UTF8 + RULE.format(said="累乗の微分"))
    told = differentiate("x^2", "x")
    assert told.latex(document=True, language=path).startswith(
        "% pdflatex has no letters for 累乗の微分"
    )
    assert told.latex(document=True, language="fr").startswith("\\documentclass")
