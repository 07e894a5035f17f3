"""The rules of the house that no linter knows."""

import ast

import pytest

from tests.house.source import MODULES, PACKAGE, ROOT, functions, name, tree

CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
LONGEST_FUNCTION = 40
LONGEST_MODULE = 300


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_stand_at_the_top_of_the_module(path):
    inside = [
        f"{function.name}:{node.lineno}"
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_only_core_commits():
    guilty = [
        f"{name(path)}:{node.lineno}"
        for path in MODULES
        if PACKAGE / "core" not in path.parents
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert guilty == []


def test_only_the_clock_reads_the_clock():
    guilty = [
        f"{name(path)}:{node.lineno}"
        for path in MODULES
        if path != PACKAGE / "core" / "clock.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCKS
    ]
    assert guilty == []


def test_functions_fit_a_screen_and_modules_hold_one_thing():
    long_functions = [
        f"{name(path)}:{function.name} has {function.end_lineno - function.lineno + 1} lines"
        for path in MODULES
        for function in functions(path)
        if function.end_lineno - function.lineno + 1 > LONGEST_FUNCTION
    ]
    long_modules = [name(path) for path in MODULES if len(path.read_text("utf-8").splitlines()) > LONGEST_MODULE]
    assert long_functions == []
    assert long_modules == []


def test_models_and_deeds_send_no_mail_and_know_no_request():
    guilty = [
        f"{name(path)}:{node.lineno}"
        for path in MODULES
        if path.stem in {"models", "policy", "queries", "actions"}
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in {"flask", "flask_mailman"}
    ]
    assert guilty == []


def test_no_float_holds_money():
    guilty = [
        f"{name(path)}:{node.lineno}"
        for path in MODULES
        if path.stem in {"rules", "rulebook", "models", "actions", "money"}
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
    ]
    assert guilty == []


def test_lock_files_carry_hashes_and_no_address():
    for lock in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / lock).read_text("utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text
