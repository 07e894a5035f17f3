"""Enrolment by proof: who comes in by the door of their establishment needs no list to be on the roll.

Rows of voters get a number drawn at random: given one after the other, their order would be the order
in which people entered the booth, and close to the one of the ballots in the journal.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import refuse_if
from participatory.doors.models import EnrolmentProof
from participatory.identity.models import Person
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.rolls.keys import held_voters, pseudonyms_of, voters_by_key
from participatory.rolls.merging import keep_own_place, keep_place, settle
from participatory.rolls.models import Voter, VoterKey
from participatory.rolls.policy import enrolment_is_open
from participatory.rolls.standing import accepted, place_of, places_of
from participatory.rounds.models import Round

# Numbers above those that lists will ever reach.
_DRAWN_FROM, _DRAWN_TO = 2**30, 2**31 - 1


def enrol(round_: Round, person: Person, pepper: bytes, now: datetime) -> Voter | None:
    """Put a person on the roll by the proofs of their enrolment, or complete their keys and their places.

    Gives their voter, None when neither a list nor a proof names them. Several voters who are this
    person become one, see merging. `pepper` is the round's secret. Raises Refusal outside the
    phases in which the roll may grow.
    """
    _hold(round_, person)
    refuse_if(enrolment_is_open(round_, now))
    names = pseudonyms_of(pepper, person)
    voters, proofs = held_voters(round_, names), accepted(round_, person, now)
    deeds: list[Verb] = []
    if voters:
        voter, deeds = settle(voters, now)
    elif names and proofs:
        voter, deeds = _add(round_, names[0], proofs[0]), [Verb.VOTER_ENROLLED]
    else:
        return None
    _complete_keys(round_, voter, names)
    _complete_places(voter, proofs)
    for deed in deeds:
        record(deed, SYSTEM, now, round=round_.public_id)
    return voter


def _hold(round_: Round, person: Person) -> None:
    """Let lists that are being imported finish, and one enrolment of a person at a time go on (PostgreSQL)."""
    db.session.execute(sa.select(Round.id).where(Round.id == round_.id).with_for_update(read=True))
    db.session.execute(sa.select(Person.id).where(Person.id == person.id).with_for_update())


def _add(round_: Round, name: str, proof: EnrolmentProof) -> Voter:
    establishment_id, site_id = place_of(proof)
    voter = Voter(
        id=_drawn_number(),
        round_id=round_.id,
        pseudonym=name,
        site_id=site_id,
        establishment_id=establishment_id,
        source=proof.source,
    )
    db.session.add(voter)
    db.session.flush()
    return voter


def _drawn_number() -> int:
    while True:
        number = _DRAWN_FROM + secrets.randbelow(_DRAWN_TO - _DRAWN_FROM)
        if db.session.get(Voter, number) is None:
            return number


def _complete_keys(round_: Round, voter: Voter, names: Sequence[str]) -> None:
    known = voters_by_key(round_, names)
    db.session.add_all(
        VoterKey(round_id=round_.id, pseudonym=name, voter_id=voter.id) for name in names if name not in known
    )
    db.session.flush()


def _complete_places(voter: Voter, proofs: Sequence[EnrolmentProof]) -> None:
    known = {place.key for place in places_of(voter)}
    for proof in proofs:
        if place_of(proof) not in known:
            keep_own_place(voter)
            keep_place(voter, *place_of(proof), proof.source)
