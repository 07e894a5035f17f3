"""Finding notices, decisions and blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.identifiers import grouped, ungrouped
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission, ScopeKind
from participatory.notices.models import Notice, NoticeDecision, SpeakingBlock
from participatory.notices.rules import HIDES_WITHIN, LETTERS_WITHIN, Outcome
from participatory.rounds.models import Round

MOST = 200


@dataclass(frozen=True)
class Waiting:
    """A text that somebody must decide about: its open notices, the first to be due first."""

    notices: Sequence[Notice]

    @property
    def first(self) -> Notice:
        """The one that is due first."""
        return self.notices[0]


def number_of(notice: Notice) -> str:
    """The number of a notice as people read it: capitals, in groups."""
    return grouped(notice.public_id.upper(), 5)


def notice_by_number(typed: str) -> Notice:
    """The notice of this number, however it is written; raises Refusal (NOT_FOUND)."""
    key = ungrouped(typed[:40]).lower()
    return _known(db.session.scalars(sa.select(Notice).where(Notice.public_id == key)).first())


def _known(notice: Notice | None) -> Notice:
    if notice is None:
        raise Refusal(N_("Ce signalement n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    return notice


def notice_sent(form_key: str) -> Notice | None:
    """The notice that this form made, None when it made none."""
    return db.session.scalars(sa.select(Notice).where(Notice.form_key == form_key)).first()


def open_notices(kind: str, key: str) -> Sequence[Notice]:
    """The notices about a text that nobody has decided on, the first to be due first."""
    wanted = sa.select(Notice).where(Notice.kind == kind, Notice.key == key, Notice.decision_id.is_(None))
    return db.session.scalars(wanted.order_by(Notice.due_at, Notice.id)).all()


def notices_of(decision: NoticeDecision) -> Sequence[Notice]:
    """The notices that a decision answers to."""
    return db.session.scalars(sa.select(Notice).where(Notice.decision_id == decision.id).order_by(Notice.id)).all()


def decision_at(public_id: str) -> NoticeDecision:
    """A decision by its public identifier; raises Refusal (NOT_FOUND)."""
    wanted = sa.select(NoticeDecision).where(NoticeDecision.public_id == public_id.replace("\0", ""))
    found = db.session.scalars(wanted).first()
    if found is None:
        raise Refusal(N_("Cette décision n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    return found


def decisions_on(kind: str, key: str) -> Sequence[NoticeDecision]:
    """What was decided of a text, the latest first."""
    wanted = sa.select(NoticeDecision).where(NoticeDecision.kind == kind, NoticeDecision.key == key)
    return db.session.scalars(wanted.order_by(NoticeDecision.id.desc())).all()


def kept_before(kind: str, key: str) -> bool:
    """Whether the last person who decided of a text kept it."""
    last = next(iter(decisions_on(kind, key)), None)
    return last is not None and last.standing is Outcome.KEPT


def hides_from(network: str, now: datetime) -> int:
    """How many texts the notices of a network have hidden so lately."""
    if not network:
        return 0
    lately = (Notice.network == network, Notice.hid, Notice.received_at > now - HIDES_WITHIN)
    return db.session.scalar(sa.select(sa.func.count()).where(*lately)) or 0


def letters_lately(contact: str, now: datetime) -> int:
    """How many acknowledgements an address was sent within a day."""
    lately = (Notice.contact == contact, Notice.received_at > now - LETTERS_WITHIN)
    return db.session.scalar(sa.select(sa.func.count()).where(*lately)) or 0


def queue(person: Person) -> list[Waiting]:
    """The texts that wait for a decision within the reach of a person, the first to be due first."""
    wanted = sa.select(Notice).where(Notice.decision_id.is_(None), _within(person, Notice.round_id))
    rows = db.session.scalars(
        wanted.options(joinedload(Notice.round), joinedload(Notice.assigned))
        .order_by(Notice.due_at, Notice.id)
        .limit(MOST)
    )
    texts: dict[tuple[str, str], list[Notice]] = {}
    for notice in rows:
        texts.setdefault((notice.kind, notice.key), []).append(notice)
    return [Waiting(notices) for notices in texts.values()]


def contested(person: Person) -> Sequence[NoticeDecision]:
    """The decisions that somebody contests and nobody has taken up, within the reach of a person, the oldest first."""
    wanted = sa.select(NoticeDecision).where(
        NoticeDecision.contested_at.is_not(None),
        NoticeDecision.appeal_at.is_(None),
        _within(person, NoticeDecision.round_id),
    )
    return db.session.scalars(
        wanted.options(joinedload(NoticeDecision.round)).order_by(NoticeDecision.contested_at)
    ).all()


def count_waiting(person: Person) -> int:
    """How many texts and contested decisions wait, of those that this person reads."""
    texts = sa.select(Notice.kind, Notice.key).where(Notice.decision_id.is_(None), _within(person, Notice.round_id))
    number = db.session.scalar(sa.select(sa.func.count()).select_from(texts.distinct().subquery())) or 0
    return number + len(contested(person))


def _within(person: Person, column: sa.orm.InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    reach = person.reach(Permission.DECIDE_NOTICES)
    if reach is None:
        return sa.true()
    keys = [scope.key for scope in reach if scope.kind is ScopeKind.ROUND]
    return column.in_(sa.select(Round.id).where(Round.public_id.in_(keys)))


def overdue(now: datetime) -> Sequence[Notice]:
    """The urgent notices whose day has passed without a decision and of which nobody was told, the oldest first."""
    late = sa.select(Notice).where(Notice.decision_id.is_(None), Notice.due_at <= now, Notice.late_told_at.is_(None))
    return [notice for notice in db.session.scalars(late.order_by(Notice.due_at)) if notice.urgent]


def load_of(people: Sequence[Person]) -> dict[int, int]:
    """How many open notices each of these people was sent, by their row."""
    rows = sa.select(Notice.assigned_id, sa.func.count()).where(
        Notice.decision_id.is_(None), Notice.assigned_id.in_([each.id for each in people])
    )
    return {number: count for number, count in db.session.execute(rows.group_by(Notice.assigned_id)) if number}


def block_at(public_id: str) -> SpeakingBlock:
    """A block by its public identifier; raises Refusal (NOT_FOUND)."""
    found = db.session.scalars(
        sa.select(SpeakingBlock).where(SpeakingBlock.public_id == public_id.replace("\0", ""))
    ).first()
    if found is None:
        raise Refusal(N_("Ce blocage n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    return found


def block_of(person: Person, now: datetime) -> SpeakingBlock | None:
    """The block that holds for a person at an instant (UTC), the one that ends last."""
    held = sa.select(SpeakingBlock).where(
        SpeakingBlock.person_id == person.id, SpeakingBlock.ended_at.is_(None), SpeakingBlock.ends_at > now
    )
    return db.session.scalars(held.order_by(SpeakingBlock.ends_at.desc())).first()


def blocks(person: Person, now: datetime) -> list[SpeakingBlock]:
    """The blocks that hold at an instant, within the reach of a person; contested ones first."""
    held = sa.select(SpeakingBlock).where(SpeakingBlock.ended_at.is_(None), SpeakingBlock.ends_at > now)
    found = db.session.scalars(held.order_by(SpeakingBlock.contested_at.is_(None), SpeakingBlock.ends_at))
    return [each for each in found if person.may(Permission.BLOCK_PEOPLE, each.decision.round.scope)]
