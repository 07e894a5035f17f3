"""What officers decide of a case: put it aside, clear ballots, propose, decide, undo.

Setting aside and putting back go through `control`, which wants two people. Each function works in the transaction of
the caller, and takes the round before the case, as every deed about envelopes does.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TypedDict

import sqlalchemy as sa

from participatory.ballots.models import Envelope, SettingAside
from participatory.control import appeals, casework
from participatory.control.bearers import bearers_of
from participatory.control.casework import decide_case, open_case
from participatory.control.rules import Outcome, answer_until
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.integrity_desk import policy
from participatory.integrity_desk.models import CaseBallot, SuspectCase
from participatory.integrity_desk.notes import chosen, settle, write_note
from participatory.integrity_desk.queries import ballots_of, case_digest, locked_case, proposals_of
from participatory.integrity_desk.recusing import own_fault
from participatory.integrity_desk.rules import BallotState, CaseState, Deed, clean, reason_fault
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.rounds.queries import locked_round
from participatory.rounds.rulebook import SetAsideMotive

_AT_ONCE = 500


class _Said(TypedDict):
    """What every voter of a batch is told."""

    evidence: str
    told: str
    link: str


def dismiss(case: SuspectCase, by: Person, reason: str, *, now: datetime, store: SecretStore) -> None:
    """Put a case aside with a reason; raises Refusal while something waits, and when one's own ballot is in it."""
    case = locked_case(case)
    refuse_if(policy.can_dismiss(by, case) or reason_fault(reason))
    refuse_if(own_fault(case, ballots_of(case), by, store))
    write_note(case, by.public_id, Deed.DISMISSED, now, words=reason)
    settle(case, dismissed=True)
    record(Verb.CASE_DISMISSED, by.public_id, now, round=case.round.public_id, case=case.public_id)


def reopen(case: SuspectCase, by: Person, reason: str, *, now: datetime) -> None:
    """Take up again a case that was dismissed."""
    case = locked_case(case)
    refuse_if(policy.can_reopen(by, case) or reason_fault(reason))
    write_note(case, by.public_id, Deed.REOPENED, now, words=reason)
    settle(case)
    if case.state == CaseState.CLOSED:
        case.state = CaseState.NEW.value
    record(Verb.CASE_REOPENED, by.public_id, now, round=case.round.public_id, case=case.public_id)


def lift(
    case: SuspectCase, by: Person, reason: str, numbers: Iterable[int], *, now: datetime, store: SecretStore
) -> None:
    """Clear ballots of a case: their voters are asked nothing any more; raises Refusal for one's own."""
    case = locked_case(case)
    refuse_if(policy.can_lift(by, case) or reason_fault(reason))
    ballots = chosen(case, numbers, policy.liftable)
    refuse_if(own_fault(case, ballots, by, store))
    for ballot in ballots:
        ballot.state = BallotState.CLEARED.value
        ballot.code_mac = ballot.mail_mac = ballot.mail_until = None
    write_note(case, by.public_id, Deed.LIFTED, now, words=reason, numbers=[each.number for each in ballots])
    settle(case)
    facts = {"case": case.public_id, "ballots": len(ballots)}
    record(Verb.QUARANTINE_LIFTED, by.public_id, now, round=case.round.public_id, **facts)


def propose(
    case: SuspectCase,
    by: Person,
    motive: SetAsideMotive,
    *,
    evidence: str,
    numbers: Iterable[int],
    now: datetime,
    store: SecretStore,
    link: str,
    told: str = "",
) -> list[SettingAside]:
    """Propose that ballots be set aside, with one motive and the same evidence for all; their voters are told.

    `link` is where a voter answers, with `{case}` in the place of its name; `told` says how those without an address
    were told. They may answer for the delay of the rulebook, and no less than they were first given. Raises Refusal.
    """
    held = locked_round(case.round_id)
    case = locked_case(case)
    refuse_if(policy.can_propose(by, case))
    ballots = chosen(case, numbers, policy.proposable)
    envelopes = _envelopes(case, ballots)
    known = bearers_of(held, envelopes.values(), store)
    said: _Said = {"evidence": evidence, "told": told, "link": link}
    delay = answer_until(now, held.rulebook.reconfirm_days)
    opened: list[SettingAside] = []
    for ballot in ballots:
        until, envelope = max(delay, ballot.answer_until or delay), envelopes[ballot.key]
        ballot.state = BallotState.PROPOSED.value
        proposal = open_case(
            held, envelope.id, motive, author=by, until=until, now=now, store=store, known=known, **said
        )
        ballot.setting_aside = proposal.public_id
        opened.append(proposal)
    write_note(case, by.public_id, Deed.PROPOSED, now, words=evidence, numbers=[each.number for each in ballots])
    settle(case)
    return opened


