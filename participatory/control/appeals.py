"""After a ballot was set aside and before the sealing: the voter's appeal, decided by a third officer, and undoing.

A ballot that comes back counts again; its case then says « kept », beside who decided what. Each function works in
the transaction of the caller, with the round held. Deeds of the journal name the case, never the voter.
"""

from datetime import datetime

from participatory.ballots.models import Envelope, EnvelopeStatus, SettingAside
from participatory.control import policy
from participatory.control.bearers import bearers_of
from participatory.control.cases import locked_case
from participatory.control.finding import own_cases
from participatory.control.letters import write_appeal_decision
from participatory.control.rules import LONGEST_APPEAL, AppealOutcome, Outcome, words_fault
from participatory.control.signals import case_moved
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round


def appeal(case: SettingAside, person: Person, words: str, now: datetime, store: SecretStore) -> SettingAside:
    """The voter contests that their ballot was set aside; the urn is not sealed before a third officer has decided.

    Raises Refusal (NOT_FOUND) for the case of anybody else, once the delay is over, and the second time.
    """
    held, case = locked_round(case.round_id), locked_case(case.public_id)
    if all(own.case.id != case.id for own in own_cases(held, person, store)):
        raise Refusal(N_("Ce dossier n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    refuse_if(policy.can_appeal(held, case, now))
    written = _clean(words)
    refuse_if(words_fault(written))
    case.appeal, case.appealed_at = written, now
    case_moved.send(case=case, now=now)
    db.session.flush()
    # The journal names nobody: an actor would join a person to a case, and so to an envelope.
    record(Verb.SETTING_ASIDE_APPEALED, SYSTEM, now, round=held.public_id, case=case.public_id)
    return case


def decide_appeal(
    case: SettingAside, by: Person, *, restored: bool, words: str, now: datetime, store: SecretStore
) -> SettingAside:
    """A third officer, neither author nor second, restores the ballot or upholds the decision, and says why.

    Raises Refusal to the two others under whatever account, about one's own ballot, and the second time.
    """
    held, case = locked_round(case.round_id), locked_case(case.public_id)
    refuse_if(policy.can_decide_appeal(by, held, case))
    written = _clean(words)
    refuse_if(words_fault(written))
    envelope = _envelope(case)
    people = _people_behind(held, envelope, by, store)
    outcome = AppealOutcome.RESTORED if restored else AppealOutcome.UPHELD
    case.appeal_outcome, case.appeal_by, case.appeal_words = outcome.value, by.public_id, written
    case.appeal_decided_at = now
    if restored:
        _put_back(case, envelope)
    write_appeal_decision(held, case, people, now)
    case_moved.send(case=case, now=now)
    db.session.flush()
    facts = {"case": case.public_id, "motive": case.motive, "outcome": outcome.value}
    record(Verb.APPEAL_DECIDED, by.public_id, now, round=held.public_id, **facts)
    return case


def propose_undo(case: SettingAside, by: Person, reason: str, now: datetime, store: SecretStore) -> SettingAside:
    """An officer proposes that a ballot set aside count again, without an appeal; another one does it: `undo`."""
    held, case = locked_round(case.round_id), locked_case(case.public_id)
    refuse_if(policy.can_propose_undo(by, held, case))
    written = _clean(reason)
    refuse_if(words_fault(written, "reason"))
    _people_behind(held, _envelope(case), by, store)
    case.undo_by = by.public_id
    case.appeal_words = " — ".join(filter(None, (case.appeal_words, written)))[:LONGEST_APPEAL]
    case_moved.send(case=case, now=now)
    db.session.flush()
    record(Verb.UNDO_PROPOSED, by.public_id, now, round=held.public_id, case=case.public_id)
    return case


def undo(case: SettingAside, by: Person, now: datetime, store: SecretStore) -> SettingAside:
    """A second officer has the ballot count again; raises Refusal to the one who proposed it, and after the sealing."""
    held, case = locked_round(case.round_id), locked_case(case.public_id)
    refuse_if(policy.can_undo(by, held, case))
    envelope = _envelope(case)
    people = _people_behind(held, envelope, by, store)
    case.undone_by, case.undone_at = by.public_id, now
    _put_back(case, envelope)
    write_appeal_decision(held, case, people, now)
    case_moved.send(case=case, now=now)
    db.session.flush()
    facts = {"case": case.public_id, "motive": case.motive}
    record(Verb.SETTING_ASIDE_UNDONE, by.public_id, now, round=held.public_id, **facts)
    return case


def _put_back(case: SettingAside, envelope: Envelope) -> None:
    envelope.status = EnvelopeStatus.CAST.value
    case.outcome = Outcome.KEPT.value


def _clean(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _envelope(case: SettingAside) -> Envelope:
    envelope = db.session.get(Envelope, case.envelope_id, populate_existing=True)
    if envelope is None:
        raise Refusal(N_("Le bulletin de ce dossier n’est plus dans l’urne."))
    return envelope


def _people_behind(round_: Round, envelope: Envelope, by: Person, store: SecretStore) -> list[Person]:
    """The accounts that lead to a ballot; raises Refusal (FORBIDDEN) when the officer's is among them."""
    people = bearers_of(round_, [envelope], store).people(envelope)
    if by in people:
        raise Refusal(N_("Ce bulletin est le vôtre : d’autres que vous doivent en décider."), Kind.FORBIDDEN)
    return people
