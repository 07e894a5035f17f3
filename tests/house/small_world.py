"""The small world of the matrix: rounds in each phase, projects, establishments, and one person of each sort.

Everything "here" is within the limits of those who are limited here; "elsewhere" is a world apart.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from participatory.appraisal.models import OpinionRequest
from participatory.ballots.opening import open_vote
from participatory.catalogue.keeping import add as keep_cost
from participatory.catalogue.rules import Cost, LineKind
from participatory.comments.queries import comment_at
from participatory.conversations.actions import Basics, open_conversation
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.deeds.actions import propose
from participatory.deeds.kinds import DeedKind, offer_deed
from participatory.deeds.rules import Description, Sentence
from participatory.doors.models import IdentitySource
from participatory.doors.rules import SourceKind
from participatory.identity.models import Person, RoleGrant, SecondFactor, SignInSession
from participatory.identity.permissions import PERMISSIONS, Permission, Scope, ScopeKind
from participatory.identity.rules import Role
from participatory.integrity.registering import declare
from participatory.integrity_desk.models import CaseBallot, SuspectCase
from participatory.integrity_desk.reporting import Typed, number_of, receive
from participatory.notices.models import SpeakingBlock
from participatory.printed_codes.actions import make_package
from participatory.proposals.linked import ProjectLink, ProjectLinkMember
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rounds.models import Round
from participatory.rounds.rulebook import Contest
from participatory.rounds.rules import Phase
from participatory.stands.actions import open_stand
from participatory.stands.printing import keep_numbers, plan_batch
from participatory.stands.rules import new_numbers
from participatory.territories.models import Establishment
from tests.comments.making import comment
from tests.factories import (
    add_voter,
    establishment,
    limit_role,
    make_association,
    make_person,
    make_proposal,
    make_round,
    move_round,
    sign_in,
    site,
)
from tests.notices.making import decide, report
from tests.questionnaires.world import close as close_questionnaire
from tests.questionnaires.world import make_questionnaire
from tests.results.making import World as Voted
from tests.results.making import bring_out, count, put_ballots


class Limit(Enum):
    """How far a role reaches, seen from the things that the matrix asks for."""

    NONE = "everywhere"
    HERE = "here"
    ELSEWHERE = "elsewhere"


class Factor(Enum):
    """When the second factor was given in the actor's session."""

    NONE = "never"
    OLD = "an hour ago"
    FRESH = "just now"


@dataclass(frozen=True)
class Actor:
    """Somebody who asks: a role with its limit, or a person for what is theirs."""

    name: str
    role: Role | None = None
    limit: Limit = Limit.NONE
    kind: ScopeKind | None = None
    # What is theirs: "author", "voter", "person" (a session, a second factor), "staff" (see Whose), "tied" (to one).
    owns: frozenset[str] = frozenset()
    factor: Factor = Factor.FRESH

    @property
    def permissions(self) -> frozenset[Permission]:
        """What their role gives, somewhere."""
        return PERMISSIONS[self.role] if self.role else frozenset()


ANONYMOUS = Actor("anonymous")
ACTORS = (
    ANONYMOUS,
    Actor("student"),
    Actor("author", owns=frozenset({"author"})),
    Actor("author of another project"),
    Actor("voter", owns=frozenset({"voter", "person", "staff"})),
    Actor("moderator", Role.MODERATOR),
    Actor("moderator of the association that carries", Role.MODERATOR, owns=frozenset({"tied"})),
    Actor("appraiser", Role.APPRAISER),
    Actor("appraiser of these rounds", Role.APPRAISER, Limit.HERE, ScopeKind.ROUND),
    Actor("appraiser of another round", Role.APPRAISER, Limit.ELSEWHERE, ScopeKind.ROUND),
    Actor("appraiser of this site", Role.APPRAISER, Limit.HERE, ScopeKind.TERRITORY),
    Actor("appraiser of another site", Role.APPRAISER, Limit.ELSEWHERE, ScopeKind.TERRITORY),
    Actor("referent", Role.REFERENT, Limit.HERE, ScopeKind.ESTABLISHMENT),
    Actor("referent of another establishment", Role.REFERENT, Limit.ELSEWHERE, ScopeKind.ESTABLISHMENT),
    Actor("observer", Role.OBSERVER),
    Actor("officer", Role.OFFICER),
    Actor("officer of these rounds", Role.OFFICER, Limit.HERE, ScopeKind.ROUND),
    Actor("officer of another round", Role.OFFICER, Limit.ELSEWHERE, ScopeKind.ROUND),
    Actor("officer without a second factor", Role.OFFICER, factor=Factor.NONE),
    Actor("officer whose second factor is an hour old", Role.OFFICER, factor=Factor.OLD),
    Actor("administrator whose second factor is an hour old", Role.ADMINISTRATOR, factor=Factor.OLD),
    Actor("officer whose role has ended", owns=frozenset({"staff"})),
    Actor("officer from tomorrow on", owns=frozenset({"staff"})),
    Actor("administrator", Role.ADMINISTRATOR),
)


