"""What the head of a backup says, and how the key of its file is sealed to the trustees of every open vote. Pure.

The first line of a file names its form, the second is the head in JSON, the rest is encrypted (see `container`).
When no vote is open the key stands in the head in clear: it then protects from accidents alone.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from participatory.backups.container import KEY_BYTES
from participatory.urn.sealing import public_of, seal, unseal

MAGIC = b"participatory-backup/1\n"
SUFFIX = ".backup"
# A head is short; whatever is longer is not one.
MOST_HEAD_BYTES = 200_000
_HEX = re.compile(r"(?:[0-9a-f]{2})+")


@dataclass(frozen=True)
class OpenVote:
    """A round whose ballots are not sealed yet: its public identifier, its public key (hexadecimal), its trustees."""

    round: str
    public_key: str
    trustees: int
    threshold: int


@dataclass(frozen=True)
class Head:
    """What can be read of a backup without any key.

    `database` is sqlite or postgresql; `position` and `digest` are of the last row of the journal that it
    holds (0 and "" for none); `key` is the key of the file in hexadecimal, sealed once for each vote of `rounds`.
    """

    made_at: str
    database: str
    position: int
    digest: str
    rounds: tuple[OpenVote, ...]
    key: str

    def to_bytes(self) -> bytes:
        """The first two lines of the file: what the rest is bound to."""
        return MAGIC + json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode() + b"\n"


def read_head(lines: bytes) -> Head:
    """The head in the first two lines of a file; raises ValueError when they are something else."""
    if not lines.startswith(MAGIC):
        raise ValueError("this file is not a backup of this software")
    try:
        fields = json.loads(lines[len(MAGIC) :])
        rounds = tuple(OpenVote(**each) for each in fields.pop("rounds"))
        head = Head(**fields, rounds=rounds)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError("the head of this backup cannot be read") from error
    if head.to_bytes() != lines or not _is_sound(head):
        raise ValueError("the head of this backup was altered")
    return head


def _is_sound(head: Head) -> bool:
    keys: list[object] = [head.key, *(each.public_key for each in head.rounds)]
    texts: list[object] = [head.made_at, head.database, head.digest, *keys, *(each.round for each in head.rounds)]
    numbers: list[object] = [head.position]
    for each in head.rounds:
        numbers += [each.trustees, each.threshold]
    if not all(type(each) is str for each in texts) or not all(type(each) is int for each in numbers):
        return False
    return all(_HEX.fullmatch(str(each)) for each in keys)


def sealed_key(key: bytes, rounds: Sequence[OpenVote]) -> str:
    """The key of a file as its head holds it: in layers, one for each open vote, so that all of them are needed.

    Sealed to each vote apart, the trustees of any one could open the ballots of the others.
    """
    for each in rounds:
        key = seal(key, bytes.fromhex(each.public_key), _info(each)).ciphertext
    return key.hex()


def opened_key(head: Head, privates: Mapping[str, bytes]) -> bytes:
    """The key of the file; `privates` holds the private key of every open vote by its round.

    Raises ValueError when one is not the key of its vote, or when the head was altered.
    """
    key = bytes.fromhex(head.key)
    for each in reversed(head.rounds):
        private = privates[each.round]
        if public_of(private).hex() != each.public_key:
            raise ValueError(f"these shares are not of the key of round {each.round}")
        key = unseal(key, private, _info(each))
    if len(key) != KEY_BYTES:
        raise ValueError("the head of this backup was altered")
    return key


def _info(vote: OpenVote) -> bytes:
    return f"participatory-backup-v1|{vote.round}".encode()


def file_name(moment: datetime, rounds: Sequence[OpenVote]) -> str:
    """The name of a backup: its instant in UTC, and whether it expires at a sealing."""
    return f"participatory-{moment.astimezone(UTC):%Y%m%dT%H%M%S%fZ}{'-vote' if rounds else ''}{SUFFIX}"
