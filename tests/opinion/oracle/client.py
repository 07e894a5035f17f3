"""Asking red-dwarf, which runs as a process of its own that answers question after question."""

import json
import subprocess
from pathlib import Path

import numpy as np

from participatory.opinion.votes import Matrix
from tests.tally.oracle.client import LEFT_OUT, PYTHON

__all__ = ["LEFT_OUT", "RedDwarf"]

WORKER = Path(__file__).with_name("worker.py")


class RedDwarf:
    """One process of red-dwarf, in the environment of the tally's oracle."""

    def __init__(self) -> None:
        command = [PYTHON, "-W", "ignore", str(WORKER)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def answer(self, values: Matrix, labels: list[int | None]) -> dict:
        """Its statistics of these votes and groups; raises RuntimeError with its error."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        votes = [[None if np.isnan(vote) else int(vote) for vote in row] for row in values]
        self._process.stdin.write(json.dumps({"votes": votes, "labels": labels}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("red-dwarf left without an answer")
        reply = json.loads(line)
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()
