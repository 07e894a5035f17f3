"""What the vote holds about people: the day on which they signed the roll, and nothing else that leads to them."""

from datetime import date, datetime

import sqlalchemy as sa
from flask import Flask

from participatory.ballots.basket import COOKIE
from participatory.ballots.models import Signature
from participatory.ballots.rules import slot
from participatory.core.database import db
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.integrity.holdings import know_own_keys
from participatory.privacy.holdings import (
    Erasure,
    Holding,
    Kept,
    Processing,
    offer_erasure,
    offer_holdings,
    offer_processing,
)
from participatory.privacy.wording import moment_text, plain_day, said
from participatory.rolls.holdings import ends_at, lines_of, until
from participatory.rounds.models import Round
from participatory.web.cookies import Cookie, offer_cookie
from participatory.web.settings import secret_store

SECRECY = N_(
    "Le bulletin lui-même ne peut être ni montré ni effacé : le secret du vote interdit de rapprocher un bulletin "
    "d’une personne, même à sa demande. Jusqu’à la clôture, vous pouvez le remplacer ou le retirer vous-même."
)


def _signed(person: Person) -> list[tuple[Round, date]]:
    found = []
    for round_, voter in lines_of(person):
        wanted = sa.select(Signature.day).where(Signature.round_id == round_.id, Signature.voter_id == voter.id)
        day = db.session.scalar(wanted)
        if day is not None:
            found.append((round_, day))
    return found


def _own_slots(round_: Round, person: Person) -> list[str]:
    """The slots of a person in a round, none once the link key is destroyed."""
    link = secret_store().find("link", round_.public_id)
    own = [voter for each, voter in lines_of(person) if each.id == round_.id]
    return [slot(link, round_.public_id, voter.pseudonym) for voter in own] if link is not None else []


def _held(person: Person, now: datetime) -> Holding | None:
    signed = _signed(person)
    if not signed:
        return None
    rows = tuple(
        (
            round_.title,
            said(N_("vous avez voté le %(day)s ; signature gardée %(until)s"), day=plain_day(day), until=until(round_)),
        )
        for round_, day in signed
    )
    data = [
        {"round": round_.title, "signed_on": day.isoformat(), "kept_until": moment_text(ends_at(round_))}
        for round_, day in signed
    ]
    return Holding(said(N_("Autant que la liste électorale du budget.")), rows, (said(SECRECY),), data)


def _foresee(person: Person, now: datetime) -> Erasure:
    signed = _signed(person)
    stays = tuple(
        Kept(said(N_("Votre bulletin dans l’urne de « %(title)s »"), title=round_.title), said(SECRECY))
        for round_, _day in signed
    )
    return Erasure(stays=stays)


def _erase(person: Person, now: datetime) -> None:
    """Nothing: a ballot that was cast stays counted, and the signature goes with the roll."""


def offer(app: Flask) -> None:
    """Enter signatures into the register and into deletions; staff see nobody's."""
    processing = Processing(
        "signatures",
        N_("Vos votes"),
        N_("Jour de la signature ; ni l’heure ni les choix"),
        N_("un seul bulletin par personne"),
        N_("vous ; les responsables du budget, en nombres seulement"),
        lambda: said(N_("autant que la liste électorale ; les bulletins anonymes, sans limite")),
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)
    know_own_keys(app, _own_slots)
    ballots = Processing(
        "ballots",
        N_("Bulletins"),
        N_("Choix chiffrés, puis, une fois l’urne ouverte, choix sans nom, ni adresse, ni heure"),
        N_("compter, et permettre à chacun de recompter"),
        N_("tout le monde après la proclamation"),
        lambda: said(N_("sans limite, une fois anonymes et publiés")),
    )
    offer_processing(app, ballots)
    basket = Processing(
        "basket",
        N_("Panier en cours"),
        N_("Projets choisis avant de voter, dans un cookie de votre navigateur"),
        N_("retrouver vos choix avant de voter"),
        N_("vous"),
        lambda: said(N_("jusqu’à la fermeture du navigateur ou la déconnexion")),
    )
    offer_processing(app, basket)
    lasts = N_("jusqu’à la fermeture du navigateur ou la déconnexion")
    offer_cookie(app, Cookie(COOKIE, basket.purpose, N_("les numéros des projets choisis, signés"), lasts))
