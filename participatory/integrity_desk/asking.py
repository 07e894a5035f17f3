"""Asking voters to confirm that a ballot is theirs, and their answer by a stronger proof; it counts meanwhile."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from participatory.ballots.models import SettingAside
from participatory.control.bearers import bearers_at
from participatory.control.rules import Wish, answer_until
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_, label
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.identity.permissions import Permission, Scope, ScopeKind
from participatory.integrity_desk import policy
from participatory.integrity_desk.letters import write_code, write_request
from participatory.integrity_desk.models import CaseBallot, SuspectCase
from participatory.integrity_desk.notes import chosen, settle, write_note
from participatory.integrity_desk.owning import own_voter, ways_of
from participatory.integrity_desk.queries import known_ballot, locked_case
from participatory.integrity_desk.recusing import own_fault
from participatory.integrity_desk.rules import (
    ASKED,
    MAIL_CODE_LASTS,
    MOST_MAIL_CODES,
    BallotState,
    Deed,
    Proof,
    counter_mac,
    mailed_mac,
    new_code,
    reason_fault,
    well_formed,
)
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.rolls.models import Voter
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round

# The name of the secret of a round under which codes of confirmation are kept.
CODES = "confirm"


def quarantine(
    case: SuspectCase,
    by: Person,
    reason: str,
    numbers: Iterable[int],
    *,
    now: datetime,
    store: SecretStore,
    link: str,
) -> int:
    """Ask the voters of these ballots to confirm them; gives how many could be written to.

    `link` is the voter's page, with `{ballot}` in the place of its name. The reason is for officers; the letter does
    not say it. Raises Refusal, also for a case with one's own ballot.
    """
    case = locked_case(case)
    refuse_if(policy.can_quarantine(by, case) or reason_fault(reason))
    ballots = chosen(case, numbers, policy.quarantinable)
    refuse_if(own_fault(case, ballots, by, store))
    known = bearers_at(case.round, [each.key for each in ballots], store)
    until, key = answer_until(now, case.round.rulebook.reconfirm_days), store.get(CODES, case.round.public_id)
    written = 0
    for ballot in ballots:
        code = new_code()
        ballot.state, ballot.told_at, ballot.answer_until = BallotState.QUARANTINED.value, now, until
        ballot.code_mac, ballot.left = counter_mac(key, code), False
        written += write_request(case.round, ballot, known.people_at(ballot.key), code, link)
    write_note(case, by.public_id, Deed.QUARANTINED, now, words=reason, numbers=[each.number for each in ballots])
    settle(case)
    facts = {"case": case.public_id, "ballots": len(ballots)}
    record(Verb.BALLOTS_QUARANTINED, by.public_id, now, round=case.round.public_id, **facts)
    return written


def confirm(
    ballot: CaseBallot, person: Person, proof: Proof, *, now: datetime, store: SecretStore, code: str = ""
) -> None:
    """The voter confirms by signing in through the establishment, or by the code mailed to their address there.

    Raises Refusal (NOT_FOUND) for the ballot of anybody else, for a proof that is not given, and the second time.
    """
    case, ballot, voter = _own(ballot, person, store)
    refuse_if(policy.can_confirm(ballot, case.round))
    ways = ways_of(ballot, voter, person, now)
    if proof is Proof.DOOR and not ways.came_by_door:
        raise Refusal(N_("Connectez-vous d’abord par votre établissement, puis revenez ici."))
    refuse_if(policy.proof_fault(proof, ways.proofs))
    if proof is Proof.CODE:
        refuse_if(_code_fault(ballot, code, store.get(CODES, case.round.public_id), now))
    _confirmed(case, ballot, proof, SYSTEM, now)


def send_code(ballot: CaseBallot, person: Person, *, now: datetime, store: SecretStore) -> str:
    """Mail a single-use code to the voter's address at their establishment; gives that address.

    Raises Refusal where no such address is known, where a mailed code was already all that proved who they are, and
    after a few letters.
    """
    case, ballot, voter = _own(ballot, person, store)
    refuse_if(policy.can_confirm(ballot, case.round))
    ways = ways_of(ballot, voter, person, now)
    refuse_if(policy.proof_fault(Proof.CODE, ways.proofs))
    if ballot.mails >= MOST_MAIL_CODES:
        raise Refusal(N_("Plusieurs codes vous ont déjà été envoyés : cherchez le dernier, ou passez au guichet."))
    code = new_code()
    ballot.mail_mac = mailed_mac(store.get(CODES, case.round.public_id), ballot.public_id, code)
    ballot.mail_until, ballot.mails = now + MAIL_CODE_LASTS, ballot.mails + 1
    write_code(case.round, person, ways.address, code, now)
    return ways.address


def confirm_at_counter(code: str, by: Person, *, now: datetime, store: SecretStore) -> Round:
    """A referent or an officer has seen the card of the person who brought the letter, and types its code.

    Gives the round, and nothing else of the vote. Raises Refusal for a code that is unknown, used or too late, for a
    voter of another establishment, and for one's own ballot.
    """
    refuse_if(policy.can_use_counter(by))
    if not well_formed(code):
        raise Refusal(N_("Un code a douze signes : recopiez celui de la lettre."), Kind.INVALID, "code")
    found = _ballot_of_code(code, store)
    if found is None:
        raise _unknown_code()
    case = _held_case(found)
    ballot = _reread(found)
    if ballot.code_mac is None:
        raise _unknown_code()
    known = bearers_at(case.round, [ballot.key], store)
    voter = known.voters.get(ballot.key)
    refuse_if(_counter_refusal(by, case.round, voter))
    if by in known.people_at(ballot.key):
        raise Refusal(N_("Ce bulletin est le vôtre : une autre personne doit voir votre carte."), Kind.FORBIDDEN)
    refuse_if(policy.can_confirm(ballot, case.round))
    _confirmed(case, ballot, Proof.COUNTER, by.public_id, now)
    return case.round


def _confirmed(case: SuspectCase, ballot: CaseBallot, proof: Proof, actor: str, now: datetime) -> None:
    ballot.state, ballot.proof, ballot.confirmed_at = BallotState.CONFIRMED.value, proof.value, now
    ballot.code_mac = ballot.mail_mac = ballot.mail_until = None
    if ballot.setting_aside:
        _answer(ballot, proof, now)
    write_note(case, actor, Deed.CONFIRMED, now, words=proof.value, numbers=[ballot.number])
    settle(case)
    facts = {"case": case.public_id, "proof": proof.value}
    record(Verb.BALLOT_CONFIRMED, actor, now, round=case.round.public_id, **facts)


def _answer(ballot: CaseBallot, proof: Proof, now: datetime) -> None:
    """Whoever confirms a ballot that was proposed to be set aside has answered: the second officer reads it."""
    wanted = sa.select(SettingAside).where(SettingAside.public_id == ballot.setting_aside).with_for_update()
    proposal = db.session.scalars(wanted.execution_options(populate_existing=True)).one()
    proposal.wish, proposal.answered_at = Wish.KEEP.value, now
    proposal.answer = proposal.answer or f"Bulletin confirmé : {label(proof)}."


def _own(ballot: CaseBallot, person: Person, store: SecretStore) -> tuple[SuspectCase, CaseBallot, Voter]:
    case = _held_case(ballot)
    ballot = _reread(ballot)
    voter = own_voter(case.round, ballot, person, store)
    if voter is None:
        return case, known_ballot(None), Voter()
    return case, ballot, voter


def _held_case(ballot: CaseBallot) -> SuspectCase:
    """The case of a ballot, held after its round, in the order of every deed about envelopes."""
    case = db.session.get_one(SuspectCase, ballot.case_id)
    locked_round(case.round_id)
    return locked_case(case)


def _reread(ballot: CaseBallot) -> CaseBallot:
    wanted = sa.select(CaseBallot).where(CaseBallot.id == ballot.id).execution_options(populate_existing=True)
    return known_ballot(db.session.scalars(wanted).first())


def _code_fault(ballot: CaseBallot, code: str, key: bytes, now: datetime) -> Refusal | None:
    if not well_formed(code):
        return Refusal(N_("Un code a douze signes : recopiez celui de la lettre."), Kind.INVALID, "code")
    if ballot.mail_mac is None or ballot.mail_mac != mailed_mac(key, ballot.public_id, code):
        return Refusal(N_("Ce n’est pas le dernier code envoyé : vérifiez chaque signe."), Kind.INVALID, "code")
    if ballot.mail_until is None or now > ballot.mail_until:
        return Refusal(N_("Ce code a expiré : demandez-en un autre."), Kind.INVALID, "code")
    return None


def _ballot_of_code(code: str, store: SecretStore) -> CaseBallot | None:
    """The ballot whose letter bears this code, in whatever round waits for confirmations."""
    waiting = sa.select(CaseBallot.round_id).where(CaseBallot.state.in_([state.value for state in ASKED]))
    rounds = db.session.scalars(sa.select(Round.public_id).where(Round.id.in_(waiting)))
    macs = [counter_mac(key, code) for name in rounds if (key := store.find(CODES, name)) is not None]
    return db.session.scalars(sa.select(CaseBallot).where(CaseBallot.code_mac.in_(macs))).first()


def _counter_refusal(by: Person, round_: Round, voter: Voter | None) -> Refusal | None:
    own = (Scope(ScopeKind.ESTABLISHMENT, voter.establishment.key),) if voter is not None else ()
    if by.may(Permission.HAND_CODES, round_.scope, *own):
        return None
    return Refusal(
        N_("Cette lettre est celle d’une personne d’un autre établissement : envoyez-la à son guichet."),
        Kind.FORBIDDEN,
    )


def _unknown_code() -> Refusal:
    message = N_("Ce code n’est pas celui d’une lettre qui attend une confirmation : il a servi, ou un signe est faux.")
    return Refusal(message, Kind.INVALID, "code")
