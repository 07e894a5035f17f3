"""Setting a ballot aside: opened with evidence, told to the voter, answered, decided by somebody else.

Never for what the ballot holds, which nobody can read. Each function works in the transaction of the caller, with the
round held, so that the urn is not sealed meanwhile. Deeds of the journal name the case, never the voter.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from participatory.ballots.models import Envelope, EnvelopeStatus, SettingAside
from participatory.control import policy
from participatory.control.bearers import Bearers, bearers_of
from participatory.control.cases import case_on, locked_case
from participatory.control.finding import cases_by_envelope, envelopes_of, own_cases, twins_of
from participatory.control.letters import write_decision, write_notice
from participatory.control.rules import LONGEST_ANSWER, LONGEST_TOLD, Outcome, Wish, answer_until, evidence_fault
from participatory.control.signals import case_moved, case_opened
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.identifiers import public_id
from participatory.core.labels import N_
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.rolls.models import Voter
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round
from participatory.rounds.rulebook import SetAsideMotive


def open_case(
    round_: Round,
    envelope_id: str,
    motive: SetAsideMotive,
    *,
    evidence: str,
    author: Person,
    until: datetime,
    now: datetime,
    store: SecretStore,
    told: str = "",
    link: str = "",
    known: Bearers | None = None,
) -> SettingAside:
    """Propose that a ballot be set aside, and tell its voter, who may answer until `until` (UTC).

    `told` says how the voter was told when no account of theirs exists; `link` is where they answer, with `{case}` in
    the place of its name; `known` are the bearers of many envelopes, found at once. Raises Refusal out of control,
    for a motive that the rulebook does not name, without evidence, for one's own ballot, and when the other ballot of
    the same person is already in question.
    """
    held, written = locked_round(round_.id), _clean(evidence)
    refuse_if(policy.can_set_aside(author, held) or policy.motive_fault(held, motive) or evidence_fault(written))
    if until < answer_until(now, held.rulebook.reconfirm_days):
        raise ValueError("the voter has at least the delay of the rulebook to answer")
    envelope = _envelope_in_question(held, envelope_id)
    found = known or bearers_of(held, [envelope], store)
    refuse_if(_twin_refusal(held, motive.value, found.voter(envelope), store))
    refuse_if(_own_refusal(found.people(envelope), author))
    people = [person for person in found.people(envelope) if person.email]
    case = SettingAside(public_id=public_id(), round_id=held.id, envelope_id=envelope.id, motive=motive.value)
    case.evidence, case.author, case.told = written, author.public_id, _told(told, people)
    case.notified_at, case.answer_until = now, until
    write_notice(held, case, people, link.replace("{case}", case.public_id))
    _insert(case)
    case_opened.send(case=case, place=envelope.slot, now=now)
    facts = {"case": case.public_id, "motive": motive.value, "until": until.isoformat(timespec="seconds")}
    record(Verb.SETTING_ASIDE_NOTIFIED, author.public_id, now, round=held.public_id, **facts)
    return case


def answer_case(
    round_: Round,
    case_id: str,
    person: Person,
    *,
    wish: Wish,
    words: str,
    now: datetime,
    store: SecretStore,
    keep: str = "",
) -> SettingAside:
    """The voter says what they wish; the last answer before the decision and the end of the delay holds.

    `keep` is the envelope that somebody with two ballots keeps: the case then bears on the other one. Raises
    Refusal (NOT_FOUND) for the case of anybody else, when it is decided or too late, and when that other one has
    a case of its own.
    """
    held = locked_round(round_.id)
    case = locked_case(case_id)
    own = next((each for each in own_cases(held, person, store) if each.case.id == case.id), None)
    if own is None:
        raise Refusal(N_("Ce dossier n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    refuse_if(policy.can_answer(held, case, now))
    if keep and own.other is not None and keep == own.envelope.id:
        # The person keeps the ballot in question: it is the other one that shall not count.
        refuse_if(_other_case_refusal() if case_on(own.other.id) is not None else None)
        case.envelope_id, wish = own.other.id, Wish.LEAVE
    case.wish, case.answer, case.answered_at = wish.value, _clean(words)[:LONGEST_ANSWER], now
    try:
        db.session.flush()
    except IntegrityError as error:
        raise _other_case_refusal() from error
    # The journal names nobody: an actor would join a person to a case, and so to an envelope.
    record(Verb.SETTING_ASIDE_ANSWERED, SYSTEM, now, round=held.public_id, case=case.public_id)
    return case


def decide_case(
    round_: Round,
    case_id: str,
    outcome: Outcome,
    *,
    by: Person,
    now: datetime,
    store: SecretStore,
    seen: str,
    link: str = "",
    known: Bearers | None = None,
) -> SettingAside:
    """A second officer decides, with the answer before their eyes: `seen` is `case_digest` of what the page showed.

    `link` is where the voter reads it and may appeal, with `{case}` in the place of its name.

    Raises Refusal to the author under whatever account, before the answer or the end of the delay, twice, when the
    case has changed since it was shown, and when both ballots of one person would go, one of them as a duplicate.
    """
    held = locked_round(round_.id)
    case = locked_case(case_id)
    refuse_if(policy.can_decide(by, held, case, now))
    if seen != case_digest(case):
        raise Refusal(N_("Ce dossier a changé depuis que vous l’avez ouvert : relisez-le, puis décidez."))
    envelope = db.session.get(Envelope, case.envelope_id)
    if envelope is None:
        raise Refusal(N_("Le bulletin de ce dossier n’est plus dans l’urne."))
    found = known or bearers_of(held, [envelope], store)
    refuse_if(_own_refusal(found.people(envelope), by))
    if outcome is Outcome.SET_ASIDE:
        refuse_if(_twin_refusal(held, case.motive, found.voter(envelope), store, decided=True))
        envelope.status = EnvelopeStatus.SET_ASIDE.value
    case.outcome, case.second_by, case.decided_at = outcome.value, by.public_id, now
    write_decision(held, case, found.people(envelope), now, link.replace("{case}", case.public_id))
    case_moved.send(case=case, now=now)
    db.session.flush()
    facts = {"case": case.public_id, "motive": case.motive, "outcome": outcome.value}
    record(Verb.SETTING_ASIDE_DECIDED, by.public_id, now, round=held.public_id, **facts)
    return case


def case_digest(case: SettingAside) -> str:
    """SHA-256, in hexadecimal, of what a decision rests on: it changes when the voter answers."""
    answered = case.answered_at.isoformat() if case.answered_at else ""
    parts = [case.public_id, case.envelope_id, case.motive, case.evidence, case.told, case.wish, case.answer, answered]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _insert(case: SettingAside) -> None:
    db.session.add(case)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refusal(N_("Ce bulletin a déjà un dossier.")) from error


def _clean(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _envelope_in_question(round_: Round, envelope_id: str) -> Envelope:
    envelope = db.session.get(Envelope, envelope_id)
    if envelope is None or envelope.round_id != round_.id or envelope.batch:
        raise Refusal(N_("Ce bulletin n’est pas dans l’urne : un bulletin papier ne peut pas être mis à l’écart."))
    if case_on(envelope.id) is not None:
        raise Refusal(N_("Ce bulletin a déjà un dossier."))
    return envelope


def _twin_refusal(
    round_: Round, motive: str, voter: Voter | None, store: SecretStore, *, decided: bool = False
) -> Refusal | None:
    """A ballot goes as a duplicate because another one of the same person counts: the last of them never goes too.

    Cases of every motive are looked at; those alone that were decided when `decided`, else those that wait too.
    """
    twins = twins_of(round_, voter) if voter is not None else []
    if not twins:
        if motive != SetAsideMotive.DUPLICATE_IDENTITY:
            return None
        return Refusal(N_("Rien ne montre que cette personne a signé deux fois : choisissez un autre motif."))
    held = envelopes_of(round_, twins, store)
    cases = cases_by_envelope([each.id for each in held.values()]).values()
    against = {Outcome.SET_ASIDE.value} if decided else {Outcome.SET_ASIDE.value, ""}
    motives = [case.motive for case in cases if case.outcome in against]
    # Whoever signed on paper has no envelope here, and no case: their ballot counts.
    if len(motives) < len(twins) or SetAsideMotive.DUPLICATE_IDENTITY not in {motive, *motives}:
        return None
    return Refusal(N_("L’autre bulletin de la même personne est déjà en cause : un seul des deux peut être écarté."))


def _other_case_refusal() -> Refusal:
    return Refusal(
        N_(
            "Un autre dossier porte déjà sur votre autre bulletin : confirmez celui-ci, et dites dans votre réponse "
            "lequel des deux doit compter."
        )
    )


def _own_refusal(people: Collection[Person], person: Person) -> Refusal | None:
    if person in people:
        return Refusal(N_("Ce bulletin est le vôtre : d’autres que vous doivent en décider."), Kind.FORBIDDEN)
    return None


def _told(words: str, people: Collection[Person]) -> str:
    """How the voter was told when nobody can be written to; raises Refusal when it is not said."""
    if people:
        return ""
    told = _clean(words)[:LONGEST_TOLD]
    if not told:
        raise Refusal(
            N_(
                "Aucun compte avec une adresse ne mène à ce bulletin : prévenez la personne autrement, "
                "puis dites ici comment et quand."
            ),
            Kind.INVALID,
            "told",
        )
    return told
