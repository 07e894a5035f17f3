"""Finding deeds."""

from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.deeds.models import Deed

MOST_PAST = 50


def deed_by_public_id(public_id: str) -> Deed:
    """The deed of this identifier; raises Refusal (NOT_FOUND)."""
    return _known(db.session.scalars(sa.select(Deed).where(Deed.public_id == public_id)).first())


def locked_deed(public_id: str) -> Deed:
    """The same, held until the transaction ends and read as it now is; raises Refusal (NOT_FOUND)."""
    held = lock(sa.select(Deed).where(Deed.public_id == public_id)).execution_options(populate_existing=True)
    return _known(db.session.scalars(held).first())


def waiting_deeds(now: datetime) -> list[Deed]:
    """The deeds that wait for a second person, the one that expires first at the top."""
    wanted = _undecided().where(Deed.expires_at > now)
    return list(db.session.scalars(wanted.order_by(Deed.expires_at, Deed.id)))


def past_deeds(now: datetime) -> list[Deed]:
    """The last MOST_PAST deeds that are over, the latest first."""
    over = sa.or_(Deed.confirmed_at.is_not(None), Deed.withdrawn_at.is_not(None), Deed.expires_at <= now)
    wanted = sa.select(Deed).where(over).order_by(Deed.proposed_at.desc(), Deed.id.desc()).limit(MOST_PAST)
    return list(db.session.scalars(wanted))


def overdue_deeds(now: datetime) -> list[str]:
    """The public identifiers of the deeds that nobody confirmed in time and whose preparation is still there."""
    wanted = sa.select(Deed.public_id).where(Deed.id.in_(_undecided().with_only_columns(Deed.id)))
    return list(db.session.scalars(wanted.where(Deed.expires_at <= now)))


def waiting_for(kind: str, subject: str) -> Deed | None:
    """The deed of this kind that is not decided about a subject, None when there is none; it may be overdue."""
    return db.session.scalars(_undecided().where(Deed.kind == kind, Deed.subject == subject)).first()


def _undecided() -> sa.Select[Deed]:
    return sa.select(Deed).where(Deed.confirmed_at.is_(None), Deed.withdrawn_at.is_(None), Deed.expired_at.is_(None))


def _known(deed: Deed | None) -> Deed:
    if deed is None:
        raise Refusal(N_("Cet acte n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    return deed
