"""Taking away a key that its trustees have checked: a deed that takes two, or one person could put their own there."""

from datetime import datetime

import sqlalchemy as sa

from participatory.ceremony.actions import discard_key
from participatory.ceremony.models import ElectionKey
from participatory.ceremony.policy import can_discard
from participatory.ceremony.queries import key_of
from participatory.core.clock import paris
from participatory.core.database import db
from participatory.core.errors import refuse_if
from participatory.core.labels import N_
from participatory.deeds.actions import propose
from participatory.deeds.kinds import DeedKind, Payload
from participatory.deeds.models import Deed
from participatory.deeds.queries import waiting_for
from participatory.deeds.rules import Description, Sentence
from participatory.identity.models import Person
from participatory.identity.permissions import Permission, Scope
from participatory.journal.actions import SYSTEM
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round
from participatory.web.pages import absolute_url

NAME = "ceremony.discard"


def ask_discard(round_: Round, by: Person, now: datetime, *, link: str) -> Deed:
    """Have the discarding of the round's key wait for a second person; `link` leads to the deeds.

    Raises Refusal without a checked key, once the vote has opened, and when such a deed already waits.
    """
    held = locked_round(round_.id)
    key = key_of(held)
    named = key.fingerprint if key else ""
    refuse_if(can_discard(held, key, named, now))
    return propose(DISCARD, held.public_id, {"round": held.public_id, "fingerprint": named}, by, now, link=link)


def waiting_discard(round_: Round, now: datetime) -> Deed | None:
    """The deed that would discard the key of this round, None when nothing waits."""
    deed = waiting_for(NAME, round_.public_id)
    return deed if deed is not None and deed.expires_at > now else None


def _describe(payload: Payload) -> Description:
    round_ = _round(payload)
    key = key_of(round_)
    title = Sentence(N_("Écarter la clé vérifiée de « %(round)s »"), {"round": round_.title})
    if key is None or key.fingerprint != payload["fingerprint"]:
        gone = Sentence(N_("Cette clé n’est déjà plus celle du vote."))
        return Description(title, ((N_("Empreinte de la clé"), str(payload["fingerprint"])),), warnings=(gone,))
    return Description(title, _facts(key), _consequences(key), _warnings())


def _facts(key: ElectionKey) -> tuple[tuple[str, str | int], ...]:
    # Codes and not names: what is compared must not change with how somebody calls themselves.
    made_by = () if key.created_by == SYSTEM else ((N_("Créée par (code public)"), key.created_by),)
    return (
        (N_("Empreinte de la clé"), key.fingerprint),
        *made_by,
        (N_("Créée le (heure de Paris)"), _moment(key.created_at)),
        (N_("Vérifiée avec ses gardiens le (heure de Paris)"), _moment(key.checked_at) if key.checked_at else "—"),
        (N_("Gardiens"), key.trustees),
        (N_("Parts nécessaires"), key.threshold),
    )


def _consequences(key: ElectionKey) -> tuple[Sentence, ...]:
    by_operator = Sentence(N_("L’exploitation du service avait créé cette clé, en ligne de commande."))
    return (
        *((by_operator,) if key.created_by == SYSTEM else ()),
        Sentence(N_("La clé est effacée. Son empreinte et le fait qu’elle est écartée restent au journal public.")),
        Sentence(N_("Les feuilles de ses gardiens ne valent plus rien : prévenez-les, qu’ils les détruisent.")),
        Sentence(N_("Le vote n’ouvre pas sans une autre clé, à créer puis à vérifier avec tous les gardiens.")),
        Sentence(N_("Si le vote ouvre avant la confirmation, la clé reste, et plus personne ne peut l’écarter.")),
    )


def _warnings() -> tuple[Sentence, ...]:
    return (
        Sentence(
            N_(
                "Avant de confirmer, appelez un gardien : quelqu’un pourrait vouloir mettre une clé à lui à la place "
                "de celle que les gardiens ont vérifiée."
            )
        ),
    )


def _moment(at: datetime) -> str:
    return paris(at).strftime("%d/%m/%Y %H:%M")


def _perform(payload: Payload, by: Person, now: datetime) -> None:
    round_ = _round(payload)
    link = absolute_url("ceremony.show", slug=round_.slug)
    discard_key(round_, str(payload["fingerprint"]), (str(payload["by"]), by.public_id), now, link=link)


def _abandon(payload: Payload, now: datetime) -> None:
    """Nothing was prepared: the key stays."""


def _scopes(payload: Payload) -> tuple[Scope, ...]:
    return (_round(payload).scope,)


def _round(payload: Payload) -> Round:
    return db.session.scalars(sa.select(Round).where(Round.public_id == str(payload["round"]))).one()


DISCARD = DeedKind(NAME, N_("Écarter une clé vérifiée"), Permission.CREATE_KEY, _describe, _perform, _abandon, _scopes)
