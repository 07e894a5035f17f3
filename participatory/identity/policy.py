"""Who may sign in with a letter, give a role, or change association."""

from datetime import datetime

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.codes import MAX_ATTEMPTS
from participatory.identity.models import Association, Person, SignInCode
from participatory.identity.permissions import Permission
from participatory.identity.rules import Role


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


def can_grant(person: Person, role: Role, association: Association | None, by: Person | None) -> Refusal | None:
    """Whether a role may be given; `by` is None for the command, which the operator of the machine runs.

    Nobody gives themselves a role: a second person, or the operator, answers for it.
    """
    if by is not None and (refusal := can_manage_roles(by)):
        return refusal
    if by is not None and by.id == person.id:
        return Refusal(N_("Personne ne se donne un rôle : demandez-le à une autre personne de l’administration."))
    if role in person.roles:
        return Refusal(N_("Cette personne a déjà ce rôle."), field="role")
    if role is Role.MODERATOR and association is None:
        return Refusal(
            N_("Choisissez l’association au nom de laquelle cette personne modère."), Kind.INVALID, "association"
        )
    return None


def can_revoke(person: Person, role: Role, administrators: int, by: Person | None) -> Refusal | None:
    """Whether a role may be taken back; `administrators` is how many people administer the platform at present."""
    if by is not None and (refusal := can_manage_roles(by)):
        return refusal
    if role not in person.roles:
        return Refusal(N_("Cette personne n’a pas ce rôle."))
    if role is Role.ADMINISTRATOR and administrators <= 1:
        return Refusal(
            N_("C’est la dernière personne qui administre la plateforme : donnez d’abord ce rôle à quelqu’un d’autre.")
        )
    return None


def can_choose_association(person: Person, association_id: int | None) -> Refusal | None:
    """A moderator judges in the name of an association: changing it alone would let them choose whom they judge."""
    if association_id == person.association_id or Role.MODERATOR not in person.roles:
        return None
    return Refusal(
        N_(
            "Vous modérez au nom de votre association, et ne décidez pas de ses projets : "
            "pour en changer, demandez à l’administration de la plateforme."
        ),
        field="association",
    )
