"""The house of docs/architecture.md: rooms on floors. Every import counts, those in functions and for types as well."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

import symgd
from symgd.animations.lessons import LESSONS
from symgd.codegen.code_targets import CODE_TARGETS
from symgd.writing.formats import FORMATS

ROOT = Path(__file__).resolve().parent.parent

# A file imports from lower floors, and from its own room. There is no exemption.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("symgd.printable", "symgd.version"),
    ("symgd.errors",),
    ("symgd.registry", "symgd.unfinished"),
    ("symgd.terms", "symgd.files", "symgd.budget"),
    ("symgd.parsing", "symgd.writing"),
    ("symgd.data",),
    ("symgd.problem", "symgd.derivation"),
    ("symgd.optimizers",),
    ("symgd.matrix", "symgd.tutor", "symgd.codegen"),
    ("symgd.optimize",),
    ("symgd.fit",),
    ("symgd.plots", "symgd.animations"),
    ("symgd.api",),
    ("symgd.cli",),
    ("symgd", "symgd.__main__"),
)
FLOOR = {room: number for number, floor in enumerate(FLOORS, start=1) for room in floor}
# So it is among the rooms of the films, over which the lessons and the front doors stand, loose.
FILM_FLOORS: tuple[tuple[str, ...], ...] = (
    ("formulas",),
    ("stories",),
    ("staging",),
    ("pictures", "making"),
    ("costs", "deriving", "descending", "comparing"),
)
FILM_FLOOR = {room: number for number, floor in enumerate(FILM_FLOORS, start=1) for room in floor}
FILM_DOORS = {"__init__", "lessons", "render", "course"}
MOST_LOOSE = 8


def _modules() -> dict[str, Path]:
    found = {}
    for folder, package in (("symgd", "symgd"), ("animations", "symgd.animations")):
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT / folder).with_suffix("").parts
            found[".".join((package, *parts)).removesuffix(".__init__")] = path
    return found


MODULES = _modules()


def room_of(module: str) -> str:
    """The room that a module is in: its package right under symgd, or the loose file itself."""
    return ".".join(module.split(".")[:2])


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    """All statements under a node; expressions, which are most of the code and import nothing, are passed over."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        inner = getattr(node, field, ())
        for part in inner if isinstance(inner, list) else ():
            if isinstance(part, ast.stmt):
                yield part
            yield from _statements(part)


@cache
def _imports(name: str) -> tuple[tuple[str, str | None], ...]:
    """Each (module, imported name) of our own that `name` imports, wherever it stands."""
    return tuple(_found_imports(name))


def _found_imports(name: str) -> Iterator[tuple[str, str | None]]:
    for node in _statements(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "symgd":
                    yield alias.name, None
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} imports relatively; write the whole name"
            if (node.module or "").split(".")[0] == "symgd":
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    yield (whole, None) if whole in MODULES else (str(node.module), alias.name)


def _declared(name: str) -> set[str]:
    """What a module imports by a name that stands in a declaration: writers, scenes, and the homes of public names."""
    if name == "symgd.writing.formats":
        return {f"symgd.writing.documents.{form.writer.split(':')[0]}" for form in FORMATS.values()}
    if name == "symgd.codegen.code_targets":
        return {f"symgd.codegen.{target.writer.split(':')[0]}" for target in CODE_TARGETS.values()}
    if name == "symgd.animations.lessons":
        return {f"symgd.animations.{lesson.scene.split(':')[0]}" for lesson in LESSONS.values()}
    if name == "symgd":
        return {f"symgd.{home}" for home in symgd._HOMES}
    return set()


# Who calls `import_module` has its arrows in `_declared`.
BY_NAME = {
    "symgd",
    "symgd.animations.lessons",
    "symgd.codegen.code_targets",
    "symgd.writing.formats",
}


@cache
def arrows(name: str) -> set[str]:
    """What a module imports, or declares to be imported."""
    return ({to for to, _ in _imports(name)} | _declared(name)) - {name}


