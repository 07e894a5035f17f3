"""Making one of two rows that are the same thing: what refers to the one that goes refers to the one that stays."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from participatory.core.database import Base, db

# Of two rows that cannot both stay, the one that holds longer is kept.
_HOLDS_UNTIL = "expires_at"

Column = sa.Column[Any]


def move_references(model: type[Base], gone: int, kept: int) -> None:
    """Have every foreign key to the `id` of `model` that held `gone` hold `kept`, in whatever table.

    Where a unique constraint lets only one of two rows stay, it is the one that expires later, else the
    row of `kept`. Partial unique indexes are not looked at: IntegrityError when one is broken.
    """
    for table, column in references(model):
        for others in _unique_with(table, column):
            _leave_one(table, column, others, gone, kept)
        db.session.execute(sa.update(table).where(column == gone).values({column.name: kept}))


def references(model: type[Base]) -> Iterator[tuple[sa.Table, Column]]:
    """Every column that is a foreign key to the `id` of `model`, with its table."""
    target = model.__table__.c["id"]
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is target for key in column.foreign_keys):
                yield table, column


def is_partial(index: sa.Index) -> bool:
    """Whether a unique index bears on some rows only."""
    return any(index.dialect_options[name]["where"] is not None for name in ("sqlite", "postgresql"))


def _unique_with(table: sa.Table, column: Column) -> list[list[Column]]:
    """For each unique constraint that holds the column, the other columns in it."""
    constraints = [each.columns for each in table.constraints if isinstance(each, _UNIQUE)]
    indexes = [index.columns for index in table.indexes if index.unique and not is_partial(index)]
    return [
        [other for other in columns if other is not column]
        for columns in (*constraints, *indexes)
        if column.name in columns
    ]


_UNIQUE = (sa.UniqueConstraint, sa.PrimaryKeyConstraint)


def _leave_one(table: sa.Table, column: Column, others: Sequence[Column], gone: int, kept: int) -> None:
    twin = table.alias()
    same = [twin.c[other.name] == other for other in others]
    if _HOLDS_UNTIL in table.c:
        longer = twin.c[_HOLDS_UNTIL] > table.c[_HOLDS_UNTIL]
        better = sa.select(sa.literal(1)).select_from(twin).where(twin.c[column.name] == gone, longer, *same)
        db.session.execute(sa.delete(table).where(column == kept, better.correlate(table).exists()))
    double = sa.select(sa.literal(1)).select_from(twin).where(twin.c[column.name] == kept, *same)
    db.session.execute(sa.delete(table).where(column == gone, double.correlate(table).exists()))
