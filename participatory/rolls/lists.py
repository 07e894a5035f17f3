"""Looking at a file and reading it against the tables of reference, outside any transaction."""

import hashlib
from dataclasses import dataclass

from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.identifiers import ine_from_esi, is_esi, normalised_ine
from participatory.identity.rules import normalised_email
from participatory.rolls import queries
from participatory.rolls.columns import (
    HEAD_WITHIN,
    LOOKED_AT,
    Column,
    ColumnKind,
    Layout,
    fault_of,
    proposed,
)
from participatory.rolls.places import Gazetteer
from participatory.rolls.reading import Known, Peppers, read_rows
from participatory.rolls.rules import Reading
from participatory.rolls.sheets import open_table, unreadable
from participatory.territories.models import Establishment


@dataclass(frozen=True)
class Look:
    """A file at first sight: its sheet, those that are not read, its columns and what we think they are."""

    sheet: str
    others: tuple[str, ...]
    layout: Layout
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class ReadList:
    """A list that was read, with the SHA-256 of its file."""

    reading: Reading
    digest: str
    sheet: str


def known_places(only: Establishment | None = None) -> Known:
    """The places that a list may name: every site and establishment; `only` is whose list it is."""
    establishments = queries.establishments()
    return Known(
        Gazetteer((site.id, site.name, (site.slug, *site.communes.split("|"))) for site in queries.sites()),
        Gazetteer((each.id, each.name, (each.acronym, each.uai, each.key)) for each in establishments),
        {each.id: each.uai for each in establishments if each.uai},
        only.id if only else None,
    )


def look_at(content: bytes, known: Known) -> Look:
    """The first rows of a file and what its columns seem to be.

    Raises Refusal (INVALID, field `file`) when it cannot be read or holds nothing.
    """
    table = open_table(content, HEAD_WITHIN + LOOKED_AT)
    lines = list(table.lines)
    if not lines:
        raise unreadable(N_("Ce fichier est vide."))
    looks_like = {
        ColumnKind.EMAIL: _is_email,
        ColumnKind.ESI: lambda text: is_esi(text) and _accepts(ine_from_esi, text),
        ColumnKind.INE: lambda text: _accepts(normalised_ine, text),
        ColumnKind.ESTABLISHMENT: lambda text: known.establishments.find(text) is not None,
        ColumnKind.SITE: lambda text: known.sites.find(text) is not None,
        ColumnKind.NUMBER: lambda _text: False,
    }
    layout, columns = proposed(lines, looks_like)
    return Look(table.sheet, table.others, layout, columns)


def _is_email(text: str) -> bool:
    return "@" in text and _accepts(normalised_email, text)


def _accepts(read: object, text: str) -> bool:
    assert callable(read)
    try:
        read(text)
    except Refusal:
        return False
    return True


def read_roll(content: bytes, layout: Layout, known: Known, peppers: Peppers) -> ReadList:
    """Read a whole file with the columns that a person has confirmed.

    Raises Refusal (INVALID) when the file cannot be read, when the columns do not make a list,
    and when no row is below the titles.
    """
    refuse_if(fault_of(layout, one_establishment=known.only is not None))
    table = open_table(content)
    reading = read_rows(table.lines, layout, known, peppers)
    if not reading.rows:
        raise Refusal(N_("Ce fichier ne contient aucune ligne à importer."), Kind.INVALID, "file")
    return ReadList(reading, hashlib.sha256(content).hexdigest(), table.sheet)