def decide(
    case: SuspectCase,
    by: Person,
    outcome: Outcome,
    *,
    numbers: Iterable[int],
    now: datetime,
    store: SecretStore,
    seen: str,
    link: str = "",
) -> list[SettingAside]:
    """A second officer decides about ballots that another one proposed; `seen` is the `case_digest` of the page.

    `link` is where a voter reads the decision and may appeal. A ballot confirmed by its voter is kept, never set
    aside. Raises Refusal to the author, before an answer or the delay, and when the case has changed meanwhile.
    """
    held, case = locked_round(case.round_id), locked_case(case)
    refuse_if(policy.can_decide(by, case))
    if seen != case_digest(case):
        raise Refusal(N_("Ce dossier a changé depuis que vous l’avez ouvert : relisez-le, puis décidez."))
    proposals = proposals_of(case)
    within = partial(policy.decidable, proposals=proposals, person=by, round_=held, now=now)
    ballots = chosen(case, numbers, within)
    kept = [each for each in ballots if policy.is_kept_only(each, proposals[each.setting_aside])]
    if outcome is Outcome.SET_ASIDE and kept:
        raise Refusal(policy.KEPT_ONLY, field="numbers")
    # Of two ballots, a voter may have said that the other one shall not count: the proposal knows which.
    named = Envelope.id.in_([proposals[each.setting_aside].envelope_id for each in ballots])
    known, decided = bearers_of(held, db.session.scalars(sa.select(Envelope).where(named)), store), []
    for ballot in ballots:
        proposal = proposals[ballot.setting_aside]
        read = casework.case_digest(proposal)
        decided.append(
            decide_case(
                held, proposal.public_id, outcome, by=by, now=now, store=store, seen=read, link=link, known=known
            )
        )
    write_note(case, by.public_id, Deed.DECIDED, now, words=outcome.value, numbers=[each.number for each in ballots])
    settle(case)
    return decided


def propose_undo(
    case: SuspectCase, by: Person, reason: str, numbers: Iterable[int], *, now: datetime, store: SecretStore
) -> None:
    """Propose that ballots set aside count again; another officer does it. Raises Refusal."""
    held = locked_round(case.round_id)
    case = locked_case(case)
    refuse_if(policy.can_propose(by, case) or reason_fault(reason))
    proposals = proposals_of(case)
    ballots = chosen(case, numbers, lambda each: policy.undoable(each, proposals, by, held)[0])
    for ballot in ballots:
        appeals.propose_undo(proposals[ballot.setting_aside], by, reason, now, store)
    write_note(case, by.public_id, Deed.UNDO_PROPOSED, now, words=reason, numbers=[each.number for each in ballots])


def undo(
    case: SuspectCase, by: Person, reason: str, numbers: Iterable[int], *, now: datetime, store: SecretStore
) -> None:
    """Have ballots that another officer proposed to restore count again. Raises Refusal."""
    held = locked_round(case.round_id)
    case = locked_case(case)
    refuse_if(policy.can_propose(by, case) or reason_fault(reason))
    proposals = proposals_of(case)
    ballots = chosen(case, numbers, lambda each: policy.undoable(each, proposals, by, held)[1])
    for ballot in ballots:
        appeals.undo(proposals[ballot.setting_aside], by, now, store)
    write_note(case, by.public_id, Deed.UNDONE, now, words=clean(reason), numbers=[each.number for each in ballots])
    settle(case)


def _envelopes(case: SuspectCase, ballots: list[CaseBallot]) -> dict[str, Envelope]:
    """The envelope of each of these ballots, by its slot; raises Refusal when one is no longer in the urn."""
    keys = [each.key for each in ballots]
    found: dict[str, Envelope] = {}
    for start in range(0, len(keys), _AT_ONCE):
        wanted = sa.select(Envelope).where(Envelope.round_id == case.round_id)
        wanted = wanted.where(Envelope.slot.in_(keys[start : start + _AT_ONCE]), Envelope.batch == "")
        found.update({each.slot: each for each in db.session.scalars(wanted)})
    gone = sorted(each.number for each in ballots if each.key not in found)
    if gone:
        raise Refusal(
            N_("Ces bulletins du dossier ne sont plus dans l’urne, leur personne les a retirés : %(numbers)s."),
            Kind.CONFLICT,
            "numbers",
            numbers=", ".join(str(number) for number in gone[:20]),
        )
    return found
