"""Reading the cases of a round."""

import sqlalchemy as sa

from participatory.ballots.models import SettingAside
from participatory.control.rules import Outcome
from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.rounds.models import Round


def cases_of(round_: Round) -> list[SettingAside]:
    """The cases of a round, the oldest first."""
    wanted = sa.select(SettingAside).where(SettingAside.round_id == round_.id)
    return list(db.session.scalars(wanted.order_by(SettingAside.notified_at, SettingAside.id)))


def case_by_public_id(public_id: str) -> SettingAside:
    """The case of this identifier; raises Refusal (NOT_FOUND)."""
    return _known(db.session.scalars(_named(public_id)).first())


def locked_case(public_id: str) -> SettingAside:
    """The same, held until the transaction ends and read as it now is; raises Refusal (NOT_FOUND)."""
    held = lock(_named(public_id)).execution_options(populate_existing=True)
    return _known(db.session.scalars(held).first())


def case_on(envelope_id: str) -> SettingAside | None:
    """The case about an envelope, None when there is none."""
    return db.session.scalars(sa.select(SettingAside).where(SettingAside.envelope_id == envelope_id)).first()


def _named(public_id: str) -> sa.Select[SettingAside]:
    # PostgreSQL refuses a text that holds a NUL: no case has one.
    return sa.select(SettingAside).where(SettingAside.public_id == public_id.replace("\0", ""))


def _known(case: SettingAside | None) -> SettingAside:
    if case is None:
        raise Refusal(N_("Ce dossier n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    return case


def rounds_with_open_cases() -> list[Round]:
    """The rounds in which a case waits for a decision, or was decided against a ballot that may still come back."""
    waiting = sa.select(SettingAside.round_id).where(SettingAside.outcome != Outcome.KEPT.value)
    return list(db.session.scalars(sa.select(Round).where(Round.id.in_(waiting)).order_by(Round.id)))
