"""Who declares networks, and which ranges may stand beside those that are there."""

from collections.abc import Iterable

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission, Scope, ScopeKind
from participatory.integrity.models import NetworkRange
from participatory.integrity.networks import Network, overlap
from participatory.integrity.rules import NetworkKind
from participatory.territories.models import Establishment


def can_declare(person: Person, establishment: Establishment | None) -> Refusal | None:
    """Referents for their establishment; whoever has no limit also for networks that are of no establishment."""
    scopes = () if establishment is None else (Scope(ScopeKind.ESTABLISHMENT, establishment.key),)
    if person.may(Permission.MANAGE_NETWORKS, *scopes):
        return None
    if establishment is None:
        return Refusal(N_("Choisissez l’établissement dont c’est le réseau."), Kind.INVALID, "establishment")
    return Refusal(N_("Vous ne déclarez pas les réseaux de cet établissement."), Kind.FORBIDDEN, "establishment")


def can_stand(kind: NetworkKind, establishment: Establishment | None) -> Refusal | None:
    """A network of an establishment names it, and no other kind of network does."""
    if kind is NetworkKind.CAMPUS and establishment is None:
        return Refusal(N_("Choisissez l’établissement dont c’est le réseau."), Kind.INVALID, "establishment")
    if kind is not NetworkKind.CAMPUS and establishment is not None:
        return Refusal(
            N_("Un réseau mobile, domestique ou d’hébergeur n’est d’aucun établissement : laissez ce champ vide."),
            Kind.INVALID,
            "establishment",
        )
    return None


def can_join(
    network: Network, establishment: Establishment | None, present: Iterable[tuple[Network, Establishment | None]]
) -> Refusal | None:
    """The same range is not declared twice, and none overlaps one of somebody else's."""
    for other, owner in present:
        if other == network and owner == establishment:
            return _taken(N_("%(range)s est déjà dans le registre."), other)
        if owner != establishment and overlap(network, other):
            if owner is None:
                return _taken(N_("Cette plage recouvre %(range)s, déjà déclarée pour aucun établissement."), other)
            return _taken(N_("Cette plage recouvre %(range)s, déjà déclarée pour %(owner)s."), other, owner=owner.name)
    return None


def can_end(row: NetworkRange) -> Refusal | None:
    """Once."""
    if row.ended_at is not None:
        return Refusal(N_("Cette plage d’adresses ne compte déjà plus."))
    return None


def _taken(message: str, other: Network, **values: object) -> Refusal:
    return Refusal(message, Kind.CONFLICT, "cidr", range=other.with_prefixlen, **values)
