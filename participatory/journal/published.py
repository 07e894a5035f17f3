"""What a row of the journal looks like in the published part of a round. Pure.

A row of another round, or about people, is published without its deed: its position, content and digests, which
are enough to follow the chain from the first row to the last.
"""

import json
from collections.abc import Mapping

from participatory.journal.rules import Link, instant

# The deeds that a round publishes: those that made, kept and counted its ballots. Rolls and people are not among them.
_OF_ROUNDS = (
    "rulebook.adopted",
    "round.",
    "ceremony.",
    "vote.",
    "ballot.",
    "set_aside.",
    "integrity.",
    "stand.",
    "paper.",
    "result.",
)


def is_public_of(round_key: str, verb: str, payload: Mapping[str, object]) -> bool:
    """Whether the publication of a round shows this deed; `round_key` is the round's public identifier."""
    if verb.startswith("checkpoint."):
        return True
    if verb.startswith("deed."):
        return payload.get("subject") == round_key
    return verb.startswith(_OF_ROUNDS) and payload.get("round") == round_key


def published(link: Link, digest: str, round_key: str) -> dict[str, object]:
    """One line of journal.jsonl: the row whole, or without its deed; `payload` is the text that is hashed."""
    chained: dict[str, object] = {"position": link.position, "previous": link.previous, "digest": digest}
    if link.is_old:
        return chained
    if not is_public_of(round_key, link.verb, json.loads(link.payload)):
        return {**chained, "content": link.content}
    return {
        **chained,
        "at": instant(link.at),
        "verb": link.verb,
        "actor": link.actor,
        "payload": link.payload,
        "salt": link.salt,
    }
