"""Every hour, those who support or follow a project that was split are told that its second part is public.

The letter says « suivez ou soutenez »: what is kept of it does not tell who supports a project. A batch of accounts is
looked at in each transaction, and the split remembers the last one, so that nobody is told twice.
"""

from datetime import datetime

import sqlalchemy as sa
import structlog
from flask import Flask
from huey import crontab

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.secrets import SecretStore
from participatory.following.models import Follow
from participatory.identity.models import Person
from participatory.mergers.joining import one_line
from participatory.mergers.models import Split
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.proposals.models import Proposal
from participatory.proposals.policy import is_author
from participatory.rolls.keys import pseudonyms_of, voters_by_key
from participatory.rounds.models import Round
from participatory.supports.models import Support
from participatory.supports.rules import SUPPORTABLE
from participatory.web.pages import absolute_url
from participatory.web.settings import secret_store

log = structlog.get_logger()
BATCH = 500


def untold(moment: datetime) -> list[int]:
    """The splits (by row) whose second part is public before the vote, and of which somebody may not know yet."""
    wanted = (
        sa.select(Split.id)
        .join(Proposal, Proposal.id == Split.part_id)
        .join(Round, Round.id == Split.round_id)
        .where(
            Split.told_at.is_(None),
            Round.voting_at > moment,
            Proposal.state_code.in_([state.value for state in SUPPORTABLE]),
        )
    )
    return list(db.session.scalars(wanted.order_by(Split.id)))


def tell_some(number: int, store: SecretStore, link: str, moment: datetime, *, size: int = BATCH) -> int | None:
    """Tell those of the next accounts whom a split (by row) concerns; how many, None once all were looked at."""
    held = sa.select(Split).where(Split.id == number).with_for_update(of=Split)
    split = db.session.scalars(held.execution_options(populate_existing=True)).one()
    if split.told_at is not None or split.part is None:
        return None
    wanted = sa.select(Person).where(Person.id > split.told_after, Person.merged_into_id.is_(None))
    people = list(
        db.session.scalars(wanted.options(sa.orm.selectinload(Person.known_as)).order_by(Person.id).limit(size))
    )
    if not people:
        split.told_at = moment
        return None
    split.told_after = people[-1].id
    concerned = [each for each in _interested(split, people, store) if not is_author(each, split.part)]
    titles = {"source": one_line(split.source.title), "part": one_line(split.part.title)}
    for each in concerned:
        tell(each, Topic.FOLLOWED, "split_public", moment, link=link, **titles)
    return len(concerned)


def _interested(split: Split, people: list[Person], store: SecretStore) -> list[Person]:
    """Those of these accounts that follow the source, or support it in the name of their line of the roll."""
    pepper = store.get("pepper", split.round.public_id)
    names = {each.id: pseudonyms_of(pepper, each) for each in people}
    voters = voters_by_key(split.round, [name for each in names.values() for name in each])
    supporting = set(
        db.session.scalars(
            sa.select(Support.voter_id).where(
                Support.proposal_id == split.source_id, Support.voter_id.in_({voter.id for voter in voters.values()})
            )
        )
    )
    numbers = [each.id for each in people]
    following = set(
        db.session.scalars(
            sa.select(Follow.person_id).where(Follow.proposal_id == split.source_id, Follow.person_id.in_(numbers))
        )
    )
    return [
        each
        for each in people
        if each.id in following or any(name in voters and voters[name].id in supporting for name in names[each.id])
    ]


def tell_all() -> int:
    """Tell everybody whom the splits whose part has become public concern; how many."""
    told = 0
    for number in untold(now()):
        while True:
            with transaction():
                part = db.session.get_one(Split, number).part
                link = absolute_url("proposals.show", slug=part.slug) if part else ""
                done = tell_some(number, secret_store(), link, now())
            if done is None:
                break
            told += done
    return told


def tell_in_time(app: Flask) -> None:
    """Have the worker tell every hour."""

    def carry_out() -> None:
        with app.app_context():
            told = tell_all()
            db.session.remove()
        if told:
            log.info("splits_told", people=told)

    app.extensions["jobs"].huey.periodic_task(crontab(minute="41"), name="tell_of_splits")(carry_out)
