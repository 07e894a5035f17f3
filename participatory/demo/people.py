"""The fictional people, their associations, their roles and their place on the roll."""

import random
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.identifiers import slugify
from participatory.core.secrets import SecretStore
from participatory.demo.stories import stories
from participatory.identity import granting
from participatory.identity.actions import welcome
from participatory.identity.models import Association, Person
from participatory.identity.permissions import Scope, ScopeKind
from participatory.identity.rules import Role
from participatory.journal.actions import SYSTEM
from participatory.rolls.filling import insert_voters
from participatory.rolls.keys import voters_by_key
from participatory.rolls.merging import keep_own_place, keep_place
from participatory.rolls.rules import pseudonym
from participatory.rounds.models import Round
from participatory.territories.models import Establishment, Site

ROLL_SIZE = 4_000
METROPOLIS_WEIGHT = 14
BALANCE_WEIGHT = 1


def create_associations() -> dict[str, Association]:
    """Each fictional association, by its key."""
    made = {
        story["key"]: Association(slug=slugify(story["name"], story["key"]), name=story["name"])
        for story in stories("associations")
    }
    db.session.add_all(made.values())
    db.session.flush()
    return made


def create_people(associations: dict[str, Association], now: datetime) -> dict[str, Person]:
    """Each fictional person with name, association and roles, by their key."""
    made = {}
    for story in stories("people"):
        person = welcome(story["email"], "fr", SYSTEM, now)
        person.display_name = story["name"]
        association = associations.get(story["association"])
        if association is not None:
            person.association_id = association.id
        db.session.flush()
        for role in story["roles"]:
            if role != "student":
                granting.grant(story["email"], Role(role), _limit(role, association, story["establishment"]), None, now)
        made[story["key"]] = person
    return made


def _limit(role: str, association: Association | None, establishment: str | None) -> Scope | None:
    if role in {Role.MODERATOR, Role.OBSERVER} and association is not None:
        return Scope(ScopeKind.ASSOCIATION, association.slug)
    return Scope(ScopeKind.ESTABLISHMENT, establishment) if role == Role.REFERENT and establishment else None


def roll_address(number: int) -> str:
    """The address of one of the many fictional students who have no story."""
    return f"etudiant-{number:04d}@etu.exemple.example"


def fill_roll(round_: Round, store: SecretStore, seed: int) -> None:
    """Put the people of the stories and thousands of nameless students on the roll of a round."""
    pepper = store.get("pepper", round_.public_id)
    draw = random.Random(seed)  # noqa: S311 — a reproducible demonstration, not a secret.
    sites = {site.slug: site for site in db.session.scalars(sa.select(Site))}
    weights = [METROPOLIS_WEIGHT if site.kind == "metropolis" else BALANCE_WEIGHT for site in sites.values()]
    establishments = list(db.session.scalars(sa.select(Establishment).order_by(Establishment.key)))
    rows = [
        _voter(round_, pseudonym(pepper, story["email"]), sites[story["site"]], draw.choice(establishments))
        for story in stories("people")
        if story["site"]
    ]
    places = draw.choices(list(sites.values()), weights, k=ROLL_SIZE)
    for number, place in enumerate(places):
        near = [each for each in establishments if each.site_id == place.id] or establishments
        rows.append(_voter(round_, pseudonym(pepper, roll_address(number)), place, draw.choice(near)))
    insert_voters(round_, rows)
    _settle_stories(round_, pepper)


def _settle_stories(round_: Round, pepper: bytes) -> None:
    """Give the people of the stories their establishment, and a second place to those who study in two."""
    sites = {site.slug: site.id for site in db.session.scalars(sa.select(Site))}
    establishments = {each.key: each.id for each in db.session.scalars(sa.select(Establishment))}
    told = {pseudonym(pepper, story["email"]): story for story in stories("people") if story["site"]}
    for name, voter in voters_by_key(round_, told).items():
        voter.establishment_id = establishments.get(told[name]["establishment"], voter.establishment_id)
        also = told[name].get("also")
        if also:
            keep_own_place(voter)
            keep_place(voter, establishments[also["establishment"]], sites[also["site"]], "import")


def _voter(round_: Round, name: str, site: Site, establishment: Establishment) -> dict[str, object]:
    return {
        "round_id": round_.id,
        "pseudonym": name,
        "site_id": site.id,
        "establishment_id": establishment.id,
        "source": "import",
    }