def graph() -> dict[str, set[str]]:
    """The arrows of every module."""
    return {name: arrows(name) for name in MODULES}


def circle_in(graph: Mapping[str, set[str]]) -> list[str]:
    """The names along one circle of arrows; none where there is no circle."""
    done: set[str] = set()

    def visit(name: str, trail: list[str]) -> list[str]:
        if name in trail:
            return trail[trail.index(name) :]
        if name in done:
            return []
        for to in sorted(graph.get(name, ())):
            found = visit(to, [*trail, name])
            if found:
                return found
        done.add(name)
        return []

    return next(filter(None, (visit(name, []) for name in graph)), [])


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name: str) -> None:
    own = room_of(name)
    assert own in FLOOR, f"{name} stands on no floor: give its room a place in FLOORS"
    for imported in arrows(name):
        other = room_of(imported)
        assert other == own or FLOOR[other] < FLOOR[own], (
            f"{name} on floor {FLOOR[own]} imports {imported} on floor {FLOOR[other]}"
        )


FILM_FILES = [
    name for name in MODULES if room_of(name) == "symgd.animations" and name.count(".") > 2
]


@pytest.mark.parametrize("name", FILM_FILES)
def test_imports_of_films_point_down(name: str) -> None:
    own = name.split(".")[2]
    assert own in FILM_FLOOR, f"{name} stands on no floor: give its room a place in FILM_FLOORS"
    for imported in arrows(name):
        if room_of(imported) == "symgd.animations":
            assert imported.count(".") > 2, f"{name} imports {imported}, which stands above it"
            other = imported.split(".")[2]
            assert other == own or FILM_FLOOR[other] < FILM_FLOOR[own], (
                f"{name} on floor {FILM_FLOOR[own]} imports {imported} on floor {FILM_FLOOR[other]}"
            )


def test_what_is_loose_among_the_films_is_a_lesson_or_a_front_door() -> None:
    """So that `manim animations/descend.py` finds each lesson, and nobody looks for one among its parts."""
    folder = ROOT / "animations"
    lessons = {lesson.scene.split(":")[0] for lesson in LESSONS.values()}
    assert {path.stem for path in folder.glob("*.py")} == lessons | FILM_DOORS
    assert {path.parent.name for path in folder.glob("*/__init__.py")} == FILM_FLOOR.keys()


def test_no_circles_between_files() -> None:
    assert not circle_in(graph())


def test_no_circles_between_rooms() -> None:
    rooms: dict[str, set[str]] = {}
    for name, imported in graph().items():
        others = {room_of(other) for other in imported} - {room_of(name)}
        rooms.setdefault(room_of(name), set()).update(others)
    assert not circle_in(rooms)


@pytest.mark.parametrize("room", sorted({room_of(name) for name in MODULES if name.count(".") > 2}))
def test_no_circles_between_the_rooms_of_a_room(room: str) -> None:
    """A file right in a room is one there."""

    def inner(name: str) -> str:
        return ".".join(name.split(".")[:3])

    rooms: dict[str, set[str]] = {}
    for name, imported in graph().items():
        if room_of(name) == room:
            others = {inner(other) for other in imported if room_of(other) == room}
            rooms.setdefault(inner(name), set()).update(others - {inner(name)})
    assert len(rooms) > 3
    assert not circle_in(rooms)


def test_imports_by_name_are_counted() -> None:
    found = {n for n, path in MODULES.items() if "import_module(" in path.read_text("utf-8")}
    assert found == BY_NAME
    assert all(_declared(name) for name in BY_NAME)
    assert set().union(*map(_declared, BY_NAME)) <= MODULES.keys()


def test_circles_are_seen() -> None:
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]


# A value below, and the same with its methods at the front door.
FRONT_DOOR = {
    "Analysis",
    "Derivation",
    "Exercise",
    "Fit",
    "Fits",
    "Gradient",
    "GridSearch",
    "Hessian",
    "Objective",
    "Optimizer",
    "Problem",
    "Run",
    "Trace",
}


