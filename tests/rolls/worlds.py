"""Students as establishments prove them, and rolls that know them under several names."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.doors.models import EnrolmentProof
from participatory.identity.actions import person_for
from participatory.identity.models import Person
from participatory.journal.models import JournalEntry
from participatory.rolls.models import Voter, VoterKey, VoterPlace
from participatory.rolls.rules import pseudonym
from participatory.rolls.standing import Standing, standing_of
from participatory.rounds.models import Round
from participatory.territories.models import Establishment
from tests.factories import site

INE, NUMBER, MAIL = "ine:" + "a" * 64, "num:" + "b" * 64, "camille@etu.exemple.example"


def pepper(round_: Round) -> bytes:
    """The secret of the pseudonyms of a round."""
    return current_app.extensions["secrets"].get("pepper", round_.public_id)


def school(site_slug: str) -> Establishment:
    """The first establishment of a site."""
    wanted = sa.select(Establishment).where(Establishment.site_id == site(site_slug).id).order_by(Establishment.id)
    return db.session.scalars(wanted.limit(1)).one()


def student(*identifiers: str, email: str | None = None, source: str = "cas") -> Person:
    """Somebody whom a door has just let in."""
    with transaction():
        return person_for(identifiers or (INE,), email, source, "fr", now())


def prove(person: Person, site_slug: str = "toulouse", source: str = "cas", **values: object) -> None:
    """What the establishment of a site said of a person."""
    given = {"proved_at": now() - timedelta(hours=1), "expires_at": now() + timedelta(days=30), **values}
    with transaction():
        db.session.add(
            EnrolmentProof(person_id=person.id, establishment_id=school(site_slug).id, source=source, **given)
        )


def on_list(round_: Round, *identifiers: str, site_slug: str = "toulouse") -> Voter:
    """A line of an imported list that knows somebody under these identifiers."""
    names = [pseudonym(pepper(round_), identifier) for identifier in identifiers]
    with transaction():
        voter = Voter(
            round_id=round_.id,
            pseudonym=names[0],
            site_id=site(site_slug).id,
            establishment_id=school(site_slug).id,
            source="import",
        )
        db.session.add(voter)
        db.session.flush()
        db.session.add_all(VoterKey(round_id=round_.id, pseudonym=name, voter_id=voter.id) for name in names)
    return voter


def also_at(voter: Voter, site_slug: str) -> None:
    """One more place for a voter."""
    with transaction():
        db.session.add(
            VoterPlace(
                voter_id=voter.id,
                establishment_id=school(site_slug).id,
                site_id=site(site_slug).id,
                source="import",
            )
        )


def stands(round_: Round, person: Person) -> Standing:
    """How a person stands on a roll, read afresh."""
    db.session.expire_all()
    return standing_of(round_, db.session.get(Person, person.id), pepper(round_), now())


def voters(round_: Round) -> list[Voter]:
    """The roll of a round, as other threads left it."""
    db.session.rollback()
    return list(db.session.scalars(sa.select(Voter).where(Voter.round_id == round_.id).order_by(Voter.id)))


def journalled(prefix: str = "roll.") -> list[JournalEntry]:
    """The rows of the journal about the roll, as other threads left them."""
    db.session.rollback()
    rows = sa.select(JournalEntry).where(JournalEntry.verb.startswith(prefix)).order_by(JournalEntry.position)
    return list(db.session.scalars(rows))
