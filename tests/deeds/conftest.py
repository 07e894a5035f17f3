"""A kind of deed for the tests: it changes the title of a round."""

from __future__ import annotations

import pytest

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.deeds.actions import propose
from participatory.deeds.kinds import DeedKind, offer_deed
from participatory.deeds.rules import Description, Sentence, Table
from participatory.identity.permissions import Permission, Scope, ScopeKind
from participatory.rounds.models import Round
from tests.factories import make_round


def _round(payload) -> Round:
    return db.session.get_one(Round, payload["round"])


def describe(payload) -> Description:
    round_ = _round(payload)
    return Description(
        title=Sentence("Un acte d’essai pour %(title)s", {"title": round_.title}),
        facts=(("Un fait", round_.title), ("Un nombre", 12_345)),
        sentences=(Sentence("Le titre deviendra « %(title)s ».", {"title": payload["title"]}),),
        tables=(Table("Détail", ("Site", "Personnes"), (("Albi <b>", 7),)),),
    )


def perform(payload, by, now) -> None:
    if payload["title"] == "panne":
        raise RuntimeError("a deed that breaks halfway")
    _round(payload).title = payload["title"]


def abandon(payload, now) -> None:
    _round(payload).summary = "abandonné"


RENAME = DeedKind(
    "round.rename",
    "Un acte d’essai",
    Permission.APPROVE_ROLL,
    describe,
    perform,
    abandon,
    lambda payload: (Scope(ScopeKind.ROUND, payload["key"]),),
)


@pytest.fixture
def kind(app) -> DeedKind:
    offer_deed(app, RENAME)
    return RENAME


@pytest.fixture
def round_(app) -> Round:
    return make_round()


@pytest.fixture
def proposed(kind, round_):
    """A function that proposes to rename the round, as somebody."""

    def by(person, title="Nouveau titre", moment=None):
        with transaction():
            payload = {"round": round_.id, "key": round_.public_id, "title": title}
            return propose(kind, round_.public_id, payload, person, moment or now(), link="http://x/gestion/actes")

    return by
