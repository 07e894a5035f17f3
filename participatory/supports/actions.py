"""Supporting a project, taking that back; leaving supports out of the count and putting them back."""

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participatory.core.clock import paris
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.integrity.actions import forget, note
from participatory.integrity.observations import Observation
from participatory.integrity.rules import Act
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.proposals.actions import locked
from participatory.proposals.models import Proposal
from participatory.rolls.models import Voter
from participatory.rolls.standing import standing_of
from participatory.supports import policy
from participatory.supports.models import Support, SupportDeed, SupportLeftOut, SupportReading
from participatory.supports.queries import live_counts, reading_of, support_by, to_leave_out
from participatory.supports.rules import REASON_LEAST, Count


@dataclass(frozen=True)
class Manner:
    """How a support is given: what its request tells, and how a voter's pseudonym is coded among the signals."""

    observation: Observation
    code: Callable[[str], str]


@dataclass(frozen=True)
class Ruling:
    """What an officer asks for: leave out or put back, how many supports the page showed, and why (published)."""

    left_out: bool
    seen: int
    reason: str


@dataclass(frozen=True)
class LetterFacts:
    """What the letter to the author says beside the reason: the project's page, and whom to write to."""

    link: str
    contact: str


def support(proposal: Proposal, person: Person, pepper: bytes, now: datetime, manner: Manner) -> Support | None:
    """Have a person support a project in the name of their line on the roll; None when they already do.

    The journal says that a support was given, and names nobody. Raises Refusal. `pepper` is the round's secret.
    """
    voter = standing_of(proposal.round, person, pepper, now).voter
    refuse_if(policy.can_support(proposal, person, voter is not None, now))
    assert voter is not None
    if support_by(proposal, voter) is not None:
        return None
    given = Support(proposal_id=proposal.id, voter_id=voter.id, key=secrets.token_hex(16), day=paris(now).date())
    try:
        with db.session.begin_nested():
            db.session.add(given)
            db.session.flush()
    except sa.exc.IntegrityError as error:
        if support_by(proposal, voter) is not None:
            return None
        # The line of the roll has gone meanwhile, joined to another of the same person.
        raise Refusal(N_("Votre place sur la liste vient de changer : recommencez.")) from error
    code = manner.code(voter.pseudonym)
    site, target = voter.site.slug, proposal.public_id
    note(proposal.round, Act.SUPPORT, given.key, manner.observation, site=site, person=code, target=target)
    record(Verb.SUPPORT_GIVEN, SYSTEM, now, round=proposal.round.public_id, proposal=proposal.public_id)
    return given


def take_back(proposal: Proposal, person: Person, pepper: bytes, now: datetime) -> bool:
    """Take a support back; False when there is none. Raises Refusal once the vote has opened."""
    refuse_if(policy.can_take_back(proposal, person, now))
    voter = standing_of(proposal.round, person, pepper, now).voter
    if voter is None or not _remove(proposal, voter):
        return False
    record(Verb.SUPPORT_TAKEN_BACK, SYSTEM, now, round=proposal.round.public_id, proposal=proposal.public_id)
    return True


def _remove(proposal: Proposal, voter: Voter) -> bool:
    gone = sa.delete(Support).where(Support.proposal_id == proposal.id, Support.voter_id == voter.id)
    keys = list(db.session.scalars(gone.returning(Support.key)))
    for key in keys:
        forget(proposal.round, Act.SUPPORT, key)
    return bool(keys)


def carry_over(source: Proposal, target: Proposal, own: Collection[int]) -> None:
    """Have those who support a project support the one that it became, each once; those left out stay left out.

    `own` are the voters (by row) who write the target: nobody supports their own project.
    """
    for table in (Support, SupportLeftOut):
        there = sa.select(table.voter_id).where(table.proposal_id == target.id)
        known = set(db.session.scalars(there)) | (set(own) if table is Support else set())
        theirs = list(db.session.scalars(sa.select(table.voter_id).where(table.proposal_id == source.id)))
        going = [voter for voter in theirs if voter not in known]
        moved = sa.update(table).where(table.proposal_id == source.id, table.voter_id.in_(going))
        db.session.execute(moved.values(proposal_id=target.id))
    for proposal, voters in ((source, None), (target, own)):
        gone = sa.delete(Support).where(Support.proposal_id == proposal.id)
        if voters is not None:
            gone = gone.where(Support.voter_id.in_(voters))
        for key in list(db.session.scalars(gone.returning(Support.key))):
            forget(proposal.round, Act.SUPPORT, key)
    db.session.execute(sa.delete(SupportLeftOut).where(SupportLeftOut.proposal_id == source.id))
    db.session.execute(sa.delete(SupportReading).where(SupportReading.proposal_id == source.id))
    db.session.expire_all()


def rule(public_id: str, ruling: Ruling, officer: Person, facts: LetterFacts, now: datetime) -> int:
    """Leave the supports that look alike out of the count of a project, or put back those left out; how many.

    Nothing is removed: one officer may, since one officer may undo it; the author is told, with the reason, which
    the page of the project shows. Raises Refusal.
    """
    proposal = locked(public_id)
    refuse_if(policy.can_rule(officer, proposal, now, left_out=ruling.left_out))
    if len(ruling.reason) < REASON_LEAST:
        message = N_("Dites pourquoi en une phrase au moins : elle est publiée et envoyée au porteur.")
        raise Refusal(message, Kind.INVALID, "reason")
    number = (_leave_out if ruling.left_out else _put_back)(proposal, ruling.seen)
    deed = SupportDeed(
        proposal_id=proposal.id,
        left_out=ruling.left_out,
        number=number,
        reason=ruling.reason,
        by=officer.public_id,
        at=now,
    )
    db.session.add(deed)
    _tell_author(proposal, deed, facts, now)
    verb = Verb.SUPPORTS_LEFT_OUT if ruling.left_out else Verb.SUPPORTS_PUT_BACK
    named = {"round": proposal.round.public_id, "proposal": proposal.public_id}
    record(verb, officer.public_id, now, **named, supports=number, reason=ruling.reason)
    return number


def _leave_out(proposal: Proposal, seen: int) -> int:
    supports = to_leave_out(proposal)
    _as_seen(len(supports), seen)
    for each in supports:
        db.session.add(SupportLeftOut(proposal_id=proposal.id, voter_id=each.voter_id))
    return len(supports)


def _put_back(proposal: Proposal, seen: int) -> int:
    counted = live_counts([proposal.id]).get(proposal.id, Count()).left_out
    _as_seen(counted, seen)
    db.session.execute(sa.delete(SupportLeftOut).where(SupportLeftOut.proposal_id == proposal.id))
    reading = reading_of(proposal)
    if reading is not None and reading.settled:
        # After the opening nobody counts again: the number that stays is this one.
        reading.left_out = 0
    return counted


def _as_seen(number: int, seen: int) -> None:
    """What is decided is decided about the supports that the page showed."""
    if number != seen or not number:
        raise Refusal(N_("Ces soutiens ont changé entre-temps : relisez la page, puis décidez."))


def _tell_author(proposal: Proposal, deed: SupportDeed, facts: LetterFacts, now: datetime) -> None:
    for author in proposal.people:
        tell(
            author,
            Topic.OWN_PROJECT,
            "supports_left_out" if deed.left_out else "supports_put_back",
            now,
            # A title is one line: a letter's first line is its subject.
            title=" ".join(proposal.title.split()),
            number=str(deed.number),
            reason=deed.reason,
            link=facts.link,
            contact=facts.contact,
        )
