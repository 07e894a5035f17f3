"""Who keeps the catalogue."""

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission


def can_keep(person: Person) -> Refusal | None:
    """Why this person may not change the catalogue: it holds for the whole region, so a limited role does not do."""
    if person.may(Permission.KEEP_CATALOGUE):
        return None
    return Refusal(
        N_("Ces prix valent pour toute la région : seules les personnes dont le rôle n’a pas de limite les changent."),
        Kind.FORBIDDEN,
    )
