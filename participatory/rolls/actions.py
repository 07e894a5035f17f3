"""Reading a list, comparing it with the roll, importing it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.rolls import policy, queries
from participatory.rolls.models import RollImport, Voter, VoterKey
from participatory.rolls.places import Gazetteer
from participatory.rolls.reading import read_list
from participatory.rolls.rules import Comparison, Reading, pseudonym
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round

SOURCE = "import"
_CHUNK = 5_000


@dataclass(frozen=True)
class RollList:
    """A list that was read, with the SHA-256 of its file and, in its order, the pseudonyms of its good rows."""

    reading: Reading
    digest: str
    pseudonyms: tuple[str, ...]


def read_roll(content: bytes, pepper: bytes) -> RollList:
    """Read a csv file against the tables of reference, outside any transaction.

    `pepper` is the round's secret. Raises Refusal (INVALID, field `file`) when the file cannot be read.
    """
    reading = read_list(content, known_sites(), known_establishments())
    names = tuple(pseudonym(pepper, row.email) for row in reading.good)
    return RollList(reading, hashlib.sha256(content).hexdigest(), names)


def known_sites() -> Gazetteer:
    """The sites under their name, their short name and the names of their communes."""
    return Gazetteer((site.id, site.name, (site.slug, *site.communes.split("|"))) for site in queries.sites())


def known_establishments() -> Gazetteer:
    """The establishments under their name, acronym, UAI and key."""
    return Gazetteer((each.id, each.name, (each.acronym, each.uai, each.key)) for each in queries.establishments())


def compare(round_: Round, roll: RollList) -> Comparison:
    """What importing a list would change."""
    present = queries.places_on_roll(round_)
    known = [
        present[name] != (row.site_id, row.establishment_id)
        for name, row in zip(roll.pseudonyms, roll.reading.good, strict=True)
        if name in present
    ]
    return Comparison(added=len(roll.reading.good) - len(known), known=len(known), moved=sum(known))


def import_roll(
    round_: Round, roll: RollList, by: Person | None, now: datetime, *, without_bad_rows: bool
) -> RollImport:
    """Add to the roll the people of a list who are not on it yet; nobody is removed or moved.

    `by` is None for the operator's command. Raises Refusal out of time, when the list has
    bad rows and nobody said to leave them out, and when it holds no good row.
    """
    held = locked_round(round_.id)
    refuse_if(policy.can_import(by, held, now) if by else policy.import_is_open(held, now))
    if roll.reading.bad and not without_bad_rows:
        sentence = N_("Rien n’est importé : corrigez les lignes fautives, ou cochez la case pour les laisser de côté.")
        raise Refusal(sentence, Kind.INVALID, "without_bad_rows")
    if not roll.reading.good:
        raise Refusal(N_("Ce fichier ne contient aucune ligne à importer."), Kind.INVALID)
    added = _insert(held, roll)
    done = RollImport(
        round_id=held.id,
        file_digest=roll.digest,
        added=added,
        known=len(roll.reading.good) - added,
        rejected=len(roll.reading.bad),
        imported_by=by.public_id if by else SYSTEM,
        imported_at=now,
    )
    db.session.add(done)
    _journal(held, done, now)
    return done


def _journal(round_: Round, done: RollImport, now: datetime) -> None:
    record(
        Verb.ROLL_IMPORTED,
        done.imported_by,
        now,
        round=round_.public_id,
        added=done.added,
        known=done.known,
        rejected=done.rejected,
        file_digest=done.file_digest,
    )


def _insert(round_: Round, roll: RollList) -> int:
    """Insert the new people in chunks, sorted by pseudonym so that the roll keeps nothing of the list's order."""
    present = queries.places_on_roll(round_)
    rows = [
        {
            "round_id": round_.id,
            "pseudonym": name,
            "site_id": row.site_id,
            "establishment_id": row.establishment_id,
            "source": SOURCE,
        }
        for name, row in sorted(zip(roll.pseudonyms, roll.reading.good, strict=True), key=lambda pair: pair[0])
        if name not in present
    ]
    insert_voters(round_, rows)
    return len(rows)


def insert_voters(round_: Round, rows: list[dict[str, object]]) -> None:
    """Insert voters, given as rows of their table, each with their pseudonym as their key."""
    for start in range(0, len(rows), _CHUNK):
        db.session.execute(sa.insert(Voter), rows[start : start + _CHUNK])
    keyed = sa.select(VoterKey.voter_id).where(VoterKey.voter_id == Voter.id).exists()
    new = sa.select(Voter.round_id, Voter.pseudonym, Voter.id).where(Voter.round_id == round_.id, ~keyed)
    db.session.execute(sa.insert(VoterKey).from_select(["round_id", "pseudonym", "voter_id"], new))
