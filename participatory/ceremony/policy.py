"""When the key of a round may be made."""

from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.rounds.models import Round

# SLIP-39 makes at most sixteen shares; with one alone, nobody would be needed.
MOST_TRUSTEES = 16


def can_create_key(round_: Round, trustees: int, threshold: int, now: datetime) -> Refusal | None:
    """Until the first ballot could enter; between two and sixteen trustees, of whom two at least are needed."""
    if round_.imported:
        return Refusal(N_("Ce budget vient d’une autre plateforme : il n’a pas de clé."))
    if now >= round_.control_at or _has_opened(round_):
        return Refusal(N_("Le vote a ouvert avec sa clé : elle ne change plus."))
    if not 2 <= trustees <= MOST_TRUSTEES:
        return Refusal(N_("Il faut de 2 à 16 gardiens."), Kind.INVALID, "trustees")
    if not 2 <= threshold <= trustees:
        return Refusal(N_("Le nombre de parts nécessaires va de 2 au nombre de gardiens."), Kind.INVALID, "threshold")
    return None


def _has_opened(round_: Round) -> bool:
    # The opening belongs to the ballots, which stand above: its row is asked for by name.
    opened = sa.select(sa.literal(1)).where(sa.text("round_id = :round")).select_from(sa.table("vote_opening"))
    return db.session.scalar(opened, {"round": round_.id}) is not None
