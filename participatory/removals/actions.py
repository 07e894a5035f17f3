"""Taking a project out of an open vote, a deed of two; then telling those who had voted, once each."""

from collections.abc import Callable
from datetime import datetime

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.core.secrets import SecretStore
from participatory.deeds.rules import LONGEST_REASON
from participatory.identity.models import Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.proposals.actions import move
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.removals.models import Removal
from participatory.removals.policy import can_remove
from participatory.removals.queries import held_proposal, held_removal, next_voters

SHORTEST_REASON = 20

# What fills the letter of one person about a removal, in their language: `link` among the rest.
Words = Callable[[Removal, Person], dict[str, str]]


def worded_reason(reason: str) -> str:
    """The reason as it will be published; raises Refusal (INVALID) for one that says nothing."""
    written = " ".join(reason.replace("\0", "").split())[:LONGEST_REASON]
    if len(written) < SHORTEST_REASON:
        message = N_("Dites pourquoi ce projet ne peut plus être réalisé, en une phrase : elle sera publiée.")
        raise Refusal(message, Kind.INVALID, "reason")
    return written


def remove(public_id: str, reason: str, by: Person, now: datetime, *, link: str) -> Removal:
    """Take a project out of its vote and tell its authors; raises Refusal. Ballots in the urn stay as they are.

    `by` confirms what somebody else proposed; `link` is the address of the project.
    """
    proposal = held_proposal(public_id)
    refuse_if(can_remove(by, proposal, now))
    removal = Removal(proposal_id=proposal.id, round_id=proposal.round_id, reason=worded_reason(reason), removed_at=now)
    db.session.add(removal)
    for author in proposal.people:
        tell(
            author,
            Topic.OWN_PROJECT,
            "project_removed",
            now,
            link=link,
            title=_line(proposal),
            round=proposal.round.title,
            reason=removal.reason,
        )
    move(proposal, State.UNFEASIBLE, by.public_id, now)
    db.session.flush()
    record(
        Verb.PROJECT_REMOVED,
        by.public_id,
        now,
        round=proposal.round.public_id,
        proposal=proposal.public_id,
        reason=removal.reason,
    )
    return removal


def tell_some(removal_id: int, store: SecretStore, words: Words, now: datetime, *, size: int) -> int | None:
    """Write to the next accounts that had voted; how many, None when nobody is left.

    The place that was reached moves in the same transaction: killed halfway, nobody is written to twice.
    """
    removal = held_removal(removal_id)
    if removal.told_at is not None:
        return None
    pepper = store.get("pepper", removal.proposal.round.public_id)
    batch = None if removal.proposal.round.control_at <= now else next_voters(removal, pepper, size)
    if batch is None:
        removal.told_at = now
        return None
    for person in batch.people:
        tell(person, Topic.OWN_VOTE, "vote_project_removed", now, **words(removal, person))
    removal.told_after = batch.last
    return len(batch.people)


def _line(proposal: Proposal) -> str:
    """A title is one line: a letter's first line is its subject."""
    return " ".join(proposal.title.split())
