"""Putting many people on the roll at once: voters, their keys, their places, in a handful of statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.journal.rules import Verb
from participatory.rolls import queries
from participatory.rolls.keys import held_voters
from participatory.rolls.merging import settle
from participatory.rolls.models import Voter, VoterKey, VoterPlace
from participatory.rolls.rules import Listed, Place
from participatory.rounds.models import Round

_CHUNK = 5_000


@dataclass(frozen=True)
class Entered:
    """How many voters were added, and the deeds to journal for those found to be one person."""

    added: int
    deeds: tuple[Verb, ...]


def enter(round_: Round, people: Sequence[Listed], source: str, now: datetime) -> Entered:
    """Add to the roll whoever is not on it, and to those who are, the keys and places that they lacked.

    Voters whom the list shows to be one person become one, see merging. Nobody is removed, and
    nobody's site of vote changes. The caller holds the round.
    """
    keys = queries.keys_of(round_)
    deeds = [deed for person in people for deed in _join_voters(round_, person, keys, now)]
    if deeds:
        keys = queries.keys_of(round_)
    new = [person for person in people if not any(name in keys for name in person.pseudonyms)]
    if new:
        insert_voters(round_, [_row(round_, person.pseudonyms[0], person.places[0], source) for person in new])
        keys = queries.keys_of(round_)
    _complete(round_, people, keys, source)
    return Entered(len(new), tuple(deeds))


def _join_voters(round_: Round, person: Listed, keys: Mapping[str, int], now: datetime) -> list[Verb]:
    """Make one voter of those whom the keys of one person name."""
    if len({keys[name] for name in person.pseudonyms if name in keys}) < 2:
        return []
    # Read again: an earlier person of the list may have brought some of them together.
    voters = held_voters(round_, person.pseudonyms)
    return settle(voters, now)[1] if len(voters) > 1 else []


def insert_voters(round_: Round, rows: list[dict[str, object]]) -> None:
    """Insert voters, given as rows of their table, each with their pseudonym as their key."""
    insert_in_chunks(sa.insert(Voter), rows)
    keyed = sa.select(VoterKey.voter_id).where(VoterKey.voter_id == Voter.id).exists()
    new = sa.select(Voter.round_id, Voter.pseudonym, Voter.id).where(Voter.round_id == round_.id, ~keyed)
    db.session.execute(sa.insert(VoterKey).from_select(["round_id", "pseudonym", "voter_id"], new))


def insert_in_chunks(statement: sa.Insert, rows: list[dict[str, object]]) -> None:
    """Insert rows without one statement of unbounded size."""
    for start in range(0, len(rows), _CHUNK):
        db.session.execute(statement, rows[start : start + _CHUNK])


def _row(round_: Round, name: str, place: Place, source: str) -> dict[str, object]:
    return {"round_id": round_.id, "pseudonym": name, **place._asdict(), "source": source}


def _complete(round_: Round, people: Iterable[Listed], keys: dict[str, int], source: str) -> None:
    """Add the keys and the places that voters lack; once there are several places, all are listed."""
    own, listed = queries.own_places(round_), queries.listed_places(round_)
    new_keys: list[dict[str, object]] = []
    new_places: list[dict[str, object]] = []
    for person in people:
        voter = next(keys[name] for name in person.pseudonyms if name in keys)
        for name in person.pseudonyms:
            if name not in keys:
                keys[name] = voter
                new_keys.append({"round_id": round_.id, "pseudonym": name, "voter_id": voter})
        several = dict.fromkeys((own[voter], *person.places))
        there = listed.setdefault(voter, set())
        if len(several) > 1:
            lacking = [place for place in several if place not in there]
            there.update(lacking)
            new_places += [{"voter_id": voter, **place._asdict(), "source": source} for place in lacking]
    insert_in_chunks(sa.insert(VoterKey), new_keys)
    insert_in_chunks(sa.insert(VoterPlace), new_places)
