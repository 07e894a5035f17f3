"""Declaring before the vote that projects bear on each other, and taking it back; their authors are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from graphlib import CycleError, TopologicalSorter

import sqlalchemy as sa

from participatory.appraisal.policy import conflict
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.proposals.linked import LinkKind, ProjectLink, ProjectLinkMember, links_of
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rounds.models import Round
from participatory.rounds.policy import must_be_in
from participatory.rounds.queries import locked_round
from participatory.rounds.rules import Phase

REASON_MIN, REASON_MAX = 20, 600
MOST = 12
_LINKABLE = frozenset({State.ADMITTED, State.FEASIBLE})


@dataclass(frozen=True)
class Wanted:
    """A link to declare: the first project of a requirement needs the others. Public identifiers."""

    kind: LinkKind
    projects: tuple[str, ...]
    reason: str


def can_link(person: Person, round_: Round, now: datetime) -> Refusal | None:
    """Why no link may be declared or lifted now: too early, or frozen since the vote opened."""
    if not person.may(Permission.APPRAISE, round_.scope) and not person.holds(Permission.APPRAISE):
        return Refusal(N_("Seuls les services de la Région qui instruisent lient des projets."), Kind.FORBIDDEN)
    if round_.voting_at <= now:
        return Refusal(
            N_("Les liens entre projets sont figés depuis l’ouverture du vote, le %(start)s."), start=round_.voting_at
        )
    return must_be_in(round_, (Phase.SUBMISSION, Phase.REVIEW), now)


def declare(round_: Round, wanted: Wanted, person: Person, link: str, now: datetime) -> ProjectLink:
    """Declare a link, and tell the authors of its projects; `link` is where they may read it. Raises Refusal."""
    held = locked_round(round_.id)
    refuse_if(can_link(person, held, now))
    proposals = _found(held, wanted.projects)
    for proposal in proposals:
        refuse_if(_may_bear_on(person, proposal))
    existing = links_of(held)
    refuse_if(_shape_fault(wanted, proposals) or _clash(wanted, proposals, existing))
    made = ProjectLink(
        round_id=held.id, kind_code=wanted.kind.value, reason=wanted.reason.strip(), declared_by_id=person.id,
        declared_at=now,
    )  # fmt: skip
    made.members = [
        ProjectLinkMember(proposal_id=each.id, proposal=each, position=place) for place, each in enumerate(proposals)
    ]
    db.session.add(made)
    db.session.flush()
    _tell(made, "project_linked", link, now)
    record(
        Verb.LINK_DECLARED, person.public_id, now, round=held.public_id, link=made.public_id, kind=made.kind_code,
        proposals=[each.public_id for each in proposals],
    )  # fmt: skip
    return made


def lift(public_id: str, person: Person, link: str, now: datetime) -> ProjectLink:
    """Take a link back before the vote, and tell the authors. Raises Refusal."""
    found = link_named(public_id)
    held = locked_round(found.round_id)
    refuse_if(can_link(person, held, now))
    for proposal in found.proposals:
        refuse_if(_may_bear_on(person, proposal))
    db.session.refresh(found)
    if found.ended_at is not None:
        raise Refusal(N_("Ce lien est déjà levé."))
    found.ended_at = now
    _tell(found, "project_unlinked", link, now)
    record(Verb.LINK_LIFTED, person.public_id, now, round=held.public_id, link=found.public_id)
    return found


def link_named(public_id: str) -> ProjectLink:
    """A link by its identifier; raises Refusal (NOT_FOUND)."""
    found = db.session.scalars(sa.select(ProjectLink).where(ProjectLink.public_id == public_id)).first()
    if found is None:
        raise Refusal(N_("Il n’y a pas de lien à cette adresse."), Kind.NOT_FOUND)
    return found


def linkable(round_: Round) -> list[Proposal]:
    """The projects of a round that may be linked, by title."""
    wanted = sa.select(Proposal).where(
        Proposal.round_id == round_.id, Proposal.state_code.in_([state.value for state in _LINKABLE])
    )
    return list(db.session.scalars(wanted.order_by(Proposal.title, Proposal.id)))


def _found(round_: Round, asked: Sequence[str]) -> list[Proposal]:
    known = {each.public_id: each for each in linkable(round_)}
    missing = [each for each in asked if each not in known]
    if missing:
        message = N_("Un projet choisi n’est plus à l’instruction de ce budget : rechargez la page.")
        raise Refusal(message, Kind.INVALID, "projects")
    return [known[each] for each in dict.fromkeys(asked)]


def _may_bear_on(person: Person, proposal: Proposal) -> Refusal | None:
    if not person.may(Permission.APPRAISE, *proposal.scopes):
        message = N_("« %(title)s » n’est ni d’un budget ni d’un territoire que vous instruisez.")
        return Refusal(message, Kind.FORBIDDEN, title=proposal.title)
    return conflict(person, proposal)


def _shape_fault(wanted: Wanted, proposals: Sequence[Proposal]) -> Refusal | None:
    """What the link itself lacks: projects, one envelope, a reason."""
    if wanted.kind is LinkKind.INCOMPATIBLE and len(proposals) != 2:
        return Refusal(N_("Choisissez exactement deux projets incompatibles."), Kind.INVALID, "projects")
    if not 2 <= len(proposals) <= MOST:
        return Refusal(N_("Choisissez de deux à %(most)s projets différents."), Kind.INVALID, "projects", most=MOST)
    book = proposals[0].round.rulebook
    if len({book.contest_of(each.site.slug if each.site else None) for each in proposals}) > 1:
        message = N_("Ces projets ne sont pas de la même enveloppe : ils sont comptés à part, sans lien possible.")
        return Refusal(message, Kind.INVALID, "projects")
    if not REASON_MIN <= len(" ".join(wanted.reason.split())) <= REASON_MAX:
        message = N_("Expliquez ce lien (%(least)s à %(most)s signes) : la raison est publiée.")
        return Refusal(message, Kind.INVALID, "reason", least=REASON_MIN, most=REASON_MAX)
    return None


def _clash(wanted: Wanted, proposals: Sequence[Proposal], existing: Sequence[ProjectLink]) -> Refusal | None:
    """Why the link cannot stand beside the others: said already, a circle, or a project that could never be funded."""
    ids = [each.public_id for each in proposals]
    for link in existing:
        same = [each.public_id for each in link.proposals]
        if link.kind is wanted.kind and (
            same == ids or (wanted.kind is not LinkKind.REQUIRES and set(same) == set(ids))
        ):
            return Refusal(N_("Ce lien est déjà déclaré."), Kind.INVALID, "projects")
    needs = [(row[2], row[3]) for link in existing for row in link.rows if link.kind is LinkKind.REQUIRES]
    alone = [{each.public_id for each in link.proposals} for link in existing if link.kind is not LinkKind.REQUIRES]
    if wanted.kind is LinkKind.REQUIRES:
        needs += [(ids[0], other) for other in ids[1:]]
    else:
        alone.append(set(ids))
    needed = _all_needs(needs)
    if needed is None:
        message = N_("Ces projets auraient besoin les uns des autres : aucun ne pourrait être financé.")
        return Refusal(message, Kind.INVALID, "projects")
    if any(len(group & {project, *others}) > 1 for project, others in needed.items() for group in alone):
        message = N_("Un projet aurait besoin de deux projets incompatibles : il ne pourrait jamais être financé.")
        return Refusal(message, Kind.INVALID, "projects")
    return None


def _all_needs(needs: Sequence[tuple[str, str]]) -> dict[str, set[str]] | None:
    """All that each project needs, directly or not; None for a circle."""
    direct: dict[str, set[str]] = {}
    for project, other in needs:
        direct.setdefault(project, set()).add(other)
    try:
        order = list(TopologicalSorter(direct).static_order())
    except CycleError:
        return None
    found: dict[str, set[str]] = {}
    for project in order:
        found[project] = set().union(*({other} | found[other] for other in direct.get(project, ())))
    return found


def _tell(made: ProjectLink, template: str, link: str, now: datetime) -> None:
    for proposal in made.proposals:
        others = " ; ".join(" ".join(each.title.split()) for each in made.proposals if each is not proposal)
        first = made.kind is LinkKind.REQUIRES and proposal is made.proposals[0]
        for person in proposal.people:
            tell(
                person, Topic.OWN_PROJECT, template, now, link=link, title=" ".join(proposal.title.split()),
                kind="needs" if first else made.kind_code, others=others, reason=made.reason,
            )  # fmt: skip
