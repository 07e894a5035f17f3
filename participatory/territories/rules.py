"""Kinds of places and of establishments."""

from enum import StrEnum

from participatory.core.labels import N_, register


class SiteKind(StrEnum):
    """A metropolis, or one of the 18 villes universitaires d'équilibre (VUE)."""

    METROPOLIS = "metropolis"
    BALANCE = "balance"


class EstablishmentKind(StrEnum):
    """As the ministry's list distinguishes them, made coarser."""

    UNIVERSITY = "university"
    SCHOOL = "school"
    GRAND_ESTABLISHMENT = "grand_establishment"
    OTHER = "other"


register(
    {
        SiteKind.METROPOLIS: N_("Métropole"),
        SiteKind.BALANCE: N_("Ville universitaire d’équilibre"),
        EstablishmentKind.UNIVERSITY: N_("Université"),
        EstablishmentKind.SCHOOL: N_("École"),
        EstablishmentKind.GRAND_ESTABLISHMENT: N_("Grand établissement"),
        EstablishmentKind.OTHER: N_("Autre établissement"),
    }
)
