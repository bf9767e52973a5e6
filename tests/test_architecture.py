"""The arrows of docs/architecture.md: data flows down, nothing flows back, and imports stay light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Each layer imports only from the layers before it, and from its own.
LAYERS = (
    ("symgd.version", "symgd.errors"),
    ("symgd.files", "symgd.writing.pofile"),
    ("symgd.writing.words",),
    ("symgd.terms.functions",),
    ("symgd.terms",),
    ("symgd.terms.indices", "symgd.terms.exact", "symgd.terms.signs", "symgd.parsing.tokens"),
    ("symgd.terms.unrolling", "symgd.parsing.implicit"),
    ("symgd.terms.matrix.terms",),
    ("symgd.terms.matrix",),
    ("symgd.parsing.formula", "symgd.problem.losses", "symgd.problem.notation"),
    ("symgd.parsing.matrices",),
    ("symgd.problem.roles",),
    ("symgd.problem.models", "symgd.problem.settings", "symgd.problem.costs"),
    ("symgd.api",),
    ("symgd.problem.problem",),
    ("symgd.writing.reading",),
    ("symgd.derivation.gradient",),
    ("symgd.terms.unrolling",),
    ("symgd.writing.moves", "symgd.derivation.search", "symgd.derivation.budget"),
    ("symgd.derivation.checking.degrees", "symgd.derivation.checking.numeric"),
    ("symgd.derivation.checking.evaluate",),
    ("symgd.derivation.checking.sympy_check", "symgd.derivation.from_sympy"),
    ("symgd.derivation.checking.check",),
    ("symgd.derivation.index_rules",),
    ("symgd.derivation.rewrites", "symgd.derivation.algebra"),
    ("symgd.derivation.quotients", "symgd.derivation.products"),
    ("symgd.derivation.rules", "symgd.derivation.tidy"),
    ("symgd.derivation.engine", "symgd.writing.exposition"),
    (
        "symgd.derivation.second_order.hessian",
        "symgd.derivation.second_order.chain",
        "symgd.derivation.second_order.figures",
    ),
    ("symgd.matrix.grid",),
    ("symgd.matrix.check",),
    ("symgd.matrix.rules", "symgd.matrix.tidy"),
    ("symgd.matrix.derive",),
    ("symgd.matrix.stationary", "symgd.matrix.linear"),
    ("symgd.matrix.form",),
    ("symgd.matrix",),
    ("symgd.writing",),
    ("symgd.derivation.second_order.normal",),
    ("symgd.derivation.second_order.elimination",),
    ("symgd.derivation.second_order.stationary", "symgd.derivation.second_order.rates"),
    ("symgd.derivation.second_order.taylor",),
    ("symgd.tutor",),
    ("symgd.data.csv", "symgd.data.columns", "symgd.data.datasets", "symgd.optimize.targets"),
    (
        "symgd.derivation.at_point.bindings",
        "symgd.derivation.at_point.substitution",
        "symgd.derivation.at_point.worked",
    ),
    ("symgd.codegen",),
    ("symgd.optimize.curvature",),
    (
        "symgd.optimize.outcome",
        "symgd.optimize.trace",
        "symgd.optimize.rate_search",
        "symgd.optimize.descend",
    ),
    ("symgd.optimize.report", "symgd.plots.plot_panels", "symgd.plots.plots"),
    ("symgd.cli.demo",),
    ("symgd.animations",),
    ("symgd.cli.fitting",),
    ("symgd.cli",),
    ("symgd", "symgd.__main__"),
)

# The front desk offers everything; a derivation can write itself; a run can draw itself: inside functions only.
LATE = {
    "symgd.api",
    "symgd.problem.problem",
    "symgd.matrix.form",
    "symgd.derivation.gradient",
    "symgd.derivation.second_order.hessian",
    "symgd.derivation.second_order.stationary",
    "symgd.derivation.second_order.taylor",
    "symgd.optimize.descend",
}
MAY_ASK_FOR_FILMS = {"symgd.cli.films", "symgd.api", "symgd.cli.fitting"}


def _modules() -> dict[str, Path]:
    found = {}
    for folder, package in (("symgd", "symgd"), ("animations", "symgd.animations")):
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT / folder).with_suffix("").parts
            found[".".join((package, *parts)).removesuffix(".__init__")] = path
    return found


MODULES = _modules()


def _imports(name: str) -> Iterator[tuple[str, str | None, bool]]:
    """Each (module, imported name, whether inside a function) of our own that `name` imports at run time."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    late = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
    }
    typing = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing:
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "symgd":
                    yield alias.name, None, id(node) in late
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} imports relatively; write the whole name"
            if (node.module or "").split(".")[0] == "symgd":
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    yield (
                        (whole, None, id(node) in late)
                        if whole in MODULES
                        else (str(node.module), alias.name, id(node) in late)
                    )


def _layer(name: str) -> int:
    for number, layer in enumerate(LAYERS):
        if name in layer:
            return number
    for number, layer in enumerate(LAYERS[:-1]):
        if any(name.startswith(f"{package}.") for package in layer):
            return number
    raise AssertionError(f"{name} stands in no layer: give it its place in LAYERS")


@pytest.mark.parametrize("name", MODULES)
def test_imports_go_up_only(name: str) -> None:
    for imported, _, late in _imports(name):
        down = _layer(imported) > _layer(name)
        assert not down or (late and name in LATE), (
            f"{name} imports {imported}, which stands below it"
        )


def test_no_import_circles() -> None:
    graph = {name: {to for to, _, late in _imports(name) if not late} - {name} for name in MODULES}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"a circle: {' -> '.join((*trail, name))}"
        if name not in done:
            for to in graph.get(name, ()):
                visit(to, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("name", MODULES)
def test_nothing_underscored_is_imported(name: str) -> None:
    for imported, part, _ in _imports(name):
        private = (part or "").startswith("_") and not (part or "").startswith("__")
        assert not private, f"{name} imports {part} from {imported}"


@pytest.mark.parametrize(
    "name", [name for name in MODULES if not name.startswith("symgd.animations")]
)
def test_films_are_asked_for_by_few_and_late(name: str) -> None:
    for imported, _, late in _imports(name):
        if imported.startswith("symgd.animations"):
            assert late, f"{name} imports {imported} when it is loaded"
            assert name in MAY_ASK_FOR_FILMS, f"{name} imports {imported}"


def _loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {module.split(".")[0] for module in done.stdout.split()}


@pytest.mark.parametrize(
    "statement", ["import symgd", "import symgd; symgd.Problem('m*x + b').derive()"]
)
def test_importing_symgd_is_light(statement: str) -> None:
    assert not _loaded_by(statement) & {"manim", "matplotlib", "click", "pandas", "scipy", "typst"}


def test_importing_the_animations_needs_no_manim() -> None:
    assert "manim" not in _loaded_by("import symgd.animations, symgd.animations.render")


@pytest.mark.parametrize("statement", ["import symgd", "import symgd.cli", "import symgd.__init__"])
def test_starting_costs_next_to_nothing(statement: str) -> None:
    assert not _loaded_by(statement) & {"sympy", "numpy", "mpmath", "manim", "matplotlib"}


def test_all_public_names_are_there() -> None:
    import symgd

    assert all(getattr(symgd, name) is not None for name in symgd.__all__)
    assert set(symgd.__all__) <= set(dir(symgd))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = symgd.nothing
