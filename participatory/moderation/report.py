"""The public report of moderation in a round, from its decisions and held against the journal.

A count that could tell what is not public of a few people (requests for changes, recusals) is left out below five.
Refusals, their reasons and their appeals are public one by one: nothing is left out of them.
"""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from statistics import median

import sqlalchemy as sa

from participatory.core.database import db
from participatory.identity.models import Association
from participatory.journal.models import JournalEntry
from participatory.journal.rules import Verb
from participatory.moderation.load import decision_days
from participatory.moderation.models import Appeal, Decision, Recusal
from participatory.moderation.readings import Agreement, agreement
from participatory.moderation.rules import Outcome, Reason
from participatory.proposals.models import Proposal
from participatory.rounds.models import Round

LEAST = 5


@dataclass(frozen=True)
class Row:
    """One association: its decisions, refusals, those that an appeal overturned, its median delay in days."""

    name: str
    decisions: int
    refused: int
    overturned: int
    median_days: float | None


@dataclass(frozen=True)
class Report:
    """What is public of moderation; None stands for a count below five that is left out."""

    received: int
    admitted: int
    refused: int
    changes: int | None
    recused: int | None
    reasons: dict[Reason, int]
    appealed: int
    overturned: int
    upheld: int
    escalated: int
    waiting_appeals: int
    median_days: float | None
    late: int
    rows: list[Row]
    agreement: Agreement
    journal_agrees: bool


def report_of(round_: Round) -> Report:
    """Everything of a round, in a fixed number of queries."""
    own = sa.select(Proposal.id).where(Proposal.round_id == round_.id)
    decisions = db.session.scalars(sa.select(Decision).where(Decision.proposal_id.in_(own))).unique().all()
    appeals = [each.appeal for each in decisions if each.appeal is not None]
    by_outcome = Counter(each.outcome for each in decisions)
    days = decision_days(round_)
    recused = db.session.scalar(sa.select(sa.func.count(Recusal.id)).where(Recusal.proposal_id.in_(own))) or 0
    promised = round_.rulebook.moderation_days
    received = db.session.scalar(
        sa.select(sa.func.count(Proposal.id)).where(Proposal.round_id == round_.id, Proposal.version > 0)
    )
    overturned = sum(each.outcome is Outcome.ADMIT for each in appeals)
    return Report(
        received=received or 0,
        admitted=by_outcome[Outcome.ADMIT],
        refused=by_outcome[Outcome.REFUSE],
        changes=_hidden(by_outcome[Outcome.ASK_CHANGES]),
        recused=_hidden(recused),
        reasons=dict(Counter(each.reason for each in decisions if each.outcome is Outcome.REFUSE and each.reason)),
        appealed=len(appeals),
        overturned=overturned,
        upheld=sum(each.outcome is Outcome.REFUSE for each in appeals),
        escalated=sum(each.escalated_at is not None for each in appeals),
        waiting_appeals=sum(each.outcome is None for each in appeals),
        median_days=median([each for _row, each in days]) if days else None,
        late=sum(each > promised for _row, each in days),
        rows=_rows(list(decisions), days),
        agreement=agreement(round_),
        journal_agrees=_journal(round_) == (by_outcome[Outcome.ADMIT], by_outcome[Outcome.REFUSE], len(appeals)),
    )


def _hidden(count: int) -> int | None:
    return count if count >= LEAST or count == 0 else None


def _rows(decisions: list[Decision], days: list[tuple[int | None, float]]) -> list[Row]:
    names = {each.id: each.name for each in db.session.scalars(sa.select(Association))}
    delays: dict[int | None, list[float]] = defaultdict(list)
    for row, each in days:
        delays[row].append(each)
    taken: dict[int | None, list[Decision]] = defaultdict(list)
    for decision in decisions:
        taken[decision.association_id].append(decision)
    rows = [
        Row(
            names[row] if row is not None else "",
            len(own),
            sum(each.outcome is Outcome.REFUSE for each in own),
            sum(each.appeal is not None and each.appeal.outcome is Outcome.ADMIT for each in own),
            median(delays[row]) if len(delays[row]) >= LEAST else None,
        )
        for row, own in taken.items()
    ]
    return sorted(rows, key=lambda each: (not each.name, each.name))


def _journal(round_: Round) -> tuple[int, int, int]:
    """How many admissions, refusals and appeals the journal holds for a round."""
    verbs = (Verb.PROPOSAL_ADMITTED, Verb.PROPOSAL_REFUSED, Verb.REFUSAL_APPEALED)
    rows = sa.select(JournalEntry.verb, JournalEntry.payload).where(
        JournalEntry.verb.in_([each.code for each in verbs])
    )
    counted = Counter(
        verb for verb, payload in db.session.execute(rows) if json.loads(payload).get("round") == round_.public_id
    )
    admitted, refused, appealed = (counted[each.code] for each in verbs)
    return admitted, refused, appealed


def appeals_in(round_: Round) -> list[Appeal]:
    """The appeals of a round, the oldest first: each draw can be done again from what is published."""
    rows = (
        sa.select(Appeal)
        .join(Appeal.decision)
        .join(Decision.proposal)
        .where(Proposal.round_id == round_.id)
        .options(sa.orm.joinedload(Appeal.decision).joinedload(Decision.proposal))
        .order_by(Appeal.asked_at)
    )
    return list(db.session.scalars(rows).unique())


def days_of(appeal: Appeal) -> int | None:
    """How long an appeal took, in whole days; None while it waits."""
    return (appeal.decided_at - appeal.asked_at).days if appeal.decided_at else None


def as_rows(report: Report) -> list[tuple[str, object]]:
    """The figures of a report under stable names, for files; an empty cell for what is left out."""
    figures: list[tuple[str, object]] = [
        (name, getattr(report, name))
        for name in (
            "received", "admitted", "refused", "changes", "recused", "appealed", "overturned", "upheld", "escalated",
            "waiting_appeals", "median_days", "late",
        )
    ]  # fmt: skip
    figures += [(f"refused.{each.value}", report.reasons.get(each, 0)) for each in Reason]
    told = report.agreement
    figures += [("readings.drawn", told.drawn), ("readings.read", told.read)]
    figures += [("readings.agreed", told.agreed if told.read >= LEAST else None)]
    figures += [("readings.kappa", round(told.kappa, 3) if told.kappa is not None and told.read >= LEAST else None)]
    return [(name, round(value, 2) if isinstance(value, float) else value) for name, value in figures]


def instant(moment: datetime | None) -> str | None:
    """An instant as files carry it: ISO 8601, in UTC."""
    return moment.isoformat(timespec="seconds") if moment else None
