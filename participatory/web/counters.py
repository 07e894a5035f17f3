"""Where uses are counted: a table of the application's own database, for one machine or several."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from limits.storage import Storage
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from participatory.core.clock import now
from participatory.core.database import Base, db


class RateCounter(Base):
    """How often one key was used in its present window."""

    __tablename__ = "rate_counter"

    key: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    hits: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class DatabaseStorage(Storage):
    """Fixed windows kept in the table `rate_counter`, on a connection of their own.

    A refused request must count even when the deed it asked for rolls back.
    """

    STORAGE_SCHEME = ["database"]  # noqa: RUF012 — the library asks for a list here.

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the library treats as an outage of the storage."""
        return sa.exc.OperationalError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count one more use; a window that has ended starts again."""
        moment = now()
        table = sa.inspect(RateCounter).local_table
        assert isinstance(table, sa.Table)
        with db.engine.connect().execution_options(write_lock=True) as connection, connection.begin():
            insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
            ends = moment + timedelta(seconds=expiry)
            fresh = insert(table).values(key=key, hits=amount, expires_at=ends)
            over = table.c.expires_at <= moment
            hits = connection.execute(
                fresh.on_conflict_do_update(
                    index_elements=["key"],
                    set_={
                        "hits": sa.case((over, amount), else_=table.c.hits + amount),
                        "expires_at": sa.case((over, ends), else_=table.c.expires_at),
                    },
                ).returning(table.c.hits)
            ).scalar_one()
            if hits == amount:
                connection.execute(sa.delete(table).where(table.c.expires_at <= moment - timedelta(hours=1)))
        return int(hits)

    def get(self, key: str) -> int:
        """The uses counted in the present window."""
        with db.engine.connect() as connection:
            found = connection.execute(
                sa.select(RateCounter.hits).where(RateCounter.key == key, RateCounter.expires_at > now())
            ).scalar()
        return int(found or 0)

    def get_expiry(self, key: str) -> float:
        """When the present window ends, in seconds of the Unix clock."""
        with db.engine.connect() as connection:
            found = connection.execute(sa.select(RateCounter.expires_at).where(RateCounter.key == key)).scalar()
        return (found or now()).timestamp()

    def check(self) -> bool:
        """Whether the storage answers."""
        return True

    def reset(self) -> int | None:
        """Forget every counter."""
        with db.engine.connect().execution_options(write_lock=True) as connection, connection.begin():
            return connection.execute(sa.delete(RateCounter)).rowcount

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with db.engine.connect().execution_options(write_lock=True) as connection, connection.begin():
            connection.execute(sa.delete(RateCounter).where(RateCounter.key == key))
