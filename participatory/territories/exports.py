"""The tables of reference as csv, with the columns that `reference/ORIGINS.md` describes."""

import csv
import io
from collections.abc import Callable, Iterable

from participatory.territories import queries

Row = dict[str, object]


def _departments() -> Iterable[Row]:
    for each in queries.departments():
        yield {
            "code": each.code,
            "name": each.name,
            "prefecture": each.prefecture,
            "academy": each.academy,
            "population": each.population,
        }


def _sites() -> Iterable[Row]:
    for each in queries.sites():
        yield {
            "slug": each.slug,
            "name": each.name,
            "kind": each.kind,
            "department": each.department_code,
            "communes": each.communes,
            "latitude": each.latitude,
            "longitude": each.longitude,
        }


def _establishments() -> Iterable[Row]:
    for each in queries.establishments():
        yield {
            "key": each.key,
            "uai": each.uai,
            "name": each.name,
            "acronym": each.acronym,
            "kind": each.kind,
            "sector": each.sector,
            "site": each.site.slug,
            "enrolment": "" if each.enrolment is None else each.enrolment,
            "email_domains": each.email_domains,
            "domain_confirmed": "yes" if each.domain_confirmed else "no",
            "website": each.website,
        }


TABLES: dict[str, Callable[[], Iterable[Row]]] = {
    "departements": _departments,
    "sites": _sites,
    "etablissements": _establishments,
}


def as_csv(table: str) -> str:
    """One table of TABLES as csv (RFC 4180); raises KeyError for another name."""
    rows = list(TABLES[table]())
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]) if rows else [])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
