"""Finding projects that are alike, people who ask to join, mergers and splits."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.mergers.likeness import Text, alike, meaningful
from participatory.mergers.models import JoinRequest, Merger, MergerConsent, MergerPart, Split, SplitConsent
from participatory.mergers.rules import MERGEABLE, Answer, Outcome, SplitOutcome
from participatory.proposals.models import CoAuthor, Proposal
from participatory.proposals.rules import State

_CANDIDATES, _STEMS = 200, 16


def similar_to(proposal: Proposal, title: str, rest: str) -> list[Proposal]:
    """The projects of the same round, that everybody reads and that may be joined, which look like what is written."""
    wanted = sorted(meaningful(f"{title} {rest}"), key=lambda stem: (-len(stem), stem))[:_STEMS]
    if not wanted:
        return []
    column = sa.type_coerce(Proposal.search_text, sa.Text)
    rows = sa.select(Proposal).where(
        Proposal.round_id == proposal.round_id,
        Proposal.id != proposal.id,
        Proposal.state_code == State.ADMITTED.value,
        sa.or_(*(column.contains(f" {stem} ", autoescape=True) for stem in wanted)),
    )
    found = {each.id: each for each in db.session.scalars(rows.order_by(Proposal.id).limit(_CANDIDATES))}
    texts = [Text(each.id, each.title, f"{each.summary} {each.need}") for each in found.values()]
    return [found[number] for number in alike(Text(proposal.id, title, rest), texts)]


def to_unite_with(proposal: Proposal, person: Person) -> list[Proposal]:
    """What a project may become one with: admitted projects of its round, others of the person; by title."""
    own = sa.or_(
        Proposal.author_id == person.id,
        Proposal.id.in_(sa.select(CoAuthor.proposal_id).where(CoAuthor.person_id == person.id)),
    )
    mine = sa.and_(own, Proposal.state_code.in_([state.value for state in MERGEABLE]))
    rows = sa.select(Proposal).where(
        Proposal.round_id == proposal.round_id,
        Proposal.id != proposal.id,
        sa.or_(Proposal.state_code == State.ADMITTED.value, mine),
    )
    return list(db.session.scalars(rows.order_by(Proposal.title, Proposal.id)))


def requests_on(proposal: Proposal) -> Sequence[JoinRequest]:
    """Those who ask to join a project and wait for an answer, the oldest first."""
    waiting = sa.select(JoinRequest).where(
        JoinRequest.proposal_id == proposal.id, JoinRequest.answer == Answer.NONE.value
    )
    return db.session.scalars(waiting.options(joinedload(JoinRequest.person)).order_by(JoinRequest.id)).all()


def request_of(proposal: Proposal, person: Person) -> JoinRequest | None:
    """The latest request of a person to join a project."""
    own = sa.select(JoinRequest).where(JoinRequest.proposal_id == proposal.id, JoinRequest.person_id == person.id)
    return db.session.scalars(own.order_by(JoinRequest.id.desc())).first()


def request_by_id(identifier: str) -> JoinRequest:
    """A request by its public identifier, held until the transaction ends; raises Refusal (NOT_FOUND)."""
    wanted = sa.select(JoinRequest).where(JoinRequest.public_id == identifier.replace("\0", ""))
    held = wanted.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalars(held).first()
    if found is None:
        raise Refusal(N_("Il n’y a pas de demande à cette adresse."), Kind.NOT_FOUND)
    return found


def merger_by_id(identifier: str, *, held: bool = False) -> Merger:
    """A merger by its public identifier; `held` keeps it until the transaction ends. Raises Refusal (NOT_FOUND)."""
    wanted = sa.select(Merger).where(Merger.public_id == identifier.replace("\0", ""))
    if held:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalars(wanted).first()
    if found is None:
        raise Refusal(N_("Il n’y a pas de réunion de projets à cette adresse."), Kind.NOT_FOUND)
    return found


def _with(proposal: Proposal, outcome: Outcome) -> sa.Select[Merger]:
    parts = sa.select(MergerPart.merger_id).where(MergerPart.proposal_id == proposal.id)
    return sa.select(Merger).where(Merger.id.in_(parts), Merger.outcome_code == outcome.value).order_by(Merger.id)


def open_merger_of(proposal: Proposal) -> Merger | None:
    """The merger of which a project is a part and on which somebody has not answered."""
    return db.session.scalars(_with(proposal, Outcome.OPEN)).first()


def became(proposal: Proposal) -> Proposal | None:
    """The project that a merged one became, followed to its end."""
    here, seen = proposal, {proposal.id}
    while here.state is State.MERGED:
        done = _with(here, Outcome.DONE).where(Merger.kept_id != here.id)
        merger = db.session.scalars(done).first()
        if merger is None or merger.kept_id in seen:
            return None
        here = merger.kept
        seen.add(here.id)
    return here if here is not proposal else None


def origins_of(proposal: Proposal) -> list[Merger]:
    """The mergers that ended in a project, the oldest first."""
    return list(db.session.scalars(_with(proposal, Outcome.DONE).where(Merger.kept_id == proposal.id)))


def mergers_of(person: Person) -> Sequence[Merger]:
    """The mergers on which a person is or was asked."""
    own = sa.select(MergerConsent.merger_id).where(MergerConsent.person_id == person.id)
    return db.session.scalars(sa.select(Merger).where(Merger.id.in_(own)).order_by(Merger.id)).all()


def requests_by(person: Person) -> Sequence[JoinRequest]:
    """What a person asked to join, the oldest first."""
    own = sa.select(JoinRequest).where(JoinRequest.person_id == person.id)
    return db.session.scalars(own.options(joinedload(JoinRequest.proposal)).order_by(JoinRequest.id)).all()


def split_by_id(identifier: str, *, held: bool = False) -> Split:
    """A split by its public identifier; `held` keeps it until the transaction ends. Raises Refusal (NOT_FOUND)."""
    wanted = sa.select(Split).where(Split.public_id == identifier.replace("\0", ""))
    if held:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalars(wanted).first()
    if found is None:
        raise Refusal(N_("Il n’y a pas de partage de projet à cette adresse."), Kind.NOT_FOUND)
    return found


def splits_into(proposal: Proposal) -> list[Split]:
    """What was made of parts of a project, the oldest first."""
    done = sa.select(Split).where(Split.source_id == proposal.id, Split.outcome_code == SplitOutcome.DONE.value)
    return list(db.session.scalars(done.order_by(Split.id)))


def done_splits(numbers: Collection[int]) -> Sequence[Split]:
    """The splits that were done of these projects or that made them, by row, the oldest first."""
    concerned = sa.or_(Split.source_id.in_(numbers), Split.part_id.in_(numbers))
    done = sa.select(Split).where(concerned, Split.outcome_code == SplitOutcome.DONE.value)
    return db.session.scalars(done.options(joinedload(Split.source), joinedload(Split.part)).order_by(Split.id)).all()


def split_from(proposal: Proposal) -> Split | None:
    """The split that made a project, None for one that was begun by itself."""
    return db.session.scalars(sa.select(Split).where(Split.part_id == proposal.id)).first()


def open_split_of(proposal: Proposal) -> Split | None:
    """The split that is proposed of a project and on which somebody has not answered."""
    wanted = sa.select(Split).where(Split.source_id == proposal.id, Split.outcome_code == SplitOutcome.OPEN.value)
    return db.session.scalars(wanted).first()


def unfinished_split_of(proposal: Proposal) -> Split | None:
    """The split after which a project keeps its text, although the part was neither given up nor submitted."""
    waiting = (each for each in splits_into(proposal) if each.part is not None and not each.narrowed)
    return next((each for each in waiting if each.part and each.part.state is State.DRAFT), None)


def splits_of(person: Person) -> Sequence[Split]:
    """The splits on which a person is or was asked."""
    own = sa.select(SplitConsent.split_id).where(SplitConsent.person_id == person.id)
    return db.session.scalars(sa.select(Split).where(Split.id.in_(own)).order_by(Split.id)).all()
