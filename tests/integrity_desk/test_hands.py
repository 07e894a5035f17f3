"""Who can put an envelope aside: two modules of the control, called by people's deeds; no job leads there."""

from __future__ import annotations

import ast
from pathlib import Path

import participatory

ROOT = Path(participatory.__file__).parent
# The decision of a second officer; an appeal or an undoing. Nobody else changes what counts.
HANDS = {"control/casework.py", "control/appeals.py"}
# What an officer does, as functions: the code that a machine runs must not name them.
DEEDS = {
    "open_case", "decide_case", "decide_appeal", "undo", "propose_undo", "propose", "decide", "quarantine", "confirm",
    "confirm_at_counter", "dismiss", "reopen", "lift", "identify",
}  # fmt: skip
MACHINES = ("jobs.py", "passing.py", "filing.py")


def _trees() -> dict[str, ast.Module]:
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in ROOT.rglob("*.py")}


def _writes_status(tree: ast.Module) -> bool:
    """Whether a module gives an envelope the status of one set aside, or takes it away."""
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(each, ast.Attribute) and each.attr == "status" for each in targets):
            return "EnvelopeStatus" in ast.dump(node.value)
    return False


def test_only_the_decision_and_the_appeal_change_the_status_of_an_envelope():
    assert {name for name, tree in _trees().items() if _writes_status(tree)} == HANDS


def test_no_statement_updates_envelopes_in_bulk():
    for name, tree in _trees().items():
        for node in ast.walk(tree):
            is_update = (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update"
            )
            if is_update and node.args and isinstance(node.args[0], ast.Name):
                assert node.args[0].id != "Envelope", name


def test_what_a_machine_runs_names_no_deed_of_an_officer():
    trees = _trees()
    seen: set[str] = set()
    wanted = [f"integrity_desk/{name}" for name in MACHINES]
    while wanted:
        name = wanted.pop()
        if name in seen or name not in trees:
            continue
        seen.add(name)
        for node in ast.walk(trees[name]):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("participatory."):
                path = node.module.removeprefix("participatory.").replace(".", "/")
                assert not DEEDS & {each.name for each in node.names}, (name, node.module)
                if path.split("/")[0] in {"integrity_desk", "integrity"}:
                    wanted.append(f"{path}.py")
    assert seen >= {f"integrity_desk/{name}" for name in MACHINES}
    assert not seen & {"integrity_desk/judging.py", "integrity_desk/asking.py", "integrity_desk/actions.py"}
