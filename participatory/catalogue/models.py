"""The unit costs that the Region publishes."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participatory.catalogue.rules import Cost, LineKind
from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.core.search import stems
from participatory.rounds.rulebook import Theme


def key_of(cost: Cost) -> str:
    """What makes two costs the same one: the words of the label and of the unit, without accents or plurals."""
    return f"{stems(cost.label).strip()} / {stems(cost.unit).strip()}"


class UnitCost(Base):
    """What one unit costs, in cents. A price is never changed: another replaces it, and this one stays, archived.

    Projects that were costed with a price go on naming the price that they were costed with.
    """

    __tablename__ = "unit_cost"
    __table_args__ = (
        sa.Index(
            "uq_unit_cost_present",
            "key",
            unique=True,
            sqlite_where=sa.text("archived_at IS NULL"),
            postgresql_where=sa.text("archived_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    key: Mapped[str] = mapped_column(sa.String(200))
    label: Mapped[str] = mapped_column(sa.String(120))
    unit: Mapped[str] = mapped_column(sa.String(40))
    cents: Mapped[int] = mapped_column(sa.BigInteger)
    kind_code: Mapped[str] = mapped_column(sa.String(20))
    source: Mapped[str] = mapped_column(sa.String(200))
    theme_codes: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    priced_on: Mapped[date]
    search_text: Mapped[str] = mapped_column(sa.Text, default="")
    # Public identifier of the member of staff.
    added_by: Mapped[str] = mapped_column(sa.String(40))
    added_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    @property
    def kind(self) -> LineKind:
        """Investment or operating."""
        return LineKind(self.kind_code)

    @property
    def themes(self) -> list[Theme]:
        """The themes that it is offered for first; none for all."""
        return [Theme(code) for code in self.theme_codes]

    @property
    def cost(self) -> Cost:
        """The same as data."""
        return Cost(self.label, self.unit, self.cents, self.kind, self.source, self.priced_on, tuple(self.themes))
