"""Closing, control, sealing, archives, annulment: each by two people, in the transaction of the caller."""

from datetime import datetime

from participatory.ballots.models import UrnState
from participatory.ballots.queries import count_envelopes, count_signatures
from participatory.ballots.steps import Officers, take_step
from participatory.control import policy
from participatory.control.casework import answer_case, decide_case, open_case
from participatory.control.people import people_who_signed
from participatory.control.reconciling import reconcile, reconciliation_fault
from participatory.control.sealing import (
    copy_ballots,
    destroy_links,
    forget_envelopes,
    forget_letters,
    forget_order,
    motives_of,
)
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.core.secrets import SecretStore
from participatory.integrity.actions import unlink
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.outbox.actions import enqueue
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round
from participatory.urn.tree import root

__all__ = [
    "annul_vote",
    "answer_case",
    "archive_vote",
    "close_vote",
    "decide_case",
    "open_case",
    "seal_urn",
    "take_control",
]


def close_vote(round_: Round, officers: Officers, now: datetime) -> None:
    """End the vote once its time is over; raises Refusal before it, the second time, and to one person alone."""
    held = locked_round(round_.id)
    refuse_if(policy.can_close(held, now))
    figures = {"signatures": count_signatures(held), "ballots": count_envelopes(held)}
    take_step(held, UrnState.CLOSED, officers, now, **figures)
    record(Verb.VOTE_CLOSED, officers.second, now, round=held.public_id, **figures)


def take_control(round_: Round, officers: Officers, now: datetime) -> None:
    """Open the time in which ballots may be set aside for a motive of the rulebook; raises Refusal out of order."""
    held = locked_round(round_.id)
    refuse_if(policy.can_take_control(held, now))
    take_step(held, UrnState.CONTROL, officers, now)
    record(Verb.VOTE_UNDER_CONTROL, officers.second, now, round=held.public_id)


def seal_urn(round_: Round, officers: Officers, store: SecretStore, now: datetime) -> None:
    """Copy what counts in the order of receipts, delete the envelopes, destroy the link key.

    The key goes once the transaction is safe on disk: undone, the envelopes would be nobody's. Raises Refusal
    out of order, while a case or a pair of signatures is undecided, and when roll and urn do not answer each other
    one to one.
    """
    held = locked_round(round_.id)
    refuse_if(policy.can_seal(held, now, store))
    figures = reconcile(held, store)
    refuse_if(reconciliation_fault(figures))
    receipts = copy_ballots(held)
    facts = {
        "ballots": len(receipts),
        "root": root([bytes.fromhex(each) for each in receipts]).hex(),
        "signatures": figures.online_signatures,
        "set_aside": figures.set_aside,
        "paper": figures.paper_envelopes,
        "motives": motives_of(held),
    }
    take_step(held, UrnState.SEALED, officers, now, **facts)
    forget_envelopes(held)
    forget_letters(held)
    forget_order(held)
    unlink(held)
    destroy_links(held, store)
    record(Verb.VOTE_SEALED, officers.second, now, round=held.public_id, **facts)


def archive_vote(round_: Round, officers: Officers, now: datetime) -> None:
    """Say that nothing of a published vote will be done again; raises Refusal out of order."""
    held = locked_round(round_.id)
    refuse_if(policy.can_archive(held, now))
    take_step(held, UrnState.ARCHIVED, officers, now)
    record(Verb.VOTE_ARCHIVED, officers.second, now, round=held.public_id)


def annul_vote(
    round_: Round, officers: Officers, reason: str, store: SecretStore, now: datetime, **letter: str
) -> None:
    """End a vote of which nothing will be counted, for a reason that is published; raises Refusal out of time.

    Envelopes and signatures stay until their retention ends, since a judge may ask for them. The link key goes:
    nothing will ever need to know again whose envelope is whose. Those who voted are told by `letter`.
    """
    held = locked_round(round_.id)
    refuse_if(policy.can_annul(held, now))
    if officers.first == officers.second:
        raise Refusal(N_("Deux personnes différentes doivent faire cet acte."), Kind.FORBIDDEN)
    take_step(held, UrnState.ANNULLED, officers, now, reason=reason)
    for person in people_who_signed(held, store.get("pepper", held.public_id)):
        enqueue(person.email, "vote_annulled", person.locale, now, round=held.title, reason=reason, **letter)
    forget_letters(held)
    forget_order(held)
    unlink(held)
    destroy_links(held, store)
    record(Verb.VOTE_ANNULLED, officers.second, now, round=held.public_id, reason=reason)
