"""A batch of paper ballots: planned, then printed once; each ballot has a number that leads to nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participatory.ballots.models import VoteOpening
from participatory.ballots.rules import drawn
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.rounds.models import Round
from participatory.stands import policy, queries
from participatory.stands.models import PaperBallot, PaperBatch
from participatory.stands.rules import LARGEST_BATCH, LONGEST_LABEL, new_label, number_mac
from participatory.territories.models import Establishment, Site


@dataclass(frozen=True)
class Printed:
    """A project as it is printed and entered: `place` is its number on the paper, `cost_cents` its price."""

    place: int
    public_id: str
    title: str
    cost_cents: int


@dataclass(frozen=True)
class Ballot:
    """The projects of one contest on the ballots of a batch, in the one order drawn for it."""

    contest: str
    name: str
    amount_cents: int
    projects: Sequence[Printed]


def plan_batch(
    round_: Round,
    site: Site,
    establishment: Establishment | None,
    by: Person,
    now: datetime,
    *,
    stand: str,
    issued: int,
) -> PaperBatch:
    """Prepare `issued` ballots; raises Refusal out of time, without a place, and for another number."""
    refuse_if(policy.can_plan(by, round_, now))
    words = " ".join(stand.replace("\0", "").split())[:LONGEST_LABEL]
    if not words:
        raise Refusal(N_("Dites où ces bulletins seront remis."), Kind.INVALID, "stand")
    if not 1 <= issued <= LARGEST_BATCH:
        raise Refusal(N_("Un lot compte de 1 à %(most)s bulletins."), Kind.INVALID, "issued", most=LARGEST_BATCH)
    batch = PaperBatch(
        label=new_label(),
        round=round_,
        site=site,
        establishment=establishment,
        stand=words,
        issued=issued,
        made_by=by.public_id,
        made_at=now,
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def keep_numbers(batch: PaperBatch, numbers: Sequence[str], key: bytes, by: Person, now: datetime) -> None:
    """Keep the MACs of the numbers that were printed, once for a batch; `key` is the secret « paper » of the round."""
    held = queries.locked_batch(batch.id)
    refuse_if(policy.can_print(by, held, now))
    empty = {
        "batch_id": held.id,
        "entered_by": "",
        "choices_mac": "",
        "agreed": False,
        "disputed": "",
        "handed_back": False,
    }
    rows = [{"number_mac": number_mac(key, number), **empty} for number in numbers]
    db.session.execute(sa.insert(PaperBallot), rows)
    held.printed_by, held.printed_at = by.public_id, now
    db.session.flush()
    record(
        Verb.PAPER_PRINTED,
        by.public_id,
        now,
        round=held.round.public_id,
        batch=held.label,
        stand=held.stand,
        issued=held.issued,
    )


def ballots_of(batch: PaperBatch, opening: VoteOpening, order: bytes) -> list[Ballot]:
    """What the ballots of a batch hold: the projects that the opening froze; `order` is the round's secret of order."""
    book, drawer = batch.round.rulebook, batch.public_id
    return [
        Ballot(contest, book.name_of(contest), book.amount_of(contest), _projects(opening, contest, order, drawer))
        for contest in book.contests_of(batch.site.slug)
    ]


def _projects(opening: VoteOpening, contest: str, order: bytes, drawer: str) -> tuple[Printed, ...]:
    frozen = {project: (title, cost) for project, where, cost, title in opening.projects if where == contest}
    rows = enumerate(drawn(frozen, order, drawer), start=1)
    return tuple(Printed(place, project, *frozen[project]) for place, project in rows)
