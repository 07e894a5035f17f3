"""Who appraises which project: groups by theme and site, a suggestion by the machine, a choice by hand."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participatory.appraisal.models import AppraisalGroup, Assignment
from participatory.appraisal.policy import can_assign, conflict
from participatory.core.clock import paris
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person, RoleGrant
from participatory.identity.permissions import PERMISSIONS, Permission
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.proposals.actions import locked
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rounds.models import Round
from participatory.rounds.rulebook import Theme

# How long an appraisal takes, unless the vote opens before.
LASTS, BEFORE_THE_VOTE = timedelta(days=21), timedelta(days=2)
NAME_MAX = 80


@dataclass(frozen=True)
class Hands:
    """Whom a project goes to: a group, a person, or a person of a group."""

    group: AppraisalGroup | None
    person: Person | None


def due_at(round_: Round, now: datetime, lasts: timedelta = LASTS) -> datetime:
    """When a project assigned now must be appraised: three weeks (`lasts`), and two days before the vote at the latest.

    At six in the evening of that day in Paris, unless that has passed or the vote opens before.
    """
    latest = min(now + lasts, max(now, round_.voting_at - BEFORE_THE_VOTE))
    evening = paris(latest).replace(hour=18, minute=0, second=0, microsecond=0).astimezone(UTC)
    return evening if now < evening <= round_.voting_at else round_.voting_at


def assign(public_id: str, hands: Hands, by: Person, now: datetime, *, due: datetime, link: str) -> Assignment:
    """Hand a project to somebody, in the place of whoever had it; they are told. Raises Refusal."""
    proposal = locked(public_id)
    refuse_if(can_assign(by, proposal, now))
    refuse_if(_hands_fault(hands, proposal))
    if not now < due <= proposal.round.voting_at:
        message = N_("L’échéance est après maintenant, et avant l’ouverture du vote, le %(start)s.")
        raise Refusal(message, Kind.INVALID, "due", start=proposal.round.voting_at)
    held = db.session.get(Assignment, proposal.id)
    if held is None:
        held = Assignment(proposal_id=proposal.id)
        db.session.add(held)
    held.group, held.person = hands.group, hands.person
    held.due_at, held.assigned_by, held.assigned_at = due, by.public_id, now
    db.session.flush()
    told = [hands.person] if hands.person else hands.group.members if hands.group else []
    for person in told:
        if person.id != by.id:
            title = " ".join(proposal.title.split())
            tell(person, Topic.APPRAISAL_WORK, "appraisal_assigned", now, link=link, title=title)
    names = [each.public_id for each in (hands.group, hands.person) if each is not None]
    record(
        Verb.APPRAISAL_ASSIGNED, by.public_id, now, round=proposal.round.public_id, proposal=proposal.public_id,
        to=names,
    )  # fmt: skip
    return held


def _hands_fault(hands: Hands, proposal: Proposal) -> Refusal | None:
    person = hands.person
    if person is None and hands.group is None:
        return Refusal(N_("Choisissez un groupe ou une personne."), Kind.INVALID, "to")
    if person is None:
        return None
    if not person.may(Permission.APPRAISE, *proposal.scopes):
        return Refusal(
            N_("Cette personne n’instruit pas ce projet : son rôle ne va pas jusque-là."), Kind.INVALID, "to"
        )
    if conflict(person, proposal) is not None:
        return Refusal(N_("Cette personne a un conflit d’intérêts sur ce projet."), Kind.INVALID, "to")
    return None


def suggest(
    proposal: Proposal, groups: Iterable[AppraisalGroup], load: Mapping[int, int], barred: Collection[int]
) -> Hands | None:
    """Who should have a project: the group closest to its theme and site, and of it whoever has the least to do.

    `load` gives the number of projects in hand by person; those `barred` (a conflict, a role limited to elsewhere) are
    passed over. None when no group takes it.
    """
    fitting = [(closeness(each, proposal), each) for each in groups]
    open_to = [(close, each) for close, each in fitting if close is not None]
    ranked = sorted(open_to, key=lambda pair: (-pair[0], _least(pair[1], load), pair[1].name))
    for _close, group in ranked:
        free = [person for person in group.members if person.id not in barred]
        if free:
            return Hands(group, min(free, key=lambda person: (load.get(person.id, 0), person.id)))
    return None


def closeness(group: AppraisalGroup, proposal: Proposal) -> int | None:
    """How closely a group is made for a project: 2 for its site, 1 for its theme; None when it is not for it."""
    site = proposal.site.slug if proposal.site else ""
    if group.site_slugs and site not in group.site_slugs:
        return None
    if group.theme_codes and (proposal.theme_code or "") not in group.theme_codes:
        return None
    return 2 * bool(group.site_slugs) + bool(group.theme_codes)


def _least(group: AppraisalGroup, load: Mapping[int, int]) -> int:
    return min((load.get(person.id, 0) for person in group.members), default=0)


def suggestions(proposals: Sequence[Proposal]) -> dict[int, Hands]:
    """A suggestion for each of these projects that some group takes, by its row, shared evenly among people."""
    everyone, load, found = groups(), loads(), {}
    for proposal in proposals:
        people = {person.id: person for group in everyone for person in group.members}
        barred = {id_ for id_, person in people.items() if _hands_fault(Hands(None, person), proposal) is not None}
        hands = suggest(proposal, everyone, load, barred)
        if hands is not None and hands.person is not None:
            found[proposal.id] = hands
            load[hands.person.id] = load.get(hands.person.id, 0) + 1
    return found


def loads() -> dict[int, int]:
    """How many projects that wait for a finding each person has in hand."""
    wanted = (
        sa.select(Assignment.person_id, sa.func.count())
        .join(Proposal, Proposal.id == Assignment.proposal_id)
        .where(Assignment.person_id.is_not(None), Proposal.state_code == State.ADMITTED.value)
        .group_by(Assignment.person_id)
    )
    return {person: number for person, number in db.session.execute(wanted) if person is not None}


def groups() -> list[AppraisalGroup]:
    """Every group, by name."""
    return list(db.session.scalars(sa.select(AppraisalGroup).order_by(AppraisalGroup.name)))


def group_named(public_id: str) -> AppraisalGroup:
    """A group by its identifier; raises Refusal (NOT_FOUND)."""
    found = db.session.scalars(sa.select(AppraisalGroup).where(AppraisalGroup.public_id == public_id)).first()
    if found is None:
        raise Refusal(N_("Il n’y a pas de groupe à cette adresse."), Kind.NOT_FOUND)
    return found


def appraisers() -> list[Person]:
    """Whoever appraises at present, somewhere, by name."""
    roles = [role.value for role, given in PERMISSIONS.items() if Permission.APPRAISE in given]
    held = sa.select(RoleGrant.person_id).where(RoleGrant.role.in_(roles), RoleGrant.revoked_at.is_(None))
    found = db.session.scalars(sa.select(Person).where(Person.id.in_(held)).order_by(Person.display_name, Person.id))
    return [person for person in found if person.holds(Permission.APPRAISE)]


@dataclass(frozen=True)
class GroupWords:
    """A group as it is typed: no theme or no site means all of them."""

    name: str
    themes: tuple[Theme, ...]
    sites: tuple[str, ...]
    members: tuple[str, ...]


def keep_group(typed: GroupWords, group: AppraisalGroup | None, by: Person, now: datetime) -> AppraisalGroup:
    """Make a group, or change one; only who appraises everywhere does. Raises Refusal."""
    if not by.may(Permission.APPRAISE):
        message = N_("Votre rôle a des limites : seuls ceux qui instruisent partout composent les groupes.")
        raise Refusal(message, Kind.FORBIDDEN)
    known = {person.public_id: person for person in appraisers()}
    members = [known[each] for each in typed.members if each in known]
    if not members:
        raise Refusal(N_("Un groupe compte au moins une personne qui instruit."), Kind.INVALID, "members")
    if not typed.name or len(typed.name) > NAME_MAX:
        message = N_("Donnez un nom au groupe (%(most)s signes au plus).")
        raise Refusal(message, Kind.INVALID, "name", most=NAME_MAX)
    group = group or AppraisalGroup(created_at=now)
    group.name, group.members = typed.name, members
    group.theme_codes, group.site_slugs = [each.value for each in typed.themes], list(typed.sites)
    db.session.add(group)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refusal(N_("Un autre groupe porte déjà ce nom."), Kind.INVALID, "name") from error
    return group


def assignments_of(round_: Round) -> dict[int, Assignment]:
    """Who has each project of a round, by the row of the project."""
    wanted = sa.select(Assignment).join(Proposal, Proposal.id == Assignment.proposal_id)
    loaded = wanted.where(Proposal.round_id == round_.id).options(sa.orm.joinedload(Assignment.person))
    return {each.proposal_id: each for each in db.session.scalars(loaded)}


def is_late(assignment: Assignment, proposal: Proposal, now: datetime) -> bool:
    """Whether a finding should be there by now."""
    return proposal.state is State.ADMITTED and assignment.due_at < now
