"""The rules that keep the code readable: import order, sizes, words, and where side effects may live."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import hairdensity

SOURCE = Path(__file__).parents[1] / "src" / "hairdensity"
ORDER = (
    "errors",
    "estimate",
    "photo",
    "scale",
    "hairs",
    "quality",
    "measure",
    "corrections",
    "pipeline",
    "align",
    "match",
    "compare",
    "growth",
    "repeatability",
    "phantom",
    "annotation",
    "evaluate",
    "report",
    "study",
    "review",
    "cli",
)
"""The way of a photo: a module imports only from modules above it."""
MAX_FILE_LINES = 300
MAX_BODY_LINES = 40
MAX_MEDIAN_BODY_LINES = 10
MAX_PARAMETERS = 5
FORBIDDEN_WORDS = {"img", "roi", "contour", "caliber", "calibre", "util", "helper", "common", "manager"}
FILES = sorted(SOURCE.rglob("*.py"))
NAMES = [str(path.relative_to(SOURCE)) for path in FILES]
each_file = pytest.mark.parametrize("path", FILES, ids=NAMES)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement after the docstring to the last."""
    statements = function.body
    if ast.get_docstring(function) is not None:
        statements = statements[1:]
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1 if statements else 0


def parameter_count(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = function.args
    names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def imported_modules(path: Path) -> set[str]:
    """Dotted names of what a file imports, those for types alone included."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def defined_names(path: Path) -> set[str]:
    """Names of the classes, functions, parameters and variables that a file defines."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def part(path: Path) -> str:
    """First folder or file name below the package."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def test_every_part_has_its_place_in_the_order() -> None:
    assert {part(path) for path in FILES} - {"__init__"} <= set(ORDER)


@each_file
def test_imports_go_upwards_only(path: Path) -> None:
    if path == SOURCE / "__init__.py":
        pytest.skip("the package itself offers what its parts hold")
    allowed = ORDER[: ORDER.index(part(path)) + 1]
    imported = {name.split(".")[1] for name in imported_modules(path) if name.startswith("hairdensity.")}
    assert imported <= set(allowed)


@each_file
def test_files_are_short_and_say_what_they_do(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_FILE_LINES
    assert ast.get_docstring(tree(path))


@each_file
def test_functions_are_short_and_take_few_parameters(path: Path) -> None:
    long = {one.name: body_lines(one) for one in functions(path) if body_lines(one) > MAX_BODY_LINES}
    wide = {
        one.name: parameter_count(one) for one in functions(path) if parameter_count(one) > MAX_PARAMETERS
    }
    assert (long, wide) == ({}, {})


def test_the_median_function_is_short() -> None:
    lengths = [body_lines(function) for path in FILES for function in functions(path)]
    assert statistics.median(lengths) <= MAX_MEDIAN_BODY_LINES


@each_file
def test_no_forbidden_words_in_names(path: Path) -> None:
    words = {
        word.lower().rstrip("0123456789").removesuffix("s")
        for name in (path.stem, *defined_names(path))
        for word in re.findall(r"[A-Z]?[a-z]+\d*|[A-Z]+", name)
    }
    assert words.isdisjoint(FORBIDDEN_WORDS)


@each_file
def test_photos_are_read_in_one_place_and_printing_is_the_terminal_s(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "cv2.imread" not in text
    calls = {
        node.func.id
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert "print" not in calls
    if part(path) != "cli":
        assert imported_modules(path).isdisjoint({"click", "rich", "rich.console", "time"})


@each_file
def test_no_unseeded_randomness(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "default_rng()" not in text
    assert not re.search(r"np\.random\.(?!default_rng|Generator|SeedSequence)", text)
    assert "random" not in imported_modules(path)


@each_file
def test_no_broad_except_below_the_terminal(path: Path) -> None:
    caught = [node.type for node in ast.walk(tree(path)) if isinstance(node, ast.ExceptHandler)]
    broad = [
        one
        for one in caught
        if one is None or (isinstance(one, ast.Name) and one.id in {"Exception", "BaseException"})
    ]
    assert not broad or part(path) == "cli"


def test_importing_the_package_is_cheap() -> None:
    """No picture library is loaded before it is needed."""
    code = "import sys, hairdensity; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(SOURCE.parent)},
    )
    assert {"cv2", "numpy", "scipy", "skimage", "PIL"}.isdisjoint(done.stdout.split())


def test_every_public_name_can_be_loaded() -> None:
    assert {name for name in hairdensity.__all__ if getattr(hairdensity, name).__name__ == name} == set(
        hairdensity.__all__
    )
    with pytest.raises(AttributeError, match="no_such_name"):
        hairdensity.no_such_name  # type: ignore[attr-defined]  # noqa: B018
