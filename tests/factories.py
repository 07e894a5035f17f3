"""Small worlds for tests: people, rounds, proposals, in the state that a test needs."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import sqlalchemy as sa
from flask import current_app
from flask.testing import FlaskClient

from participatory.ballots.actions import cast, seal_choices
from participatory.ballots.choosing import as_choices
from participatory.ballots.models import SettingAside
from participatory.ballots.opening import open_vote
from participatory.ceremony.models import ElectionKey
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.search import stems
from participatory.identity.models import Association, Person, RoleGrant
from participatory.identity.permissions import Scope, ScopeKind
from participatory.identity.rules import Role
from participatory.identity.sessions import TOKEN, keep_session
from participatory.integrity.observations import Observation
from participatory.integrity.rules import NetworkKind
from participatory.proposals.models import CostLine, Proposal
from participatory.proposals.rules import LineKind, State
from participatory.rolls.models import Voter, VoterKey
from participatory.rolls.queries import voter_of
from participatory.rolls.rules import pseudonym
from participatory.rounds.models import Round, RulebookVersion
from participatory.rounds.rulebook import MAIN_CONTEST, BallotKind, Floor, Rulebook, Theme, TieBreak
from participatory.rounds.rules import DATED, Phase
from participatory.tally.methods import RuleName
from participatory.territories.models import Establishment, Site
from participatory.territories.rules import SiteKind
from participatory.urn.sealing import OVERHEAD, KeyPair, fingerprint, public_of

_numbers = count(1)

RULEBOOK = Rulebook(
    budget_cents=100_000_00,
    floors=(Floor("vue", "Villes universitaires d’équilibre", 40_000_00, (SiteKind.BALANCE,)),),
    project_min_cents=500_00,
    project_max_cents=30_000_00,
    themes=tuple(Theme),
    ballot_kind=BallotKind.APPROVAL,
    ballot_min=1,
    ballot_max=3,
    count_rule=RuleName.GREEDY,
    tie_break=TieBreak.RULEBOOK,
    tie_seed="0123456789abcdef",
    min_votes=0,
    proposers_on_roll=True,
    max_proposals_per_person=2,
)


# The private key of every round of these tests: real ones exist only as shares.
KEY = KeyPair(bytes(range(32)), public_of(bytes(range(32))))


def dates_in(phase: Phase, moment: datetime | None = None) -> dict[str, datetime]:
    """Dates that put a round in the middle of a phase; each phase lasts twenty days."""
    moment = moment or now()
    position = DATED.index(phase) if phase is not Phase.DRAFT else -1
    start = moment - timedelta(days=10)
    return {f"{each.value}_at": start + timedelta(days=20 * (DATED.index(each) - position)) for each in DATED}


def make_round(phase: Phase = Phase.VOTING, title: str = "", **rules: object) -> Round:
    """A round in a phase, with the rulebook of these tests and the changes given."""
    number = next(_numbers)
    book = replace(RULEBOOK, **rules)
    title = title or f"Budget étudiant d’essai {number}"
    with transaction():
        round_ = Round(slug=f"budget-{number}", title=title, summary="Un essai.", created_at=now(), **dates_in(phase))
        round_.versions.append(
            RulebookVersion(
                version=1, document=book.to_json(), digest=book.digest(), adopted_by="system", adopted_at=now()
            )
        )
        db.session.add(round_)
        db.session.flush()
        db.session.add(
            ElectionKey(
                round_id=round_.id,
                public_key=KEY.public.hex(),
                fingerprint=fingerprint(KEY.public),
                trustees=3,
                threshold=2,
                created_by="system",
                created_at=now(),
            )
        )
    return round_


def deposit_ballot(round_: Round, person: Person, chosen: list[str], key: str = "", moment: datetime | None = None,
                   observation: Observation | None = None, **letter: str) -> str:  # fmt: skip
    """Seal choices of the regional contest as the booth does without JavaScript, and cast them; gives the receipt."""
    moment, store = moment or now(), current_app.extensions["secrets"]
    with transaction():
        opening = open_vote(round_, moment)
    voter = voter_of(round_, store.get("pepper", round_.public_id), person)
    book = round_.rulebook
    if voter is None:
        sealed = bytes(opening.padded_size + OVERHEAD)
    else:
        chosen_in_main = {MAIN_CONTEST: as_choices(book.ballot_kind, chosen)}
        sealed = seal_choices(round_, opening, voter, chosen_in_main)[0].ciphertext
    words = {
        "round": round_.title,
        "closes": "",
        "publishes": "",
        "link": "/v",
        "again": "/b",
        "help": "/aide",
    } | letter
    with transaction():
        return cast(
            round_,
            person,
            sealed,
            key=key or f"key-of-a-ballot-{next(_numbers)}",
            now=moment,
            store=store,
            observation=observation,
            **words,
        )


def observation(**different: object) -> Observation:
    """How a ballot of these tests is cast: at home, in a minute and a half."""
    values = {
        "at": now(),
        "network": "a" * 32,
        "prefix": "b" * 32,
        "network_kind": NetworkKind.HOME,
        "device": "c" * 32,
        "client": "Firefox · Linux",
        "seconds": 90.0,
        "stand": "",
    }
    return Observation(**values | different)


def move_round(round_: Round, phase: Phase) -> None:
    """Shift the dates of a round so that it is in another phase."""
    with transaction():
        for name, moment in dates_in(phase).items():
            setattr(round_, name, moment)


def let_appeals_lapse() -> None:
    """Have every decision to set aside be so old that no appeal against it is possible any more."""
    with transaction():
        decided = sa.update(SettingAside).where(SettingAside.decided_at.is_not(None))
        db.session.execute(decided.values(decided_at=now() - timedelta(days=60)))


def make_association(name: str = "") -> Association:
    """An association."""
    number = next(_numbers)
    with transaction():
        association = Association(slug=f"association-{number}", name=name or f"Association d’essai {number}")
        db.session.add(association)
    return association


def make_person(
    email: str = "", roles: tuple[Role, ...] = (), association: Association | None = None, name: str = ""
) -> Person:
    """A person with roles; moderators get an association of their own unless one is given."""
    number = next(_numbers)
    if Role.MODERATOR in roles and association is None:
        association = make_association()
    with transaction():
        person = Person(
            email=email or f"personne{number}@etu.exemple.example",
            display_name=name or f"Personne {number}",
            created_at=now(),
            association_id=association.id if association else None,
        )
        person.grants = [_grant(role, association) for role in roles]
        db.session.add(person)
    return person


def _grant(role: Role, association: Association | None) -> RoleGrant:
    """A role held everywhere; a moderator's bears the association, a referent's the first establishment."""
    kind, key = "", ""
    if role is Role.MODERATOR and association is not None:
        kind, key = ScopeKind.ASSOCIATION.value, association.slug
    if role is Role.REFERENT:
        kind, key = ScopeKind.ESTABLISHMENT.value, establishment().key
    return RoleGrant(role=role.value, scope_kind=kind, scope_key=key, granted_by="system", granted_at=now())


def limit_role(person: Person, role: Role, *scopes: Scope) -> None:
    """Limit a role that a person holds to these things, instead of what the factory gave it."""
    with transaction():
        kept = [each for each in person.grants if each.role != role]
        limits = [{"scope_kind": each.kind.value, "scope_key": each.key} for each in scopes]
        given = [RoleGrant(role=role.value, granted_by="system", granted_at=now(), **limit) for limit in limits]
        db.session.execute(sa.delete(RoleGrant).where(RoleGrant.person_id == person.id, RoleGrant.role == role))
        person.grants = kept + given


def establishment() -> Establishment:
    """The first establishment of the tables of reference."""
    return db.session.scalars(sa.select(Establishment).order_by(Establishment.id).limit(1)).one()


def site(slug: str = "toulouse") -> Site:
    """A site of the tables of reference."""
    return db.session.scalars(sa.select(Site).where(Site.slug == slug)).one()


def make_proposal(
    round_: Round,
    state: State = State.FEASIBLE,
    cost_cents: int = 10_000_00,
    author: Person | None = None,
    site_slug: str | None = "toulouse",
    title: str = "",
    theme: Theme = Theme.CULTURE,
    association: Association | None = None,
) -> Proposal:
    """A proposal in a state; one cost line; final cost set once appraised."""
    number = next(_numbers)
    title = title or f"Projet d’essai {number}"
    appraised = state is State.FEASIBLE
    author_id = author.id if author else None
    with transaction():
        proposal = Proposal(
            slug=f"projet-{number}",
            round_id=round_.id,
            author_id=author_id,
            association_id=association.id if association else None,
            site_id=site(site_slug).id if site_slug else None,
            title=title,
            summary="Un résumé d’essai.",
            need="Un besoin.",
            solution="Une solution.",
            theme_code=theme.value,
            state_code=state.value,
            version=0 if state is State.DRAFT else 1,
            asked_cents=cost_cents,
            final_cents=cost_cents if appraised else None,
            search_text=stems(title),
            created_at=now(),
            updated_at=now(),
            submitted_at=None if state is State.DRAFT else now(),
        )
        proposal.lines = [
            CostLine(position=1, label="Tout", quantity=1, unit_cents=cost_cents, kind_code=LineKind.OPERATING.value)
        ]
        db.session.add(proposal)
    return proposal


def add_voter(round_: Round, person: Person, site_slug: str = "toulouse") -> Voter:
    """Put a person on the roll of a round."""
    pepper = current_app.extensions["secrets"].get("pepper", round_.public_id)
    with transaction():
        voter = Voter(
            round_id=round_.id,
            pseudonym=pseudonym(pepper, person.email),
            site_id=site(site_slug).id,
            establishment_id=establishment().id,
            source="import",
        )
        db.session.add(voter)
        db.session.flush()
        db.session.add(VoterKey(round_id=round_.id, pseudonym=voter.pseudonym, voter_id=voter.id))
    return voter


def sign_in(client: FlaskClient, person: Person, *, second_factor: bool = True) -> None:
    """Sign a person in, as the sign-in page does at its end, with the second factor just given unless told not to."""
    token = secrets.token_urlsafe(32)
    with transaction():
        row = keep_session(db.session.merge(person), token, "mail", "", now())
        row.second_factor_at = now() if second_factor else None
    with client.session_transaction() as session:
        session[TOKEN] = token
        session["_user_id"] = person.public_id
        session["_fresh"] = True
