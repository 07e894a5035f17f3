"""Reading the project's own source for the tests that police it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "participatory"
TEMPLATES = ROOT / "templates"
MODULES = sorted(PACKAGE.rglob("*.py"))


def name(path: Path) -> str:
    """A path as a person reads it in a failure."""
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module, methods and inner ones too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def templates() -> list[Path]:
    """Every template."""
    return sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt", ".svg"})


def template_references(text: str) -> set[str]:
    """The templates that a text names, in Jinja or in Python."""
    return set(re.findall(r"""["'](?:\./)?([\w/.-]+\.(?:html|txt|svg))["']""", text))
