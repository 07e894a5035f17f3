"""Proposing that two projects become one, answering, and making them one when everybody has agreed."""

from datetime import datetime

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.following.actions import carry_over as carry_followers
from participatory.identity.models import Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.mergers import policy
from participatory.mergers.joining import one_line
from participatory.mergers.models import Merger, MergerConsent, MergerPart
from participatory.mergers.queries import open_merger_of, open_split_of, unfinished_split_of
from participatory.mergers.rules import Answer, Outcome
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.proposals.actions import locked, move
from participatory.proposals.models import CoAuthor, Proposal
from participatory.proposals.rules import State
from participatory.rolls.standing import standing_of
from participatory.supports.actions import carry_over as carry_supports


def propose(kept: Proposal, other: Proposal, person: Person, message: str, now: datetime) -> Merger:
    """Ask everybody who writes one of two projects whether they become the first; whoever asks has agreed.

    The caller holds both. Raises Refusal. `told` of the result is left to `tell_asked`, which needs an address.
    """
    refuse_if(policy.can_unite(kept, other, person, now))
    if open_merger_of(kept) is not None or open_merger_of(other) is not None:
        raise Refusal(N_("L’un de ces projets attend déjà des réponses à une autre proposition de réunion."))
    if any(open_split_of(each) or unfinished_split_of(each) for each in (kept, other)):
        raise Refusal(N_("L’un de ces projets est en train d’être partagé : finissez ce partage d’abord."))
    merger = Merger(
        round_id=kept.round_id, kept_id=kept.id, proposed_by_id=person.id, message=message, proposed_at=now,
        outcome_code=Outcome.OPEN.value,
    )  # fmt: skip
    merger.parts = [MergerPart(proposal_id=each.id, version=each.version) for each in (kept, other)]
    people = {each.id: each for each in (*kept.people, *other.people)}
    merger.consents = [_consent(each, each.id == person.id, now) for each in people.values()]
    db.session.add(merger)
    db.session.flush()
    db.session.refresh(merger)
    others = [other.public_id]
    record(
        Verb.MERGER_PROPOSED, person.public_id, now,
        round=kept.round.public_id, proposal=kept.public_id, others=others,
    )  # fmt: skip
    return merger


def _consent(person: Person, agreed: bool, now: datetime) -> MergerConsent:
    said = Answer.YES if agreed else Answer.NONE
    return MergerConsent(person_id=person.id, answer=said.value, answered_at=now if agreed else None)


def tell_people(merger: Merger, template: str, link: str, now: datetime, *, but: Person | None = None) -> None:
    """Write to everybody who is asked about a merger, whoever has just acted apart; before the journal."""
    titles = {"kept": one_line(merger.kept.title), "other": one_line(", ".join(each.title for each in merger.others))}
    name = merger.proposed_by.display_name if merger.proposed_by else ""
    for each in merger.consents:
        if but is None or each.person_id != but.id:
            tell(each.person, Topic.OWN_PROJECT, template, now, link=link, name=name, message=merger.message, **titles)


def hold(merger: Merger) -> None:
    """Hold the projects of a merger until the transaction ends, always in the same order."""
    for public_id in sorted(each.proposal.public_id for each in merger.parts):
        locked(public_id)


def answer(merger: Merger, person: Person, pepper: bytes, link: str, now: datetime, *, yes: bool) -> Outcome:
    """Say whether one agrees; the last who does makes the projects one, and a single no ends it.

    The caller holds the merger, then its projects. Raises Refusal. `pepper` is the round's secret.
    """
    refuse_if(policy.can_answer(merger, person, now))
    own = next(each for each in merger.consents if each.person_id == person.id)
    own.answer, own.answered_at = (Answer.YES if yes else Answer.NO).value, now
    if not yes:
        return _end(merger, person, Outcome.REFUSED, link, now)
    db.session.flush()
    return unite_if_agreed(merger, person, pepper, link, now)


def withdraw(merger: Merger, person: Person, link: str, now: datetime) -> Outcome:
    """Take a proposal back; raises Refusal for anybody but whoever made it."""
    refuse_if(policy.can_read(merger, person))
    if merger.outcome is not Outcome.OPEN:
        raise Refusal(N_("Cette proposition de réunion est terminée."))
    if merger.proposed_by_id != person.id:
        raise Refusal(N_("Seule la personne qui l’a proposée peut l’abandonner."), Kind.FORBIDDEN)
    return _end(merger, person, Outcome.WITHDRAWN, link, now)


def _end(merger: Merger, person: Person, outcome: Outcome, link: str, now: datetime) -> Outcome:
    merger.outcome_code, merger.ended_at = outcome.value, now
    tell_people(merger, "merger_ended", link, now, but=person)
    record(
        Verb.MERGER_ENDED, person.public_id, now,
        round=merger.round.public_id, proposal=merger.kept.public_id, outcome=outcome.value,
    )  # fmt: skip
    return outcome


def unite_if_agreed(merger: Merger, person: Person, pepper: bytes, link: str, now: datetime) -> Outcome:
    """Make the projects one when everybody who writes them today has agreed, whoever joined since included."""
    agreed = {each.person_id for each in merger.consents if each.said is Answer.YES}
    needed = {each.id for part in merger.parts for each in part.proposal.people}
    _ask_newcomers(merger, needed)
    if not needed <= agreed:
        return Outcome.OPEN
    kept, others = merger.kept, merger.others
    for other in others:
        refuse_if(policy.fault_of(kept, other, now))
        _unite(kept, other, person, pepper, now)
    merger.outcome_code, merger.ended_at = Outcome.DONE.value, now
    tell_people(merger, "merger_done", link, now)
    record(
        Verb.PROPOSALS_MERGED, person.public_id, now,
        round=merger.round.public_id, proposal=kept.public_id, others=[each.public_id for each in others],
    )  # fmt: skip
    return Outcome.DONE


def _ask_newcomers(merger: Merger, needed: set[int]) -> None:
    asked = {each.person_id for each in merger.consents}
    for number in sorted(needed - asked):
        merger.consents.append(MergerConsent(person_id=number, answer=Answer.NONE.value))
    db.session.flush()


def _unite(kept: Proposal, other: Proposal, person: Person, pepper: bytes, now: datetime) -> None:
    """One project: its authors, those who support it, those who follow it, each once."""
    move(other, State.MERGED, person.public_id, now)
    known = {each.id for each in kept.people}
    for each in other.people:
        if each.id not in known:
            kept.co_authors.append(CoAuthor(person=each, joined_at=now))
            known.add(each.id)
    db.session.flush()
    standings = [standing_of(kept.round, each, pepper, now) for each in kept.people]
    carry_followers(other, kept, now)
    carry_supports(other, kept, [each.voter.id for each in standings if each.voter is not None])
