"""What signals hold about people, until when, and the cookie of the device."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Flask, current_app

from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.integrity.actions import forget_all
from participatory.integrity.collecting import COOKIE, SECRET, coded
from participatory.integrity.queries import count_of_person, count_of_round, rounds_with_signals
from participatory.privacy.holdings import (
    Coming,
    Deleted,
    Erasure,
    Holding,
    Kept,
    Processing,
    Retention,
    offer_erasure,
    offer_holdings,
    offer_retention,
)
from participatory.privacy.wording import said
from participatory.rolls.holdings import ends_at, until
from participatory.rounds.models import Round
from participatory.web.cookies import Cookie, offer_cookie
from participatory.web.settings import secret_store

# The keys of a person's acts in a round, that only a package above can compute: the slot of their envelope.
OwnKeys = Callable[[Round, Person], Sequence[str]]
_OWN_KEYS = "own_signals"


def know_own_keys(app: Flask, own: OwnKeys) -> None:
    """Say how the acts of a person are found, as long as they can be."""
    app.extensions.setdefault(_OWN_KEYS, []).append(own)


def _kept() -> str:
    return said(N_("autant que la liste électorale du budget : jusqu’à la fin du délai de recours"))


def _counted(person: Person) -> list[tuple[Round, int]]:
    """How many signals of a person are found, round by round; none without the secret, which no question makes anew."""
    finders: list[OwnKeys] = current_app.extensions.get(_OWN_KEYS, [])
    found = []
    for round_ in rounds_with_signals():
        if secret_store().find(SECRET, round_.public_id) is not None:
            keys = [key for finder in finders for key in finder(round_, person)]
            found.append((round_, count_of_person(round_, coded(round_, person.public_id), keys)))
    return [(round_, number) for round_, number in found if number]


def _held(person: Person, now: datetime) -> Holding | None:
    counted = _counted(person)
    if not counted:
        return None
    rows = tuple((round_.title, said(N_("gardé %(until)s"), until=until(round_))) for round_, _number in counted)
    notes = (
        said(
            N_(
                "L’heure, un code de votre réseau qui change chaque jour, un code de votre appareil, la famille de "
                "votre navigateur, le temps passé dans l’isoloir : comment vous avez agi, jamais pour quoi."
            )
        ),
        said(
            N_(
                "Rien de cela ne porte votre nom : nous le retrouvons pour vous à l’instant. Après le scellement de "
                "l’urne, plus personne ne le peut."
            )
        ),
    )
    data = [{"round": round_.title, "signals": number} for round_, number in counted]
    return Holding(_kept(), rows, notes, data)


def _foresee(person: Person, now: datetime) -> Erasure:
    stays = tuple(
        Kept(
            said(
                N_("Comment vous avez voté ou soutenu dans « %(title)s », sans votre nom ni vos choix"),
                title=round_.title,
            ),
            said(N_("Cela sert à reconnaître des votes faits en série, jusqu’à la fin du délai de recours.")),
        )
        for round_, _number in _counted(person)
    )
    return Erasure(stays=stays)


def _erase(person: Person, now: datetime) -> None:
    """Nothing: a signal names no account, and to erase it at will would protect whoever votes for others."""


def _ending() -> list[tuple[Round, datetime]]:
    return [(round_, ends) for round_ in rounds_with_signals() if (ends := ends_at(round_)) is not None]


def _coming(moment: datetime) -> Sequence[Coming]:
    return [Coming(count_of_round(round_), ends, round_.title) for round_, ends in _ending() if ends <= moment]


def _batch(now: datetime, most: int) -> Deleted | None:
    round_ = next((each for each, ends in _ending() if ends <= now), None)
    if round_ is None:
        return None
    secret_store().destroy(SECRET, round_.public_id)
    return Deleted(forget_all(round_, most), round_.id, round_.public_id)


def offer(app: Flask) -> None:
    """Enter signals into the register, into deletions and into the daily job, and declare the cookie."""
    processing = Processing(
        "signals",
        N_("Comment les votes et les soutiens sont faits"),
        N_(
            "Heure, code du réseau et de son voisinage (refaits chaque jour), sorte de réseau, code de l’appareil, "
            "famille du navigateur, secondes dans l’isoloir, stand ; ni nom, ni adresse, ni choix"
        ),
        N_("reconnaître des votes faits en série ; une machine signale, des personnes décident"),
        N_("les responsables du budget, sans savoir de qui il s’agit"),
        _kept,
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)
    offer_retention(
        app, Retention("signals", N_("Signaux de comportement des votes et des soutiens"), _kept, _coming, _batch)
    )
    offer_cookie(
        app,
        Cookie(
            COOKIE,
            N_(
                "reconnaître que beaucoup de votes viennent d’un même appareil ; posé à l’entrée de l’isoloir ou au "
                "premier soutien, une fois connecté·e"
            ),
            N_(
                "un nombre tiré au sort, le même pour qui se sert de ce navigateur ; nous n’en gardons qu’un code "
                "propre à chaque budget"
            ),
            N_("jusqu’à la fin du délai de recours du budget"),
        ),
    )