@dataclass
class World:
    """The application, what the addresses name, and the browser of each actor."""

    app: Flask
    names: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    _restore: Callable[[], None] = lambda: None

    def browser(self, actor: Actor) -> FlaskClient:
        """A fresh browser in which the actor has just signed in."""
        client = self.app.test_client()
        if actor.name in self.cookies:
            client.set_cookie("session", self.cookies[actor.name])
        return client

    def ask(self, actor: Actor, method: str, path: str, data: dict[str, str]) -> tuple[int, str]:
        """The status and the place that a request is answered with; what it wrote is undone."""
        answer = self.browser(actor).open(path, method=method, data=data if method == "POST" else None)
        answer.close()
        self._restore()
        return answer.status_code, answer.location or ""


def keep(world: World, path: Path) -> None:
    """Remember the database as it is: each request that writes is undone after its answer."""
    live = sqlite3.connect(path)
    kept = sqlite3.connect(":memory:")
    live.backup(kept)
    seen = [live.execute("PRAGMA data_version").fetchone()]

    def restore() -> None:
        version = live.execute("PRAGMA data_version").fetchone()
        if version != seen[0]:
            kept.backup(live)
            seen[0] = live.execute("PRAGMA data_version").fetchone()

    world._restore = restore


def build(app: Flask) -> World:
    """Make everything, and sign everybody in; within the application's context."""
    world = World(app)
    rounds = _rounds(world)
    people = {actor.name: _person(actor, rounds) for actor in ACTORS if actor is not ANONYMOUS}
    _projects(world, rounds, people)
    for each in rounds.values():
        add_voter(each, people["voter"])
    _appraisal(world, rounds, people)
    _comment(world, rounds["voting"], people["voter"])
    _notices(world, people["voter"], people["moderator"])
    _establishments(world)
    _doors(world)
    _deed(world, rounds["voting"], people["officer without a second factor"])
    _package(world, rounds["voting"], people["officer"])
    _network(world, people["officer"])
    _unit_cost(world, people["officer"])
    _questionnaires(world, people["officer"])
    _conversation(world, people["officer"])
    _stand(world, rounds["voting"], people["officer"])
    _factor(world, people["voter"])
    _suspect_case(world, rounds["voting"])
    _report(world, rounds["voting"])
    for actor in ACTORS:
        if actor is not ANONYMOUS:
            _let_in(world, actor, people[actor.name])
    _publish(rounds["published"], people["officer"])
    world.names["session"] = world.sessions["voter"]
    return world


def _rounds(world: World) -> dict:
    phases = {each.value: each for each in Phase} | {"published": Phase.RESULTS, "elsewhere": Phase.VOTING}
    contests = {"published": (Contest("site-albi", "Site d’Albi", 10_000_00, ("albi",)),)}
    rounds = {
        name: make_round(phase, title=f"Budget « {name} »", contests=contests.get(name, ()))
        for name, phase in phases.items()
    }
    world.names |= {name: round_.slug for name, round_ in rounds.items()} | {"area": "site-albi"}
    return rounds


def _appraisal(world: World, rounds: dict, people: dict[str, Person]) -> None:
    """An opinion asked about the admitted project, and a link between it and another."""
    asker = people["officer"]
    admitted = db.session.scalars(
        sa.select(Proposal).where(Proposal.public_id == world.names["admitted_project"])
    ).one()
    other = make_proposal(rounds["review"], State.ADMITTED)
    with transaction():
        asked = OpinionRequest(
            proposal_id=admitted.id, body="Université d’essai", email="", question="", token_digest="0" * 64,
            asked_by_id=asker.id, asked_at=now(), due_at=now() + timedelta(days=3),
        )  # fmt: skip
        link = ProjectLink(
            round_id=admitted.round_id, kind_code="incompatible", reason="Même salle.", declared_by_id=asker.id,
            declared_at=now(),
        )  # fmt: skip
        link.members = [
            ProjectLinkMember(proposal_id=each.id, position=place) for place, each in enumerate((admitted, other))
        ]
        db.session.add_all([asked, link])
    world.names |= {"opinion": asked.public_id, "link": link.public_id}


