"""Opening the vote: rulebook, projects, key and size of a ballot are frozen together, once."""

from datetime import datetime

import sqlalchemy as sa

from participatory.ballots.models import VoteOpening
from participatory.ceremony.models import ElectionKey
from participatory.core.database import db
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.proposals.linked import rows_to_freeze
from participatory.proposals.queries import on_ballot
from participatory.rounds.models import Round
from participatory.rounds.policy import must_be_in
from participatory.rounds.queries import locked_round
from participatory.rounds.rules import Phase
from participatory.tally.linking import links_digest
from participatory.urn.document import padded_size
from participatory.urn.election import projects_digest

NO_KEY = Refusal(N_("Le vote attend sa clé, que ses gardiens n’ont pas encore créée. Revenez dans quelques heures."))


def opening_of(round_: Round) -> VoteOpening | None:
    """What was frozen when the vote of this round opened, None while it has not."""
    return db.session.get(VoteOpening, round_.id)


def must_have_opened(round_: Round) -> Refusal | None:
    """Nothing enters an urn before the key, the rulebook and the projects are frozen."""
    return NO_KEY if opening_of(round_) is None else None


def can_open(round_: Round, key: ElectionKey | None, now: datetime) -> Refusal | None:
    """The calendar opens the vote, and the key of its trustees must be there."""
    early = must_be_in(round_, (Phase.VOTING,), now)
    if early is not None:
        return early
    return NO_KEY if key is None else None


def open_vote(round_: Round, now: datetime) -> VoteOpening:
    """Freeze what the vote runs on, if it is not done yet; gives what was frozen.

    Raises Refusal outside the voting phase and as long as the key has not been created.
    """
    held = locked_round(round_.id)
    opening = opening_of(held)
    if opening is not None:
        return opening
    key = db.session.get(ElectionKey, held.id)
    refuse_if(can_open(held, key, now))
    assert key is not None
    opening = _frozen(held, key, now)
    db.session.add(opening)
    db.session.flush()
    if opening.links:
        record(Verb.LINKS_FROZEN, SYSTEM, now, round=held.public_id, links=links_digest(opening.links))
    record(
        Verb.VOTE_OPENED,
        SYSTEM,
        now,
        round=held.public_id,
        rulebook=opening.rulebook_digest,
        projects=opening.projects_digest,
        public_key=opening.public_key,
        padded_size=opening.padded_size,
    )
    return opening


def due_to_open(now: datetime) -> list[Round]:
    """The rounds whose calendar has opened the vote, whose key is there, and that are not open yet."""
    wanted = (
        sa.select(Round)
        .join(ElectionKey, ElectionKey.round_id == Round.id)
        .outerjoin(VoteOpening, VoteOpening.round_id == Round.id)
        .where(VoteOpening.round_id.is_(None), Round.voting_at <= now, now < Round.control_at)
    )
    return list(db.session.scalars(wanted))


def prices_of(opening: VoteOpening, contest: str) -> dict[str, int]:
    """What each project of a contest cost when the vote opened, in cents."""
    return {project: cost for project, where, cost, _title in opening.projects if where == contest}


def _frozen(round_: Round, key: ElectionKey, now: datetime) -> VoteOpening:
    book, version = round_.rulebook, round_.current_version
    rows = [
        (each.public_id, book.contest_of(each.site.slug if each.site else None), each.cost_cents, each.title)
        for each in on_ballot(round_)
    ]
    return VoteOpening(
        round_id=round_.id,
        opened_at=now,
        rulebook_digest=version.digest,
        projects=[list(row) for row in rows],
        projects_digest=projects_digest(rows),
        links=[list(row) for row in rows_to_freeze(round_, {row[0] for row in rows})],
        public_key=key.public_key,
        padded_size=padded_size(min(book.ballot_max, len(rows)), min(2, len(book.contest_keys))),
    )
