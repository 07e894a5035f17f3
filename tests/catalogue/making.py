"""What the tests of the catalogue share."""

from datetime import date

from participatory.catalogue import keeping
from participatory.catalogue.models import UnitCost
from participatory.catalogue.rules import Cost, LineKind
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.identity.rules import Role
from participatory.rounds.rulebook import Theme
from tests.factories import make_person

ROOM = Cost("Location d’une salle", "jour", 180_00, LineKind.OPERATING, "Marché régional 2026", date(2026, 1, 31))
OVEN = Cost("Four de collectivité", "pièce", 1_250_50, LineKind.INVESTMENT, "Devis", date(2025, 9, 1), (Theme.FOOD,))


def keeper():
    """Somebody who keeps the catalogue."""
    return make_person(roles=(Role.APPRAISER,))


def kept(cost: Cost = ROOM) -> UnitCost:
    """A cost in the catalogue."""
    by = keeper()
    with transaction():
        return keeping.add(cost, by, now())
