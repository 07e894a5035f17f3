"""Who may read the roll, send a list and approve one."""

from datetime import datetime

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission, Scope, ScopeKind
from participatory.identity.queries import is_account_of
from participatory.rolls.models import RollList
from participatory.rolls.policy import import_is_open
from participatory.rolls.rules import ListState
from participatory.rounds.models import Round
from participatory.territories.models import Establishment


def can_send(person: Person, round_: Round, establishment: Establishment | None, now: datetime) -> Refusal | None:
    """Officers send any list, an establishment's referent that of their own, until voting closes."""
    if not _holds(person, Permission.SUBMIT_ROLL, round_, establishment):
        return Refusal(
            N_("Seules les personnes qui conduisent le budget, et le référent d’un établissement, envoient une liste."),
            Kind.FORBIDDEN,
        )
    return import_is_open(round_, now)


def can_read(person: Person, round_: Round) -> Refusal | None:
    """The whole roll of a round is for those who conduct it; a referent has a page of their own."""
    if not person.may(Permission.READ_ROLL, round_.scope):
        return Refusal(N_("Cette page est réservée à des rôles que vous n’avez pas."), Kind.FORBIDDEN)
    return None


def can_read_establishment(person: Person, establishment: Establishment | None) -> Refusal | None:
    """A referent sees their own establishment; of the others, not even that they exist here."""
    if establishment is None or not person.may(Permission.SUBMIT_ROLL, scope_of(establishment)):
        return Refusal(N_("Cette page n’existe pas."), Kind.NOT_FOUND)
    return None


def can_approve(person: Person, waiting: RollList, now: datetime) -> Refusal | None:
    """An officer other than the person who sent the list, while it waits and the roll may grow."""
    if not person.may(Permission.APPROVE_ROLL, waiting.round.scope):
        return Refusal(N_("Seules les personnes qui conduisent le budget approuvent une liste."), Kind.FORBIDDEN)
    if is_account_of(waiting.sent_by, person):
        return Refusal(N_("Vous avez envoyé cette liste : une autre personne doit l’approuver."), Kind.FORBIDDEN)
    if waiting.state is not ListState.WAITING:
        return Refusal(N_("Cette liste n’attend plus : elle a déjà été importée ou écartée."))
    return import_is_open(waiting.round, now)


def scope_of(establishment: Establishment) -> Scope:
    """What a role limited to this establishment is limited to."""
    return Scope(ScopeKind.ESTABLISHMENT, establishment.key)


def _holds(person: Person, permission: Permission, round_: Round, establishment: Establishment | None) -> bool:
    own = (scope_of(establishment),) if establishment else ()
    return person.may(permission, round_.scope, *own)
