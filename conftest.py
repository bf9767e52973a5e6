"""Without Manim the films' files cannot be imported: they are left out, and the tests of films say so."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("manim") else ["symgd/animations/*"]
