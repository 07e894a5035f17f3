"""Finding places and establishments."""

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.territories.models import Department, Establishment, Site
from participatory.territories.rules import SiteKind


def sites() -> list[Site]:
    """Every site: the metropolises, then the villes universitaires d'équilibre, each by name."""
    first = sa.case((Site.kind == SiteKind.METROPOLIS.value, 0), else_=1)
    return list(db.session.scalars(sa.select(Site).order_by(first, Site.name)))


def students_by_site() -> dict[int, int]:
    """How many students the establishments of each site (by row) enrol, by the tables of reference."""
    rows = sa.select(Establishment.site_id, sa.func.sum(sa.func.coalesce(Establishment.enrolment, 0)))
    return {site: int(number) for site, number in db.session.execute(rows.group_by(Establishment.site_id))}


def site_by_slug(slug: str) -> Site:
    """The site of this slug; raises Refusal (NOT_FOUND)."""
    found = db.session.scalars(sa.select(Site).where(Site.slug == slug)).first()
    if found is None:
        raise Refusal(N_("Ce site n’est pas dans la liste des villes étudiantes."), Kind.NOT_FOUND)
    return found


def departments() -> list[Department]:
    """The departments, by code."""
    return list(db.session.scalars(sa.select(Department).order_by(Department.code)))


def establishments() -> list[Establishment]:
    """The establishments, by name."""
    return list(db.session.scalars(sa.select(Establishment).order_by(Establishment.name)))
