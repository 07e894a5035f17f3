"""Stepping into each role, moving the student round, reading the letters: in the demonstration only."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from participatory.ceremony.keeping import offer_keeper
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.demo import officers
from participatory.demo.letters import Letter, read_letters
from participatory.demo.loader import SEED, find_living_rounds
from participatory.demo.officers import private_key
from participatory.demo.phases import move_to
from participatory.demo.stories import Story, stories
from participatory.identity.queries import person_by_email
from participatory.identity.sessions import open_session
from participatory.results.jobs import offer_held_key
from participatory.rounds.rules import Phase
from participatory.web.access import demo_only
from participatory.web.pages import notify, page, see_other
from participatory.web.settings import config, secret_store

bp = Blueprint("demo", __name__)

# What each role comes to do, in the order of a round, and where it begins.
TASKS = {
    "student": (N_("Étudiante ou étudiant"), N_("Proposer, voter, vérifier"), "rounds.index"),
    "moderator": (N_("Modération"), N_("Dire ce qui est recevable, pour une association"), "moderation.queue"),
    "appraiser": (N_("Instruction"), N_("Vérifier la faisabilité et le coût, pour la Région"), "appraisal.queue"),
    "referent": (N_("Établissement"), N_("Envoyer la liste de ses étudiants, remettre des codes"), "lists.index"),
    "officer": (N_("Conduite du budget"), N_("Ouvrir, clôturer, dépouiller, publier"), "rounds.staff_index"),
    "observer": (N_("Observation"), N_("Garder les empreintes du journal, vérifier"), "checkpoints.index"),
    "administrator": (N_("Administration"), N_("Donner les rôles, créer les associations"), "identity.roles"),
}


@dataclass(frozen=True)
class Part:
    """A role that can be played: its words and the fictional people who hold it."""

    name: str
    task: str
    people: list[Story]


@bp.get("/demo")
@demo_only
def index() -> Response:
    """Who one may be, and when."""
    parts = [Part(_(name), _(task), _players(role)) for role, (name, task, _endpoint) in TASKS.items()]
    return page("demo/index.html", parts=parts, rounds=find_living_rounds(), phases=list(Phase)[1:])


@bp.post("/demo/role")
@demo_only
def step_in() -> BaseResponse:
    """Sign in as one of the fictional people."""
    story = next((each for each in stories("people") if each["key"] == request.form.get("key")), None)
    person = person_by_email(story["email"]) if story else None
    if story is None or person is None:
        raise Refusal(N_("Cette personne n’est pas dans la démonstration."), Kind.NOT_FOUND)
    open_session(person, door="demo", second_factor=True)
    notify(N_("Vous êtes maintenant %(name)s."), name=person.display_name)
    return see_other(TASKS[story["roles"][0]][2])


@bp.post("/demo/phase")
@demo_only
def change_phase() -> BaseResponse:
    """Move one of the living rounds to a phase: the one asked for, else the student round."""
    rounds = find_living_rounds()
    asked = request.form.get("budget", rounds[0].slug if rounds else "")
    round_ = next((each for each in rounds if each.slug == asked), None)
    wanted = request.form.get("phase", "")
    if round_ is None or wanted not in set(Phase):
        raise Refusal(N_("Cette phase n’existe pas."), Kind.INVALID)
    with transaction():
        move_to(round_, Phase(wanted), secret_store(), now(), SEED)
    notify(N_("« %(title)s » est passé à la phase choisie."), title=round_.title)
    return see_other("demo.index", _anchor="phases")


@bp.get("/demo/courrier")
@demo_only
def letters() -> Response:
    """The letters that would have left, the latest first."""
    return page("demo/letters.html", letters=read_letters(config().letters_folder))


@bp.get("/demo/courrier/<name>")
@demo_only
def letter(name: str) -> Response:
    """One letter."""
    return page("demo/letter.html", letter=_letter(name))


def _letter(name: str) -> Letter:
    found = next((each for each in read_letters(config().letters_folder) if each.name == name), None)
    if found is None:
        raise Refusal(N_("Cette lettre n’existe pas."), Kind.NOT_FOUND)
    return found


def _players(role: str) -> list[Story]:
    return [story for story in stories("people") if role == story["roles"][0]][:6]


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of the demonstration."""
    app.register_blueprint(bp)
    if app.extensions["config"].demo:
        offer_keeper(app, lambda round_, shares: officers.hold_shares(round_, shares, secret_store()))
    offer_held_key(app, lambda round_: private_key(round_, secret_store()))
