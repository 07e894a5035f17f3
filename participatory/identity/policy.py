"""Who may sign in with a letter, give a role, or change association."""

from collections.abc import Sequence
from datetime import datetime

from participatory.core import clock
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.codes import MAX_ATTEMPTS
from participatory.identity.models import Person, RoleGrant, SignInCode
from participatory.identity.permissions import NEEDS_SCOPE, SCOPES, Permission, Scope
from participatory.identity.rules import Role
from participatory.identity.terms import Term

UNFIT_LIMIT = {
    Role.MODERATOR: N_("La modération se donne pour une association : choisissez-la dans la liste."),
    Role.APPRAISER: N_("L’instruction se limite à un budget ou à un territoire, ou vaut partout."),
    Role.REFERENT: N_("La liste électorale se confie pour un établissement : choisissez-le dans la liste."),
    Role.OFFICER: N_("La conduite se limite à un budget, ou vaut pour tous."),
    Role.ADMINISTRATOR: N_("L’administration de la plateforme ne se limite pas : laissez « Partout »."),
    Role.OBSERVER: N_("L’observation se donne pour une association, ou sans limite."),
}
MISSING_LIMIT = {
    Role.MODERATOR: N_("Choisissez l’association au nom de laquelle cette personne modère."),
    Role.REFERENT: N_("Choisissez l’établissement dont cette personne envoie la liste."),
}


def can_use(letter: SignInCode, now: datetime) -> Refusal | None:
    """Whether the code or the link of a letter still opens the door."""
    if letter.consumed_at is not None:
        return Refusal(N_("Cette lettre a déjà servi : son code et son lien ne valent qu’une fois."))
    if letter.replaced_at is not None:
        return Refusal(N_("Une lettre plus récente a été envoyée à cette adresse : elle seule vaut encore."))
    if letter.expires_at <= now:
        return Refusal(N_("Cette lettre date de plus de quinze minutes : son code et son lien ne valent plus."))
    if letter.attempts >= MAX_ATTEMPTS:
        return Refusal(N_("Cinq codes faux ont été essayés : par prudence, cette lettre ne vaut plus."))
    return None


def can_manage_roles(person: Person) -> Refusal | None:
    """Only the administration of the platform gives roles and creates associations."""
    if person.may(Permission.MANAGE_ROLES):
        return None
    return Refusal(N_("Seule l’administration de la plateforme donne et retire les rôles."), Kind.FORBIDDEN)


def can_grant(
    person: Person, role: Role, scope: Scope | None, term: Term, *, by: Person | None, now: datetime
) -> Refusal | None:
    """Whether a role may be given; `by` is None for the command, which the operator of the machine runs.

    Nobody gives themselves a role: a second person, or the operator, answers for it.
    """
    if by is not None and (refusal := can_manage_roles(by)):
        return refusal
    if by is not None and by.id == person.id:
        return Refusal(N_("Personne ne se donne un rôle : demandez-le à une autre personne de l’administration."))
    return limit_fault(role, scope) or _term_fault(term, now) or _already_held(person, role, scope, term, now)


def limit_fault(role: Role, scope: Scope | None) -> Refusal | None:
    """Why a role cannot have this limit, or cannot do without one."""
    if scope is not None and scope.kind not in SCOPES[role]:
        return Refusal(UNFIT_LIMIT[role], Kind.INVALID, "scope")
    if scope is None and role in NEEDS_SCOPE:
        return Refusal(MISSING_LIMIT[role], Kind.INVALID, "scope")
    return None


def _term_fault(term: Term, now: datetime) -> Refusal | None:
    begins = max(term.starts_at or now, now)
    if term.ends_at is not None and term.ends_at <= begins:
        return Refusal(N_("Ce rôle serait déjà terminé : choisissez une fin à venir."), Kind.INVALID, "ends")
    return None


def _already_held(person: Person, role: Role, scope: Scope | None, term: Term, now: datetime) -> Refusal | None:
    for held in (each for each in person.grants if each.stands(now)):
        if held.role == role and held.scope == scope:
            longer = held.ends_at is not None and (term.ends_at is None or held.ends_at < term.ends_at)
            return None if longer else Refusal(N_("Cette personne a déjà ce rôle."), field="role")
        if held.role == role == Role.MODERATOR:
            return Refusal(
                N_("Cette personne modère déjà pour une autre association : retirez-lui d’abord ce rôle."),
                field="scope",
            )
    return None


def can_revoke(
    grant: RoleGrant | None, of_the_role: Sequence[RoleGrant], by: Person | None, now: datetime
) -> Refusal | None:
    """Whether a grant may be taken back; `of_the_role`: for the administration, all grants that nobody took back.

    One administrator stays; and when this one's role has no end, one whose role has none either.
    """
    if by is not None and (refusal := can_manage_roles(by)):
        return refusal
    if grant is None or not grant.stands(now):
        return Refusal(N_("Cette personne n’a pas ce rôle."))
    if grant.role != Role.ADMINISTRATOR or not grant.held.is_present(now):
        return None
    others = [each for each in of_the_role if each.id != grant.id and each.held.is_present(now)]
    if not any(each.ends_at is None or grant.ends_at is not None for each in others):
        return Refusal(
            N_("C’est la dernière personne qui administre la plateforme : donnez d’abord ce rôle à quelqu’un d’autre.")
        )
    return None


def can_choose_association(person: Person, association_id: int | None) -> Refusal | None:
    """A moderator judges in the name of an association: changing it alone would let them choose whom they judge."""
    moderates = any(grant.role == Role.MODERATOR and grant.stands(clock.now()) for grant in person.grants)
    if association_id == person.association_id or not moderates:
        return None
    return Refusal(
        N_(
            "Vous modérez au nom de votre association, et ne décidez pas de ses projets : "
            "pour en changer, demandez à l’administration de la plateforme."
        ),
        field="association",
    )
