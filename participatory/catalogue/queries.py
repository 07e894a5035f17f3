"""Reading the catalogue."""

from collections.abc import Sequence

import sqlalchemy as sa

from participatory.catalogue.models import UnitCost
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.core.search import matches
from participatory.rounds.rulebook import Theme


def unit_costs(theme: Theme | None = None, q: str = "") -> list[UnitCost]:
    """The costs in force whose words match, by label; a theme leaves out those of other themes alone.

    A catalogue has some hundreds of rows: themes, kept as a list, are compared here and not by the database.
    """
    wanted = sa.select(UnitCost).where(UnitCost.archived_at.is_(None), matches(UnitCost.search_text, q))
    rows = db.session.scalars(wanted.order_by(UnitCost.search_text, UnitCost.id)).all()
    return [row for row in rows if theme is None or not row.theme_codes or theme.value in row.theme_codes]


def archived_costs(most: int = 200) -> Sequence[UnitCost]:
    """The costs that another replaced or that were taken out, the latest first."""
    wanted = sa.select(UnitCost).where(UnitCost.archived_at.is_not(None))
    return db.session.scalars(wanted.order_by(UnitCost.archived_at.desc(), UnitCost.id.desc()).limit(most)).all()


def unit_cost(identifier: str) -> UnitCost:
    """A cost by its public identifier, archived or not; raises Refusal (NOT_FOUND)."""
    found = db.session.scalars(sa.select(UnitCost).where(UnitCost.public_id == identifier)).first()
    if found is None:
        raise Refusal(N_("Il n’y a pas de prix à cette adresse."), Kind.NOT_FOUND)
    return found


def known_costs(identifiers: Sequence[str]) -> dict[str, UnitCost]:
    """The costs of these public identifiers, archived or not; unknown ones are left out."""
    wanted = sa.select(UnitCost).where(UnitCost.public_id.in_(identifiers))
    return {row.public_id: row for row in db.session.scalars(wanted)} if identifiers else {}
