"""Loading the tables of reference."""

import csv
from collections.abc import Iterator
from importlib.resources import files

import sqlalchemy as sa

from participatory.core.database import db, transaction
from participatory.territories.models import Department, Establishment, Site


def load_reference() -> None:
    """Insert or update departments, sites and establishments from `reference/`; safe to run again."""
    with transaction():
        for row in _rows("departments"):
            _upsert(Department, "code", {**row, "population": int(row["population"])})
        for row in _rows("sites"):
            _upsert(Site, "slug", {**_without(row, "department"), "department_code": row["department"]})
        sites = {site.slug: site.id for site in db.session.scalars(sa.select(Site))}
        for row in _rows("establishments"):
            _upsert(Establishment, "key", _establishment(row, sites))


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("participatory.territories").joinpath(f"reference/{name}.csv").read_text("utf-8")
    return csv.DictReader(text.splitlines())


def _without(row: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in row.items() if name not in names}


def _establishment(row: dict[str, str], sites: dict[str, int]) -> dict[str, object]:
    return {
        **_without(row, "site", "department", "enrolment", "domain_confirmed"),
        "site_id": sites[row["site"]],
        "enrolment": int(row["enrolment"]) if row["enrolment"] else None,
        "domain_confirmed": row["domain_confirmed"] == "yes",
    }


def _upsert(model: type[Department] | type[Site] | type[Establishment], key: str, values: dict[str, object]) -> None:
    found = db.session.scalars(sa.select(model).where(getattr(model, key) == values[key])).first()
    if found is None:
        db.session.add(model(**values))
    else:
        for name, value in values.items():
            setattr(found, name, value)
    db.session.flush()
