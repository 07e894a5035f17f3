"""Where a person is signed in, and ending it from anywhere."""

from dataclasses import dataclass

from flask import Blueprint
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.asking import present
from participatory.identity.models import SignInSession
from participatory.identity.queries import sessions_of
from participatory.identity.sessions import end_one, end_others, end_session
from participatory.web.access import signed_in
from participatory.web.pages import notify, see_other

# How one came in, in words; any other door is that of an establishment.
OTHER_MAILBOX = "other_mail"
DOORS = {
    "mail": N_("Par une lettre électronique"),
    OTHER_MAILBOX: N_("Par une lettre électronique"),
    "printed": N_("Par un code imprimé"),
    "demo": N_("Par la page de la démonstration"),
}
OTHER_DOOR = N_("Par la connexion de votre établissement")

# In a demonstration many visitors are one person; elsewhere nobody has so many browsers.
MOST_SHOWN = 20


@dataclass(frozen=True)
class Place:
    """One browser in which the person is signed in: `door` is a catalogue key, `here` the one that asks."""

    row: SignInSession
    door: str
    here: bool


def places() -> list[Place]:
    """Where the person is signed in, at most MOST_SHOWN: this browser first, then the last seen."""
    own = present()
    found = [
        Place(each, DOORS.get(each.door, OTHER_DOOR), each.id == own.id) for each in sessions_of(own.person, now())
    ]
    return sorted(found, key=lambda place: not place.here)[:MOST_SHOWN]


@signed_in
def end_place(public_id: str) -> BaseResponse:
    """End one session, this one included."""
    own = present()
    if public_id == own.public_id:
        end_session()
        notify(N_("Vous êtes déconnecté·e."))
        return see_other("portal.home")
    person = own.person
    with transaction():
        ended = end_one(person, public_id)
    if not ended:
        raise Refusal(N_("Cette connexion est déjà terminée : rechargez la page."), Kind.NOT_FOUND)
    notify(N_("C’est fait : ce navigateur n’est plus connecté."))
    return see_other("identity.account", _anchor="connexions")


@signed_in
def end_other_places() -> BaseResponse:
    """End every session but this one."""
    own = present()
    person, kept = own.person, own.public_id
    with transaction():
        end_others(person, kept)
    notify(N_("C’est fait : vous n’êtes plus connecté·e qu’ici."))
    return see_other("identity.account", _anchor="connexions")


def open_doors(bp: Blueprint) -> None:
    """Add these pages to those of the package."""
    bp.post("/mon-compte/connexions/<public_id>/terminer")(end_place)
    bp.post("/mon-compte/connexions/terminer-les-autres")(end_other_places)
