"""Fictional students who vote: each likes what is near, and some projects please everybody more than others."""

import random
from collections.abc import Sequence
from datetime import datetime

from participatory.ballots.actions import cast, seal_choices
from participatory.ballots.choosing import as_choices
from participatory.ballots.opening import open_vote
from participatory.ballots.queries import count_envelopes
from participatory.core.secrets import SecretStore
from participatory.demo.behaviour import behaviours
from participatory.demo.people import roll_address
from participatory.demo.watching import watch
from participatory.identity.actions import welcome
from participatory.identity.models import Person
from participatory.identity.queries import person_by_email
from participatory.journal.actions import SYSTEM
from participatory.proposals.models import Proposal
from participatory.proposals.queries import on_ballot
from participatory.rolls.models import Voter
from participatory.rolls.queries import voter_of
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST

VOTERS = 480
SAME_SITE, SAME_DEPARTMENT, REGION_WIDE, ELSEWHERE = 9.0, 4.0, 2.0, 0.6


def cast_ballots(round_: Round, store: SecretStore, now: datetime, seed: int) -> int:
    """Have some of the nameless students of the roll vote, spread over the days before `now`; how many did."""
    draw = random.Random(seed)  # noqa: S311 — a reproducible demonstration, not a secret.
    projects = on_ballot(round_)
    charm = {project.public_id: draw.lognormvariate(0, 0.7) for project in projects}
    pepper = store.get("pepper", round_.public_id)
    opening = open_vote(round_, round_.voting_at)
    voters = {number: voter for number in range(VOTERS) if (voter := _voter(round_, pepper, number)) is not None}
    chosen = {
        number: _choices(draw, projects, charm, voter, round_.rulebook.budget_cents) for number, voter in voters.items()
    }
    ways = behaviours(draw, voters, round_.voting_at, now)
    for number in sorted(ways, key=lambda each: (ways[each].at, each)):
        choices = {MAIN_CONTEST: as_choices(round_.rulebook.ballot_kind, chosen[number])}
        sealed, _document = seal_choices(round_, opening, voters[number], choices)
        key = f"demonstration-{round_.public_id}-{number:05d}"
        student, observation = (
            _student(number, known=ways[number].crowd, now=round_.voting_at),
            ways[number].observation,
        )
        cast(round_, student, sealed.ciphertext, key=key, now=observation.at, store=store, observation=observation)
    watch(round_, store, now)
    return count_envelopes(round_)


def _voter(round_: Round, pepper: bytes, number: int) -> Voter | None:
    return voter_of(round_, pepper, Person(email=roll_address(number), locale="fr"))


def _student(number: int, *, known: bool, now: datetime) -> Person:
    """One of the nameless students; most of those in whose name somebody else voted have an account."""
    if not known or number % 9 == 0:
        return Person(email=roll_address(number), locale="fr")
    person = person_by_email(roll_address(number)) or welcome(roll_address(number), "fr", SYSTEM, now)
    person.display_name = person.display_name or f"Étudiant fictif {number}"
    return person


def _choices(
    draw: random.Random, projects: Sequence[Proposal], charm: dict[str, float], voter: Voter, budget_cents: int
) -> list[str]:
    """Up to ten projects that fit the budget, drawn with weights."""
    pool = {project.public_id: charm[project.public_id] * _nearness(project, voter) for project in projects}
    costs = {project.public_id: project.cost_cents for project in projects}
    chosen: list[str] = []
    left = budget_cents
    for _turn in range(draw.choice((2, 3, 4, 5, 6, 8, 10))):
        affordable = {key: weight for key, weight in pool.items() if key not in chosen and costs[key] <= left}
        if not affordable:
            break
        picked = draw.choices(list(affordable), list(affordable.values()))[0]
        chosen.append(picked)
        left -= costs[picked]
    return chosen


def _nearness(project: Proposal, voter: Voter) -> float:
    if project.site is None:
        return REGION_WIDE
    if project.site_id == voter.site_id:
        return SAME_SITE
    return SAME_DEPARTMENT if project.site.department_code == voter.site.department_code else ELSEWHERE
