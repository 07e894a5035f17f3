"""Enrolling and removing second factors, making recovery codes, and starting over when all is lost.

Each deed writes to the person, since whoever stole a session would begin here, and leaves a row
in the journal, which holds no secret.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity import enrolled, passkeys
from participatory.identity.factors import (
    LONGEST_FACTOR_NAME,
    MOST_FACTORS,
    FactorKind,
    Purpose,
    new_recovery_codes,
    recovery_mac,
    seal,
    step_of,
    unseal,
)
from participatory.identity.models import Person, RecoveryCode, SecondFactor, SignInSession
from participatory.identity.passkeys import BadAnswer, Site
from participatory.identity.proving import OVER, take_challenge
from participatory.identity.rules import clean_name
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.outbox.actions import enqueue

# The doors that show the mailbox of the account; that of the demonstration shows nothing, and has nothing to protect.
_MAILBOX = frozenset({"mail", "demo"})


def can_enrol(person: Person, factors: int, door: str) -> Refusal | None:
    """Whether one more factor may be enrolled in a session that was opened by this door.

    It serves nothing to somebody without a role. The first one is asked for by nothing but the session: an
    establishment, or whoever hands out printed codes, could open it in somebody else's name and become staff.
    """
    if not person.held and not factors:
        return Refusal(N_("La double vérification ne sert qu’aux personnes qui ont un rôle."), Kind.FORBIDDEN)
    if not factors and person.email and door not in _MAILBOX:
        return Refusal(
            N_(
                "Pour enregistrer votre premier moyen, déconnectez-vous, puis revenez avec un code envoyé à votre "
                "adresse : c’est à elle que votre rôle a été donné."
            ),
            Kind.FORBIDDEN,
        )
    if factors >= MOST_FACTORS:
        return Refusal(N_("Vous avez déjà dix moyens : retirez-en un d’abord."))
    return None


def can_remove(person: Person, factors: int) -> Refusal | None:
    """Whether a factor may go: whoever holds a role keeps one."""
    if person.held and factors <= 1:
        return Refusal(N_("Vous avez un rôle : ajoutez d’abord un autre moyen, puis retirez celui-ci."))
    return None


def add_application(
    session_id: int, seed: str, code: str, name: str, *, secret_key: str, now: datetime
) -> list[str] | Refusal:
    """Enrol an application whose first code shows that it holds the seed; gives the new recovery codes, if any.

    That code has then served. A wrong one is returned as a Refusal. Raises Refusal.
    """
    row, factors = _begin(session_id)
    step = step_of(seed, code, now)
    if step is None:
        return Refusal(
            N_("Ce n’est pas le code que l’application montre à présent : recopiez ses six chiffres."),
            Kind.INVALID,
            "code",
        )
    if any(unseal(secret_key, each.secret) == seed for each in factors if each.kind == FactorKind.APPLICATION):
        return Refusal(N_("Cette application est déjà enregistrée."))
    sealed = seal(secret_key, seed, now)
    factor = SecondFactor(kind=FactorKind.APPLICATION.value, secret=sealed, last_step=step)
    return _keep(row, factor, name, len(factors), secret_key=secret_key, now=now)


def add_key(
    session_id: int, answer: str, name: str, site: Site, *, secret_key: str, now: datetime
) -> list[str] | Refusal:
    """Enrol the key that answered the challenge of this session; gives the new recovery codes, if any.

    An answer that does not hold is returned as a Refusal: its challenge has served. Raises Refusal.
    """
    row, factors = _begin(session_id)
    challenge = take_challenge(row, Purpose.ADD, now)
    try:
        if challenge is None:
            raise BadAnswer("no challenge")
        made = passkeys.new_key(site, challenge, answer)
    except BadAnswer:
        return Refusal(N_("La clé n’a pas pu être enregistrée. Recommencez ; si cela dure, essayez avec une autre."))
    factor = SecondFactor(
        kind=FactorKind.KEY.value,
        credential_id=made.credential,
        public_key=made.public_key,
        sign_count=made.sign_count,
    )
    return _keep(row, factor, name, len(factors), secret_key=secret_key, now=now)


def _begin(session_id: int) -> tuple[SignInSession, list[SecondFactor]]:
    row = enrolled.locked_session(session_id)
    if row is None:
        raise Refusal(OVER, Kind.FORBIDDEN)
    factors = enrolled.locked_factors(row.person)
    refuse_if(can_enrol(row.person, len(factors), row.door))
    return row, factors


def _keep(
    row: SignInSession, factor: SecondFactor, name: str, others: int, *, secret_key: str, now: datetime
) -> list[str] | Refusal:
    """Write the factor; whoever has just enrolled one has it at hand, so that it counts as given."""
    person = row.person
    factor.person_id, factor.created_at, factor.used_at = person.id, now, now
    factor.name = clean_name(name)[:LONGEST_FACTOR_NAME]
    if not factor.name:
        return Refusal(N_("Donnez un nom à ce moyen, pour le reconnaître."), Kind.INVALID, "name")
    db.session.add(factor)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refusal(N_("Cette clé est déjà enregistrée.")) from error
    row.second_factor_at = now
    codes = [] if others else _write_codes(person, secret_key, now)
    enqueue(person.email, "second_factor", person.locale, now, what="added", name=factor.name)
    record(Verb.FACTOR_ADDED, person.public_id, now, person=person.public_id, kind=factor.kind)
    return codes


def remove(person: Person, public_id: str, now: datetime) -> str:
    """Remove a factor and give its name; the recovery codes go with the last one. Raises Refusal."""
    factors = enrolled.locked_factors(person)
    factor = enrolled.factor_named(person, public_id)
    refuse_if(can_remove(person, len(factors)))
    name, kind = factor.name, factor.kind
    db.session.delete(factor)
    if len(factors) == 1:
        _forget_codes(person)
    db.session.flush()
    enqueue(person.email, "second_factor", person.locale, now, what="removed", name=name)
    record(Verb.FACTOR_REMOVED, person.public_id, now, person=person.public_id, kind=kind)
    return name


def renew_codes(person: Person, secret_key: str, now: datetime) -> list[str]:
    """Make new recovery codes in the place of the former ones, and give them: they can be read this once.

    Raises Refusal for somebody who has no second factor to recover.
    """
    if not enrolled.locked_factors(person):
        raise Refusal(N_("Enregistrez d’abord un appareil ou une application."))
    codes = _write_codes(person, secret_key, now)
    enqueue(person.email, "second_factor", person.locale, now, what="codes")
    record(Verb.RECOVERY_CODES_MADE, person.public_id, now, person=person.public_id)
    return codes


def _write_codes(person: Person, secret_key: str, now: datetime) -> list[str]:
    _forget_codes(person)
    codes = new_recovery_codes()
    db.session.add_all(
        RecoveryCode(person_id=person.id, code_mac=recovery_mac(secret_key, person.public_id, code), created_at=now)
        for code in codes
    )
    db.session.flush()
    return codes


def _forget_codes(person: Person) -> None:
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person.id))


def reset(person: Person, now: datetime) -> int:
    """Take every factor and recovery code away from somebody who lost them all; gives how many factors there were.

    For the operator of the machine, who knows who is asking. Every session of the person ends.
    Raises Refusal when there is nothing to take away.
    """
    # The sessions first: whoever proves something holds their session before their factors.
    db.session.execute(sa.delete(SignInSession).where(SignInSession.person_id == person.id))
    factors = enrolled.locked_factors(person)
    if not factors:
        raise Refusal(N_("Cette personne n’a pas de second moyen enregistré."))
    for factor in factors:
        db.session.delete(factor)
    _forget_codes(person)
    db.session.flush()
    enqueue(person.email, "second_factor", person.locale, now, what="reset")
    record(Verb.FACTORS_RESET, SYSTEM, now, person=person.public_id)
    return len(factors)
