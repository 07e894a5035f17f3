"""One person, one account: what is done when a door proves that two accounts are the same person's.

Nobody is joined to an account that holds a role, present or to come, through an address that an
establishment asserts: such an account is kept only when its own number was proven, or when it is signed in
in the same browser. Two accounts with different INE are two people.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import after_rollback, db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.core.joining import move_references
from participatory.core.labels import N_
from participatory.identity import queries
from participatory.identity.identifiers import Sealed
from participatory.identity.models import Person, PersonIdentifier, RecoveryCode, SecondFactor, SignInSession
from participatory.identity.rules import nameless
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.outbox.actions import enqueue

TWO_NUMBERS, ROLE, TWO_ROLES = "two_numbers", "role", "two_roles"

_SENTENCES = {
    TWO_NUMBERS: N_(
        "Le numéro national (INE) que donne votre établissement n’est pas celui de ce compte : deux numéros, ce sont "
        "deux personnes. Rien n’a été réuni. Si ces comptes sont bien les vôtres, écrivez-nous depuis la page d’aide."
    ),
    ROLE: N_(
        "L’adresse que donne votre établissement est celle d’un compte qui a un rôle sur la plateforme : par prudence, "
        "elle ne suffit pas pour l’ouvrir. Connectez-vous d’abord avec un code envoyé à cette adresse, puis revenez "
        "par votre établissement dans le même navigateur."
    ),
    TWO_ROLES: N_(
        "Deux comptes à vous ont chacun un rôle : ils ne se réunissent pas d’eux-mêmes. Demandez à l’administration "
        "de la plateforme de reprendre les rôles de l’un des deux."
    ),
}


def account_of(
    known: Sequence[Person],
    by_address: Person | None,
    identifiers: Collection[str],
    *,
    present: Person | None,
    source: str,
    now: datetime,
) -> tuple[Person | None, list[Person]]:
    """The account to keep, None when there is none yet, and those that become part of it.

    `known` are the accounts of the numbers that were proven, `by_address` the one of the address; `present` the
    account signed in in the same browser. The caller holds their rows. Raises Refusal, and journals it.
    """
    accounts = list(dict.fromkeys([*known, *([by_address] if by_address else [])]))
    reason = _against(accounts, known, identifiers, present, now)
    if reason:
        _note_refusal(accounts, reason, source, now)
        raise Refusal(_SENTENCES[reason], Kind.CONFLICT)
    kept = next((each for each in accounts if holds_role(each, now)), accounts[0] if accounts else None)
    return kept, [each for each in accounts if each is not kept]


def _against(
    accounts: Sequence[Person],
    known: Sequence[Person],
    identifiers: Collection[str],
    present: Person | None,
    now: datetime,
) -> str:
    """Why these accounts are not one person's, or cannot be made one without somebody deciding; "" when they can."""
    named = {value for each in accounts for value in each.identifiers} | set(identifiers)
    if len([value for value in named if value.startswith(f"{Sealed.INE}:")]) > 1:
        return TWO_NUMBERS
    with_role = [each for each in accounts if holds_role(each, now)]
    if len(with_role) > 1:
        return TWO_ROLES
    reached_by_address = [each for each in with_role if each not in known]
    here = present.id if present is not None else None
    return ROLE if any(each.id != here for each in reached_by_address) else ""


def holds_role(person: Person, now: datetime) -> bool:
    """Whether a role is held at this instant, or is to be."""
    return any(each.ends_at is None or now < each.ends_at for each in person.held)


def _note_refusal(accounts: Sequence[Person], reason: str, source: str, now: datetime) -> None:
    people = [each.public_id for each in accounts]

    def note() -> None:
        with transaction():
            record(Verb.JOINING_REFUSED, SYSTEM, now, people=people, reason=reason, source=source)

    after_rollback(note)


def join(kept: Person, gone: Person, source: str, now: datetime) -> None:
    """Make one account of two: all that belonged to `gone` belongs to `kept`, and both are told by letter.

    The caller holds both rows, and journals. What opens the account that goes (sessions, second
    factors) does not open one that holds a role: it is ended, not moved.
    """
    addresses = [each.email for each in (kept, gone) if each.email]
    if holds_role(kept, now):
        for keys in (SignInSession, SecondFactor, RecoveryCode):
            db.session.execute(sa.delete(keys).where(keys.person_id == gone.id))
    for grant in gone.grants:
        # What is over is taken back, so that no role of theirs can be counted among those held.
        grant.revoked_at = grant.revoked_at or grant.ends_at
    address, gone.email = gone.email, None
    db.session.flush()
    move_references(Person, gone.id, kept.id)
    gone.merged_into_id = kept.id
    _complete(kept, gone, address, source, now)
    db.session.flush()
    db.session.expire_all()
    for each in addresses:
        enqueue(each, "accounts_joined", kept.locale, now, name=kept.display_name)


def _complete(kept: Person, gone: Person, address: str | None, source: str, now: datetime) -> None:
    """Give the account that stays what it lacks; an address beside its own still leads to it."""
    if kept.display_name == nameless(kept.public_id):
        kept.display_name = gone.display_name
    if kept.email is None:
        kept.email, kept.locale = address, gone.locale
    elif address:
        db.session.add(PersonIdentifier(person_id=kept.id, value=address, source=source, added_at=now))
    if kept.association_id is None and not holds_role(kept, now):
        kept.association_id = gone.association_id
    if gone.active_on is not None:
        kept.active_on = max(gone.active_on, kept.active_on or gone.active_on)
    kept.created_at = min(kept.created_at, gone.created_at)
    # The row that stays behind only says who took its place.
    gone.display_name, gone.association_id, gone.active_on = "", None, None


def hold(accounts: Sequence[Person]) -> None:
    """Hold the rows of accounts until the transaction ends, always in the same order; raises Refusal (CONFLICT).

    It is raised when one of them became part of another meanwhile.
    """
    if any(each.merged_into_id is not None for each in queries.held_people([each.id for each in accounts])):
        raise Refusal(N_("Ce compte vient de changer ailleurs : recommencez."))
