"""Proposing that a project become two, answering, and making the second part when everybody has agreed.

What becomes of supports: they stay with the source and are never copied. Somebody supported a whole, and nobody but
they can say whether each half interests them; copied without asking, one support would count in two thresholds. When
the second part is public, those who support or follow the source are told, and support it too if they wish, by the same
button as everybody: once for one project, by the rule that holds for all.
"""

from collections.abc import Sequence
from datetime import datetime

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.mergers import policy
from participatory.mergers.joining import one_line
from participatory.mergers.models import Split, SplitConsent
from participatory.mergers.queries import done_splits, open_merger_of, open_split_of, unfinished_split_of
from participatory.mergers.rules import Answer, SplitOutcome
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.proposals.actions import copied
from participatory.proposals.context import Leave
from participatory.proposals.documents import copy_documents
from participatory.proposals.models import Proposal
from participatory.proposals.queries import count_of
from participatory.proposals.rules import COUNTED, State

# While the source is in one of these, its authors may take out of it what goes with the part.
_WRITTEN_AGAIN = frozenset({State.SUBMITTED, State.CHANGES_REQUESTED, State.ADMITTED})

_SOURCE_FIRST = N_(
    "Ôtez d’abord cette partie du projet « %(title)s », dont elle vient, et déposez-en la nouvelle version : "
    "sinon la même chose serait demandée deux fois."
)


def propose(
    source: Proposal, person: Person, carrier: Person | None, now: datetime, *, title: str, message: str
) -> Split:
    """Ask everybody who writes a project whether it becomes two; an author who asks has agreed.

    `carrier` would carry the part named `title`. The caller holds the source. Raises Refusal.
    """
    own = policy.can_begin_split(source, person, now)
    if own is not None and policy.can_suggest_split(source, person, now) is not None:
        raise own
    refuse_if(_busy(source) or _cannot_carry(source, carrier))
    split = Split(
        round_id=source.round_id, source_id=source.id, carrier_id=carrier.id if carrier else None,
        proposed_by_id=person.id, title=title, message=message, version=source.version, proposed_at=now,
        outcome_code=SplitOutcome.OPEN.value, told_after=0,
    )  # fmt: skip
    split.consents = [_consent(each, each.id == person.id, now) for each in source.people]
    db.session.add(split)
    db.session.flush()
    db.session.refresh(split)
    record(Verb.SPLIT_PROPOSED, person.public_id, now, **_named(split))
    return split


def _busy(source: Proposal) -> Refusal | None:
    if open_split_of(source) is not None or open_merger_of(source) is not None:
        return Refusal(N_("Ce projet attend déjà des réponses à une proposition de réunion ou de partage."))
    if unfinished_split_of(source) is not None:
        message = N_("Une partie de ce projet attend encore d’être déposée : finissez ce partage d’abord.")
        return Refusal(message)
    return None


def _cannot_carry(source: Proposal, carrier: Person | None) -> Refusal | None:
    carried = count_of(source.round, carrier, COUNTED) if carrier is not None else 0
    return policy.can_carry(source, carrier, carried)


def _consent(person: Person, agreed: bool, now: datetime) -> SplitConsent:
    said = Answer.YES if agreed else Answer.NONE
    return SplitConsent(person_id=person.id, answer=said.value, answered_at=now if agreed else None)


def _named(split: Split) -> dict[str, str]:
    return {"round": split.round.public_id, "proposal": split.source.public_id}


def tell_people(split: Split, template: str, link: str, now: datetime, *, but: Person | None = None) -> None:
    """Write to everybody who is asked about a split, and whoever suggested it; before the journal."""
    told = {each.person_id: each.person for each in split.consents}
    if split.proposed_by is not None:
        told[split.proposed_by.id] = split.proposed_by
    name = split.proposed_by.display_name if split.proposed_by else ""
    titles = {"source": one_line(split.source.title), "part": one_line(split.title)}
    for number, person in told.items():
        if but is None or number != but.id:
            tell(person, Topic.OWN_PROJECT, template, now, link=link, name=name, message=split.message, **titles)


def answer(split: Split, person: Person, link: str, now: datetime, *, yes: bool) -> SplitOutcome:
    """Say whether one agrees; the last who does makes the second part, and a single no ends it.

    The caller holds the split, then its source. Raises Refusal.
    """
    refuse_if(policy.can_answer_split(split, person, now))
    own = next(each for each in split.consents if each.person_id == person.id)
    own.answer, own.answered_at = (Answer.YES if yes else Answer.NO).value, now
    if not yes:
        return _end(split, person, SplitOutcome.REFUSED, link, now)
    db.session.flush()
    return part_if_agreed(split, person, link, now)


def withdraw(split: Split, person: Person, link: str, now: datetime) -> SplitOutcome:
    """Take a proposal back; raises Refusal for anybody but whoever made it."""
    refuse_if(policy.can_read_split(split, person))
    if split.outcome is not SplitOutcome.OPEN:
        raise Refusal(N_("Cette proposition de partage est terminée."))
    if split.proposed_by_id != person.id:
        raise Refusal(N_("Seule la personne qui l’a proposé peut l’abandonner."), Kind.FORBIDDEN)
    return _end(split, person, SplitOutcome.WITHDRAWN, link, now)


def _end(split: Split, person: Person, outcome: SplitOutcome, link: str, now: datetime) -> SplitOutcome:
    split.outcome_code, split.ended_at = outcome.value, now
    tell_people(split, "split_ended", link, now, but=person)
    record(Verb.SPLIT_ENDED, person.public_id, now, **_named(split), outcome=outcome.value)
    return outcome


def part_if_agreed(split: Split, person: Person, link: str, now: datetime) -> SplitOutcome:
    """Make the second part when everybody who writes the project today has agreed, whoever joined since included."""
    source = split.source
    agreed = {each.person_id for each in split.consents if each.said is Answer.YES}
    asked = {each.person_id for each in split.consents}
    for each in source.people:
        if each.id not in asked:
            split.consents.append(_consent(each, False, now))
    db.session.flush()
    if not source.people or not {each.id for each in source.people} <= agreed:
        return SplitOutcome.OPEN
    refuse_if(_cannot_carry(source, split.carrier))
    assert split.carrier is not None
    part = copied(source, split.carrier, split.title, now)
    copy_documents(source, part, now)
    split.part_id, split.outcome_code, split.ended_at = part.id, SplitOutcome.DONE.value, now
    db.session.flush()
    db.session.refresh(split)
    tell_people(split, "split_done", link, now)
    record(Verb.PROPOSAL_SPLIT, person.public_id, now, **_named(split), others=[part.public_id])
    return SplitOutcome.DONE


def leaves_of(proposals: Sequence[Proposal]) -> dict[int, Leave]:
    """What splits allow: each part is written again until the vote, the source before the part is submitted.

    Without that order, a round could have on its ballot a whole project and one of its halves.
    """
    found: dict[int, Leave] = {}
    for split in done_splits([each.id for each in proposals]):
        part, narrowed = split.part, split.narrowed
        if part is None or part.state is not State.DRAFT:
            continue
        found[part.id] = Leave(None if narrowed else Refusal(_SOURCE_FIRST, title=split.source.title))
        if not narrowed and split.source.state in _WRITTEN_AGAIN:
            found[split.source.id] = Leave()
    return found
