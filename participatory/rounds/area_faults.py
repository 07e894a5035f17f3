"""Why the envelopes of some areas cannot be, with the field of the form to correct."""

from collections.abc import Iterator

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.rounds.rulebook import MAIN_CONTEST, Contest, Rulebook

MOST_AREAS = 20
MOST_NAME = 80


def area_field(position: int, name: str) -> str:
    """The field of the form for one value of the area in this position, from 0."""
    return f"areas-{position}-{name}"


def areas_fault(book: Rulebook) -> Refusal | None:
    """The first reason why these areas cannot have envelopes of their own."""
    return next(_faults(book), None)


def _faults(book: Rulebook) -> Iterator[Refusal]:
    if len(book.contests) > MOST_AREAS:
        yield Refusal(N_("Au plus %(most)s enveloppes de territoire."), Kind.INVALID, "areas", most=MOST_AREAS)
    for position, area in enumerate(book.contests):
        yield from _own_faults(book, position, area)
        for earlier in book.contests[:position]:
            yield from _shared_faults(position, area, earlier)
    if book.contests and book.main_cents <= 0:
        message = N_("Les territoires ne laissent rien à l’enveloppe régionale : réduisez ce montant.")
        yield Refusal(message, Kind.INVALID, area_field(len(book.contests) - 1, "amount"))


def _own_faults(book: Rulebook, position: int, area: Contest) -> Iterator[Refusal]:
    if not area.name.strip() or len(area.name) > MOST_NAME:
        message = N_("Nommez ce territoire, en %(most)s signes au plus.")
        yield Refusal(message, Kind.INVALID, area_field(position, "name"), most=MOST_NAME)
    if area.amount_cents < max(book.project_min_cents, 1):
        message = N_("Cette enveloppe est plus petite que le coût minimal d’un projet : rien n’y tiendrait.")
        yield Refusal(message, Kind.INVALID, area_field(position, "amount"))
    if not area.site_slugs:
        message = N_("Choisissez les sites de ce territoire.")
        yield Refusal(message, Kind.INVALID, area_field(position, "sites"))
    if area.key == MAIN_CONTEST:
        yield Refusal(N_("Donnez un autre nom à ce territoire."), Kind.INVALID, area_field(position, "name"))


def _shared_faults(position: int, area: Contest, earlier: Contest) -> Iterator[Refusal]:
    if area.key == earlier.key or area.name.casefold() == earlier.name.casefold():
        message = N_("Deux territoires portent ce nom : changez-en un.")
        yield Refusal(message, Kind.INVALID, area_field(position, "name"))
    if set(area.site_slugs) & set(earlier.site_slugs):
        message = N_("Un de ces sites est déjà dans « %(name)s » : un site n’est que dans un territoire.")
        yield Refusal(message, Kind.INVALID, area_field(position, "sites"), name=earlier.name)