def _unit_cost(world: World, officer: Person) -> None:
    """A price of the Region's catalogue."""
    cost = Cost("Location d’une salle", "jour", 180_00, LineKind.OPERATING, "Marché régional", now().date())
    with transaction():
        world.names["unit_cost"] = keep_cost(cost, officer, now()).public_id


def _conversation(world: World, officer: Person) -> None:
    """A conversation that is open, without a map."""
    moment, day = now(), timedelta(days=1)
    basics = Basics("Le budget", "À quoi servira-t-il ?", moment - day, moment + day, ("Le vote devrait durer",))
    with transaction():
        world.names["conversation"] = open_conversation(basics, officer, moment).slug


def _questionnaires(world: World, officer: Person) -> None:
    """A questionnaire that is open, and one that is closed."""
    for name in ("open", "closed"):
        made = make_questionnaire(officer=officer, title=f"Questionnaire {name}")
        world.names |= {f"questionnaire_{name}": made.public_id, f"questionnaire_{name}_slug": made.slug}
    close_questionnaire(made)


def _suspect_case(world: World, round_: Round) -> None:
    """A case of two ballots, as a pass of the detection leaves it."""
    moment = now()
    with transaction():
        case = SuspectCase(
            round_id=round_.id, act="ballot", key="case", weight=12.0, size=2, sites=["toulouse"], seen=[]
        )
        case.first_at = case.last_at = case.opened_at = case.assessed_at = moment
        db.session.add(case)
        db.session.flush()
        for number in (1, 2):
            ballot = CaseBallot(id=f"ballot-{number}", round_id=round_.id, case_id=case.id, number=number)
            ballot.key, ballot.score, ballot.families, ballot.at = f"slot-{number}", 6.0, {"device": 6.0}, moment
            ballot.site, ballot.network, ballot.network_kind = "toulouse", "net", "home"
            ballot.device, ballot.client = "device", "Firefox"
            db.session.add(ballot)
    world.names["case"] = case.public_id


def _scopes(actor: Actor, rounds: dict) -> list[Scope]:
    here = actor.limit is Limit.HERE
    if actor.kind is ScopeKind.ROUND:
        return [each.scope for name, each in rounds.items() if (name != "elsewhere") == here]
    if actor.kind is ScopeKind.TERRITORY:
        return [Scope(ScopeKind.TERRITORY, "toulouse" if here else "albi")]
    return [Scope(ScopeKind.ESTABLISHMENT, _establishment(0 if here else 1).key)]


def _person(actor: Actor, rounds: dict) -> Person:
    roles = (actor.role,) if actor.role else ()
    person = make_person(roles=roles, name=actor.name.capitalize()[:60])
    if actor.kind:
        limit_role(person, actor.role, *_scopes(actor, rounds))
    if actor.name.startswith("officer") and actor.role is None:
        moment = now()
        dates = {"ends_at": moment} if "ended" in actor.name else {"starts_at": moment + timedelta(days=1)}
        with transaction():
            grant = RoleGrant(role=Role.OFFICER.value, granted_by="system", granted_at=moment, **dates)
            db.session.merge(person).grants.append(grant)
    return person


def _establishment(position: int) -> Establishment:
    first = establishment()
    others = sa.select(Establishment).where(Establishment.id > first.id).order_by(Establishment.id)
    return db.session.scalars(others.offset(position - 1).limit(1)).one() if position else first


def _establishments(world: World) -> None:
    world.names |= {"establishment": _establishment(0).key, "other_establishment": _establishment(1).key}


def _doors(world: World) -> None:
    moment = now()
    with transaction():
        settings = {
            "email_domains": [],
            "uais": [],
            "student_values": ["student"],
            "scopes_allowed": [],
            "attributes": {},
        }
        settings |= {"server": "https://cas.etablissement.example/cas"}
        source = IdentitySource(
            establishment_id=_establishment(0).id,
            kind=SourceKind.CAS.value,
            settings=settings,
            created_by="system",
            created_at=moment,
            changed_at=moment,
        )
        db.session.add(source)
    world.names["source"] = source.public_id


def _deed(world: World, round_: Round, officer: Person) -> None:
    """A deed that does nothing, which bears on a round, proposed by somebody who is not asked to confirm it."""
    scope = round_.scope
    kind = DeedKind(
        "matrix.nothing",
        "Un acte d’essai",
        Permission.APPROVE_ROLL,
        lambda _payload: Description(title=Sentence("Un acte d’essai", {})),
        lambda _payload, _by, _now: None,
        lambda _payload, _now: None,
        lambda _payload: (scope,),
    )
    offer_deed(world.app, kind)
    with transaction():
        deed = propose(kind, round_.public_id, {}, officer, now(), link="https://budget.example/gestion/actes")
    world.names["deed"] = deed.public_id


