"""Asking pabutools, which runs as a process of its own that answers question after question."""

import json
import os
import selectors
import subprocess
from fractions import Fraction
from pathlib import Path

from participatory.tally.election import Election
from participatory.tally.methods import Method, RuleName

# `make test` makes this environment; ORACLE_PYTHON names another interpreter, or `none` to leave these tests out.
PYTHON = os.environ.get("ORACLE_PYTHON", str(Path(__file__).parents[3] / ".venv-oracle" / "bin" / "python"))
LEFT_OUT = PYTHON == "none"
WORKER = Path(__file__).with_name("worker.py")


class TooSlow(Exception):  # noqa: N818 — it is an answer, not a fault.
    """pabutools did not answer within the time it was given."""


class Oracle:
    """One process of pabutools, started at the first question and again after one that took too long."""

    def __init__(self, python: str = PYTHON) -> None:
        self._python = python
        self._process: subprocess.Popen[str] | None = None

    def winners(self, election: Election, method: Method, *, add1: bool = False, seconds: float = 60) -> list[str]:
        """The winners by pabutools: in their order, for Phragmén in the order of ids.

        `add1` raises by the δ of the method, and stops as `exhaustive` does. Raises
        TooSlow, or RuntimeError with the error of pabutools.
        """
        return self._answer(election, method, add1=add1, seconds=seconds)["winners"]

    def seconds(self, election: Election, method: Method, *, add1: bool = False, seconds: float = 60) -> float:
        """The processor seconds that pabutools takes for its count; raises like `winners`."""
        return self._answer(election, method, add1=add1, seconds=seconds)["seconds"]

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _answer(self, election: Election, method: Method, *, add1: bool, seconds: float) -> dict:
        increment = method.increment(election.budget, max(1, election.voters)) if add1 else None
        reply = self._ask(question(election, method, increment), seconds)
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply

    def _ask(self, asked: dict[str, object], seconds: float) -> dict:
        if self._process is None:
            command = [self._python, "-W", "ignore", str(WORKER)]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(seconds):
                self.close()
                raise TooSlow
        line = self._process.stdout.readline()
        if not line:
            self.close()
            raise RuntimeError("pabutools left without an answer")
        return json.loads(line)


def question(election: Election, method: Method, increment: Fraction | None) -> dict[str, object]:
    return {
        "projects": {project.id: project.cost for project in election.projects},
        "budget": election.budget,
        "ballots": [[dict(ballot.choices), ballot.multiplicity] for ballot in election.ballots],
        "rule": method.rule.value,
        "sat": method.sat.value if method.rule is RuleName.MES else None,
        "increment": None if increment is None else str(increment),
    }
