"""The process that `lists.py` measures: look at the file, read it, compare it with the roll, stage it, commit."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.rolls.actions import send_list
from participatory.rolls.comparing import compare
from participatory.rolls.lists import known_places, look_at, read_roll
from participatory.rolls.reading import Peppers
from tests.conftest import make_app, prepare
from tests.factories import make_round

_PEPPERS = Peppers(b"i" * 32, b"r" * 32)


def main() -> None:
    """Print the figures as JSON."""
    path, folder = Path(sys.argv[1]), Path(sys.argv[2])
    app = make_app(folder)
    prepare(app)
    with app.app_context():
        round_ = make_round()
        base, start = _size("VmRSS"), time.perf_counter()
        worked = _processor()
        content, known = path.read_bytes(), known_places()
        read = read_roll(content, look_at(content, known).layout, known, _PEPPERS)
        change = compare(round_, read.reading.people)
        with transaction():
            sent = send_list(round_, None, read, None, now(), without_bad_rows=False)
        took = time.perf_counter() - start
    assert change.added == sent.people
    found = {
        "people": sent.people,
        "seconds": took,
        "processor": _processor() - worked,
        "megabytes": _size("VmHWM") - base,
    }
    print(json.dumps(found))


def _size(name: str) -> float:
    """A size of this process in megabytes: VmRSS is the present one, VmHWM the highest since its start."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def _processor() -> float:
    """Processor seconds of this process and of the readers that it has started."""
    spent = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in spent)


if __name__ == "__main__":
    main()
