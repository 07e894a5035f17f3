"""Sending a list, putting it on the roll once it is approved, ending it without."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.rolls import queries, sending
from participatory.rolls.filling import enter, insert_in_chunks
from participatory.rolls.lists import ReadList
from participatory.rolls.models import RollImport, RollList, RollListRow
from participatory.rolls.policy import import_is_open
from participatory.rolls.rules import Listed, ListState, Place, Reading
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round
from participatory.territories.models import Establishment

SOURCE = "import"
_CHUNK = 5_000


def send_list(
    round_: Round,
    establishment: Establishment | None,
    read: ReadList,
    by: Person | None,
    now: datetime,
    *,
    without_bad_rows: bool,
) -> RollList:
    """Keep the people of a list, as pseudonyms, until a second person approves it.

    `establishment` is whose list it is, None for a list of several; `by` is None for the
    operator's command. Raises Refusal out of time, above the share of bad rows that a list may
    have, when it has bad rows and nobody said to leave them aside, and when it already waits.
    """
    held = locked_round(round_.id)
    refuse_if(sending.can_send(by, held, establishment, now) if by else import_is_open(held, now))
    _refuse_bad(read.reading, without_bad_rows=without_bad_rows)
    if queries.waiting_list_of_file(held, read.digest):
        raise Refusal(N_("Exactement ce fichier attend déjà l’accord d’une seconde personne."), Kind.CONFLICT)
    sent = _new_list(held, establishment, read, by.public_id if by else SYSTEM, now)
    db.session.add(sent)
    db.session.flush()
    _stage(sent, read.reading.people)
    counts = {"people": sent.people, "rejected": sent.rejected}
    facts = {"round": held.public_id, "list": sent.public_id, "file_digest": sent.file_digest, **counts}
    record(Verb.ROLL_SENT, sent.sent_by, now, **facts)
    return sent


def _new_list(round_: Round, establishment: Establishment | None, read: ReadList, by: str, now: datetime) -> RollList:
    return RollList(
        round_id=round_.id,
        establishment_id=establishment.id if establishment else None,
        file_digest=read.digest,
        rows=read.reading.rows,
        people=len(read.reading.people),
        repeated=read.reading.repeated,
        rejected=len(read.reading.bad),
        warned=len(read.reading.warnings),
        sent_by=by,
        sent_at=now,
    )


def _refuse_bad(reading: Reading, *, without_bad_rows: bool) -> None:
    if reading.has_too_many_bad:
        raise Refusal(
            N_(
                "Liste refusée entière. Lignes fautives : %(bad)s sur %(rows)s, plus de 2 %%. "
                "Corrigez-la, puis envoyez-la à nouveau : rien n’est importé."
            ),
            Kind.INVALID,
            bad=len(reading.bad),
            rows=reading.rows,
        )
    if reading.bad and not without_bad_rows:
        sentence = N_("Rien n’est importé : corrigez les lignes fautives, ou cochez la case pour les laisser de côté.")
        raise Refusal(sentence, Kind.INVALID, "without_bad_rows")


def _stage(sent: RollList, people: Iterable[Listed]) -> None:
    """Keep the people in chunks, sorted by pseudonym: nothing remains of the order of the file."""
    rows = [
        {"list_id": sent.id, "pseudonyms": " ".join(person.pseudonyms), **place._asdict()}
        for person in sorted(people, key=lambda person: person.pseudonyms)
        for place in person.places
    ]
    insert_in_chunks(sa.insert(RollListRow), rows)


def staged_people(waiting: RollList) -> Iterator[Listed]:
    """The people of a list that waits, in the order of their pseudonyms."""
    rows = sa.select(RollListRow.pseudonyms, RollListRow.site_id, RollListRow.establishment_id)
    rows = rows.where(RollListRow.list_id == waiting.id).order_by(RollListRow.id)
    found = db.session.execute(rows.execution_options(yield_per=_CHUNK))
    for names, places in groupby(found, key=lambda row: row[0]):
        yield Listed(tuple(names.split(" ")), tuple(Place(row[1], row[2]) for row in places))


def end_list(waiting: RollList, why: ListState, by: str, now: datetime, reason: str = "") -> None:
    """Give up a list that waits: its rows are deleted, its counts remain. `by` is a public identifier or SYSTEM."""
    waiting.ended_at, waiting.ended_why, waiting.reason = now, why.value, reason
    _forget_rows(waiting)
    record(Verb.ROLL_LIST_ENDED, by, now, round=waiting.round.public_id, list=waiting.public_id, why=why.value)


def _forget_rows(ended: RollList) -> None:
    db.session.execute(sa.delete(RollListRow).where(RollListRow.list_id == ended.id))


def import_list(waiting: RollList, by: Person, now: datetime) -> RollImport:
    """Put the people of a list on the roll, for the second person who approves it; the staged rows are deleted.

    Nobody is removed: a person already on the roll gains what they lacked, another place or another
    key. Raises Refusal out of time, for the person who sent the list and when it no longer waits.
    """
    held = locked_round(waiting.round_id)
    db.session.refresh(waiting)
    refuse_if(sending.can_approve(by, waiting, now))
    people = list(staged_people(waiting))
    try:
        entered = enter(held, people, SOURCE, now)
    except IntegrityError as error:
        raise Refusal(
            N_("Quelqu’un s’est inscrit au même instant : rien n’est importé, recommencez."), Kind.CONFLICT
        ) from error
    done = RollImport(
        round_id=held.id,
        file_digest=waiting.file_digest,
        added=entered.added,
        known=len(people) - entered.added,
        rejected=waiting.rejected,
        imported_by=by.public_id,
        imported_at=now,
    )
    waiting.imported_at, waiting.imported = now, done
    _forget_rows(waiting)
    for deed in entered.deeds:
        record(deed, SYSTEM, now, round=held.public_id)
    counts = {"added": done.added, "known": done.known, "rejected": done.rejected}
    record(Verb.ROLL_IMPORTED, by.public_id, now, round=held.public_id, **counts, file_digest=done.file_digest)
    return done