def _network(world: World, officer: Person) -> None:
    with transaction():
        network = declare("192.0.2.0/24", _establishment(0), officer, now(), name="Wifi")
    world.names["network"] = network.public_id


def _package(world: World, round_: Round, officer: Person) -> None:
    with transaction():
        expires = now() + timedelta(days=5)
        package = make_package(round_, _establishment(0), officer, now(), size=2, expires_at=expires)
    world.names["package"] = package.public_id


def _stand(world: World, round_: Round, officer: Person) -> None:
    """A stand, and a printed batch of paper ballots for the first establishment."""
    with transaction():
        open_vote(round_, now())
    with transaction():
        stand = open_stand(round_, site(), officer, now(), label="Hall B", until=now() + timedelta(hours=1))
    with transaction():
        batch = plan_batch(round_, site(), _establishment(0), officer, now(), stand="Hall B", issued=2)
    with transaction():
        keep_numbers(batch, new_numbers(2), bytes(32), officer, now())
    world.names |= {"stand": stand.public_id, "batch": batch.public_id}


def _factor(world: World, person: Person) -> None:
    with transaction():
        factor = SecondFactor(person_id=person.id, kind="totp", name="Téléphone", created_at=now())
        db.session.add(factor)
    world.names["factor"] = factor.public_id


def _report(world: World, round_: Round) -> None:
    """A report of somebody who left an address."""
    typed = Typed("0" * 32, "Une personne votait pour d’autres.", "Au foyer", "Hier", "temoin@exemple.fr", "fr")
    with transaction():
        report = receive(round_, typed, now(), "https://budget.example/s/{number}")
    world.names["report"] = number_of(report)


def _projects(world: World, rounds: dict, people: dict[str, Person]) -> None:
    author, tied = people["author"], people["moderator of the association that carries"]
    carrying = tied.association
    other = make_association()
    made = {
        "project": make_proposal(rounds["voting"], author=author),
        "draft_project": make_proposal(rounds["submission"], State.DRAFT, author=author),
        "submitted_project": make_proposal(rounds["submission"], State.SUBMITTED, author=author, association=carrying),
        "admitted_project": make_proposal(rounds["review"], State.ADMITTED, author=author),
        "result_project": make_proposal(rounds["published"], author=author),
    }
    make_proposal(rounds["submission"], State.SUBMITTED, author=people["author of another project"], association=other)
    world.names |= {name: each.public_id if each.version else each.slug for name, each in made.items()}
    world.names |= {f"{name}_slug": each.slug for name, each in made.items()}


def _comment(world: World, round_: Round, voter: Person) -> None:
    """What the voter says of a project of their own."""
    proposal = make_proposal(round_, author=voter)
    written = comment(proposal, voter)
    world.names |= {"comment": written.public_id, "commented_project_slug": proposal.slug}


def _notices(world: World, voter: Person, moderator: Person) -> None:
    """A notice that waits, a decision that hides another text of the voter, and somebody who may not write."""
    text = comment_at(world.names["comment"])
    other = comment(text.proposal, voter)
    world.names["notice"] = report(text).public_id
    report(other)
    decision = decide(other, moderator)
    moment, blocked = now(), make_person()
    with transaction():
        block = SpeakingBlock(person_id=blocked.id, decision_id=decision.id, reason="Trois textes.", by="system")
        block.starts_at, block.ends_at = moment, moment + timedelta(days=7)
        db.session.add(block)
    world.names |= {"decision": decision.public_id, "block": block.public_id}


def _let_in(world: World, actor: Actor, person: Person) -> None:
    client = world.app.test_client()
    sign_in(client, person, second_factor=actor.factor is not Factor.NONE)
    world.cookies[actor.name] = client.get_cookie("session").value
    with transaction():
        newest = sa.select(SignInSession).order_by(SignInSession.id.desc()).limit(1)
        row = db.session.scalars(newest).one()
        if actor.factor is Factor.OLD:
            row.second_factor_at = now() - timedelta(hours=1)
    world.sessions[actor.name] = row.public_id


def _publish(round_: Round, officer: Person) -> None:
    """Open the vote of a round, close it without a ballot, count and publish."""
    move_round(round_, Phase.VOTING)
    put_ballots(round_, [])
    move_round(round_, Phase.RESULTS)
    bring_out(count(Voted(round_, {}, officer)))


def unclassified(app: Flask, table: Iterable[str]) -> tuple[set[str], set[str]]:
    """The endpoints that the table forgets, and those that it names and that are gone."""
    routed = {rule.endpoint for rule in app.url_map.iter_rules()}
    return routed - set(table), set(table) - routed
