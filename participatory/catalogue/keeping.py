"""Changing the catalogue: one cost added, replaced or archived, or a whole file of them once it has been previewed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from participatory.catalogue.models import UnitCost, key_of
from participatory.catalogue.policy import can_keep
from participatory.catalogue.queries import unit_costs
from participatory.catalogue.rules import Cost, cost_faults
from participatory.core.clock import paris
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_, label
from participatory.core.search import stems
from participatory.identity.models import Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb

# Any constant will do, so long as no other lock of the application uses it.
_LOCK = 20_261_131


class Incomplete(Refusal):
    """A cost that cannot be kept, with each thing to correct, all at once."""

    def __init__(self, faults: Sequence[Refusal]):
        super().__init__(N_("Ce prix n’est pas complet."), Kind.INVALID)
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Change:
    """What a cost of a file does: `before` is the price that it replaces, None for a new cost."""

    line: int
    cost: Cost
    before: Cost | None

    @property
    def same(self) -> bool:
        """Whether the catalogue says the same already."""
        return self.before == self.cost


def add(cost: Cost, by: Person, now: datetime) -> UnitCost:
    """Add a cost; raises Incomplete, and Refusal when the catalogue has it already."""
    refuse_if(can_keep(by))
    _refuse_faults(cost, now)
    _hold()
    if key_of(cost) in _present():
        raise Refusal(N_("La grille a déjà un prix pour cela : ouvrez-le pour le changer."), Kind.CONFLICT, "label")
    return _write(cost, by, now)


def replace(old: UnitCost, cost: Cost, by: Person, now: datetime) -> UnitCost:
    """Put a newer price in the place of another, which stays, archived. Raises Refusal when that was done meanwhile."""
    refuse_if(can_keep(by))
    _refuse_faults(cost, now)
    _hold()
    present = _present()
    if old.id not in {row.id for row in present.values()}:
        raise Refusal(N_("Ce prix a été remplacé ou retiré entre-temps : rechargez la grille."))
    other = present.get(key_of(cost))
    if other is not None and other.id != old.id:
        raise Refusal(N_("La grille a déjà un prix pour cela : ouvrez-le pour le changer."), Kind.CONFLICT, "label")
    if old.cost == cost:
        raise Refusal(N_("Rien n’a changé."), Kind.INVALID, "cost")
    return _write(cost, by, now, replaced=old)


def archive(cost: UnitCost, by: Person, now: datetime) -> None:
    """Offer a cost no more; projects that name it go on showing it. Raises Refusal the second time."""
    refuse_if(can_keep(by))
    _hold()
    db.session.refresh(cost)
    if cost.archived_at is not None:
        raise Refusal(N_("Ce prix est déjà archivé."))
    cost.archived_at = now
    record(Verb.COST_ARCHIVED, by.public_id, now, cost=cost.public_id, label=cost.label)


def changes(costs: Sequence[tuple[int, Cost]]) -> list[Change]:
    """What these costs, each with its line in the file, would do to the catalogue as it is."""
    present = {key: row.cost for key, row in _present().items()}
    return [Change(line, cost, present.get(key_of(cost))) for line, cost in costs]


def digest_of(found: Sequence[Change]) -> str:
    """What stands for a preview, so that nothing else is imported than what was shown."""
    return hashlib.sha256(repr(found).encode()).hexdigest()


def import_costs(costs: Sequence[tuple[int, Cost]], seen: str, by: Person, now: datetime) -> tuple[int, int]:
    """Do what the preview of digest `seen` showed; how many were added, how many replaced.

    Raises Refusal when the catalogue has changed since.
    """
    refuse_if(can_keep(by))
    _hold()
    found = changes(costs)
    if digest_of(found) != seen:
        raise Refusal(N_("La grille a changé depuis cet aperçu : voici le nouveau. Rien n’est encore importé."))
    present = _present()
    done = [change for change in found if not change.same]
    for change in done:
        _write(change.cost, by, now, replaced=present.get(key_of(change.cost)), told=False)
    replaced = sum(change.before is not None for change in done)
    record(
        Verb.CATALOGUE_IMPORTED, by.public_id, now, added=len(done) - replaced, replaced=replaced, preview_digest=seen
    )
    return len(done) - replaced, replaced


def _hold() -> None:
    """Two people at once take turns (PostgreSQL; SQLite does so by itself)."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def _present() -> dict[str, UnitCost]:
    return {row.key: row for row in unit_costs()}


def today(now: datetime) -> date:
    """The day in Paris."""
    return paris(now).date()


def _refuse_faults(cost: Cost, now: datetime) -> None:
    found = list(cost_faults(cost, today(now)))
    if found:
        raise Incomplete(found)


def _write(cost: Cost, by: Person, now: datetime, replaced: UnitCost | None = None, *, told: bool = True) -> UnitCost:
    if replaced is not None:
        replaced.archived_at = now
        db.session.flush()
    themes = " ".join(label(theme) for theme in cost.themes)
    row = UnitCost(
        key=key_of(cost),
        label=cost.label,
        unit=cost.unit,
        cents=cost.cents,
        kind_code=cost.kind.value,
        source=cost.source,
        theme_codes=[theme.value for theme in cost.themes],
        priced_on=cost.priced_on,
        search_text=stems(f"{cost.label} {cost.unit} {themes}"),
        added_by=by.public_id,
        added_at=now,
    )
    db.session.add(row)
    db.session.flush()
    if told:
        former = replaced.public_id if replaced else ""
        values = {"cost": row.public_id, "label": row.label, "unit_cost_cents": row.cents, "replaces": former}
        record(Verb.COST_KEPT, by.public_id, now, **values)
    return row
