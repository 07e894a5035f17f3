"""When the key of a round may be made, replaced and checked, and by whom."""

from datetime import datetime

import sqlalchemy as sa

from participatory.ceremony.models import ElectionKey
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.rounds.models import Round

# SLIP-39 makes at most sixteen shares; with one alone, nobody would be needed.
MOST_TRUSTEES = 16

CHECKED = Refusal(
    N_(
        "Cette clé a été vérifiée avec ses gardiens : une personne seule ne la remplace plus. Deux personnes qui "
        "conduisent le budget peuvent l’écarter, depuis la page de la clé."
    )
)
OTHER_THAN_SHOWN = Refusal(
    N_(
        "La clé de ce vote n’est plus celle que cette page montrait : rien n’a été changé. Relisez cette page "
        "avant de recommencer."
    )
)


def may_hold_ceremony(person: Person, round_: Round) -> Refusal | None:
    """Making and checking the key of a round is a permission, for every round or for one."""
    if person.may(Permission.CREATE_KEY, round_.scope):
        return None
    return Refusal(N_("Seules les personnes qui conduisent le budget peuvent faire cela."), Kind.FORBIDDEN)


def can_hold_ceremony(round_: Round, now: datetime) -> Refusal | None:
    """Until the first ballot could enter, a key may be made, or made again."""
    if round_.imported:
        return Refusal(N_("Ce budget vient d’une autre plateforme : il n’a pas de clé."))
    if now >= round_.control_at or has_opened(round_):
        return Refusal(N_("Le vote a ouvert avec sa clé : elle ne change plus."))
    return None


def can_create_key(round_: Round, trustees: int, threshold: int, now: datetime) -> Refusal | None:
    """Between two and sixteen trustees, of whom two at least are needed, before the vote has opened."""
    refusal = can_hold_ceremony(round_, now)
    if refusal is not None:
        return refusal
    if not 2 <= trustees <= MOST_TRUSTEES:
        return Refusal(N_("Il faut de 2 à 16 gardiens."), Kind.INVALID, "trustees")
    if not 2 <= threshold <= trustees:
        return Refusal(N_("Le nombre de parts nécessaires va de 2 au nombre de gardiens."), Kind.INVALID, "threshold")
    return None


def can_replace(former: ElectionKey | None, replaces: str) -> Refusal | None:
    """A key is replaced by whoever names it, never by a form that is sent twice; one that was checked, by nobody.

    Whoever replaced a key of which the trustees know that it opens could put one of their own in its place.
    """
    if (former.fingerprint if former else "") != replaces:
        return OTHER_THAN_SHOWN
    return CHECKED if former is not None and former.checked_at is not None else None


def can_discard(round_: Round, key: ElectionKey | None, named: str, now: datetime) -> Refusal | None:
    """Two people take away a key that was checked, until the vote opens; `named` is its fingerprint."""
    if key is None:
        return Refusal(N_("Ce vote n’a pas de clé : il n’y a rien à écarter."))
    if key.fingerprint != named:
        return OTHER_THAN_SHOWN
    if key.checked_at is None:
        return Refusal(N_("Cette clé n’a pas été vérifiée avec ses gardiens : il suffit de la refaire."))
    return can_hold_ceremony(round_, now)


def can_check_key(round_: Round, key: ElectionKey | None) -> Refusal | None:
    """Shares are typed again before the vote only: while ballots come in, the whole key must be nowhere."""
    if key is None:
        return Refusal(N_("Ce vote n’a pas encore de clé : il n’y a rien à vérifier."))
    if has_opened(round_):
        return Refusal(N_("Le vote a ouvert : les parts ne servent plus avant le dépouillement."))
    return None


def has_opened(round_: Round) -> bool:
    """Whether the vote has opened with its key, whatever the calendar has become since."""
    # The opening belongs to the ballots, which stand above: its row is asked for by name.
    opened = sa.select(sa.literal(1)).where(sa.text("round_id = :round")).select_from(sa.table("vote_opening"))
    return db.session.scalar(opened, {"round": round_.id}) is not None