def test_one_noun_has_one_meaning() -> None:
    """An underscore before a class's name makes no other noun of it."""
    homes: dict[str, list[str]] = {}
    for name, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name.strip("_"), []).append(name)
    twice = {noun: where for noun, where in homes.items() if len(where) > 1}
    assert twice.keys() == FRONT_DOOR, {n: w for n, w in twice.items() if n not in FRONT_DOOR}
    assert all(any(room_of(home) == "symgd.api" for home in twice[noun]) for noun in FRONT_DOOR)


def test_every_room_has_a_sentence() -> None:
    for room, folder in MODULES.items():
        if folder.name == "__init__.py":
            assert ast.get_docstring(ast.parse(folder.read_text(encoding="utf-8"))), room


def test_few_files_are_loose() -> None:
    loose = sorted(path.name for path in (ROOT / "symgd").glob("*.py"))
    assert len(loose) <= MOST_LOOSE, loose


def test_all_packages_are_installed() -> None:
    wanted = {name for name, path in MODULES.items() if path.name == "__init__.py"}
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for name in wanted:
        assert f'"{name}"' in settings, f"pyproject.toml does not install {name}"


@pytest.mark.parametrize("name", MODULES)
def test_nothing_underscored_is_imported(name: str) -> None:
    for imported, part in _imports(name):
        private = (part or "").startswith("_") and not (part or "").startswith("__")
        assert not private, f"{name} imports {part} from {imported}"


def _loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


HEAVY = {"manim", "matplotlib", "pandas", "scipy", "typst"}


@pytest.mark.parametrize(
    "statement", ["import symgd", "import symgd; symgd.Problem('m*x + b').derive()"]
)
def test_importing_symgd_is_light(statement: str) -> None:
    assert not _loaded_by(statement) & {*HEAVY, "click"}


@pytest.mark.parametrize("arguments", [["--help"], ["fit", "--help"], ["descend"]])
def test_help_and_wrong_usage_load_no_sympy(arguments: list[str]) -> None:
    call = f"from symgd.cli import main; main({arguments})"
    loaded = _loaded_by(
        "import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()), "
        f"contextlib.redirect_stderr(io.StringIO()), contextlib.suppress(SystemExit): {call}\nimport sys"
    )
    assert "symgd.cli.fits" in loaded
    assert not loaded & {*HEAVY, "numpy", "sympy"}


def test_a_derivation_loads_no_numpy_and_no_descent() -> None:
    call = "from symgd.cli import main; main(['derive', 'm*x + b'], standalone_mode=False)"
    loaded = _loaded_by(
        f"import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()): {call}\nimport sys"
    )
    assert not loaded & {*HEAVY, "numpy", "symgd.optimize", "symgd.plots"}
    code = {name for name in loaded if name.startswith("symgd.codegen.")}
    assert code <= {"symgd.codegen.code_targets"}  # what --code may name


def test_importing_the_animations_needs_no_manim() -> None:
    doors = (f"symgd.animations.{door}" for door in FILM_DOORS - {"__init__"})
    assert "manim" not in _loaded_by(f"import symgd.animations, {', '.join(doors)}")


def test_stories_need_no_manim() -> None:
    stories = [name for name in FILM_FILES if name.startswith("symgd.animations.stories.")]
    assert stories
    assert "manim" not in _loaded_by(f"import {', '.join(stories)}")


@pytest.mark.parametrize("statement", ["import symgd", "import symgd.cli", "import symgd.__init__"])
def test_starting_costs_next_to_nothing(statement: str) -> None:
    assert not _loaded_by(statement) & {"sympy", "numpy", "mpmath", "manim", "matplotlib"}


def test_all_public_names_are_there() -> None:
    import symgd

    assert all(getattr(symgd, name) is not None for name in symgd.__all__)
    assert set(symgd.__all__) <= set(dir(symgd))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = symgd.nothing
