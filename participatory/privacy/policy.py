"""Who may read what is held about somebody, and who may delete an account."""

from datetime import datetime

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import PERMISSIONS, Permission
from participatory.identity.rules import Role


def can_look_up(by: Person) -> Refusal | None:
    """Reading personal data is a permission held without limit: an account belongs to no round."""
    if by.may(Permission.READ_PERSONAL):
        return None
    return Refusal(N_("Votre rôle ne permet pas de consulter les données d’une personne."), Kind.FORBIDDEN)


def can_read(by: Person, person: Person) -> Refusal | None:
    """Nobody needs a reason for their own data: they have a page for that."""
    refusal = can_look_up(by)
    if refusal is None and by.id == person.id:
        return Refusal(N_("C’est votre propre compte : ouvrez « Mes données »."), Kind.INVALID, "sought")
    return refusal


def reading_role(by: Person) -> Role:
    """The role under which somebody reads; raises StopIteration for whoever has none that allows it."""
    return next(role for role in Role if role.value in by.roles and Permission.READ_PERSONAL in PERMISSIONS[role])


def must_give_back(person: Person, now: datetime) -> Refusal | None:
    """Whoever holds a role, now or later, gives it back before deleting the account: others count on it."""
    tenures = [each for each in person.held if each.ends_at is None or each.ends_at > now]
    if not tenures:
        return None
    if any(each.role is Role.ADMINISTRATOR for each in tenures):
        return Refusal(
            N_(
                "Vous administrez la plateforme : faites d’abord reprendre ce rôle par une autre personne de "
                "l’administration. La dernière ne peut pas partir sans avoir été remplacée."
            )
        )
    return Refusal(N_("Vous tenez un rôle : demandez d’abord à l’administration de la plateforme de vous le retirer."))
