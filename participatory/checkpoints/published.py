"""Reading the journal of a published folder, to compare it with checkpoints that were kept. Pure."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Journal:
    """What checkpoints are compared with: the digests of some rows, the keys declared, the number of the last row."""

    digests: dict[int, str]
    keys: frozenset[str]
    last: int


def read_journal(folder: Path, positions: Collection[int]) -> Journal:
    """The rows of `journal.jsonl` at these positions; `participatory verify` is what follows its chain.

    Raises ValueError when the folder has no such file, or a line that is no row.
    """
    wanted, digests, keys, last = set(positions), {}, set(), 0
    try:
        with (folder / "journal.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                last, digest = int(row["position"]), str(row["digest"])
                if last in wanted:
                    digests[last] = digest
                if row.get("verb") == "checkpoint.key_made":
                    keys.add(str(json.loads(row["payload"])["public_key"]))
    except FileNotFoundError as error:
        raise ValueError("this folder has no journal.jsonl") from error
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"journal.jsonl: the line after row {last} cannot be read") from error
    return Journal(digests, frozenset(keys), last)
