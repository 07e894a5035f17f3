"""The deeds after the sealing: allow the count, keep what the urn held and its count, publish the result."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from participatory.ballots.models import UrnState
from participatory.ballots.queries import step_of
from participatory.ballots.steps import Officers, can_step, take_step
from participatory.core.database import db
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.results.counting import Counted, Edition, count_round
from participatory.results.document import digest_of
from participatory.results.models import Count, Publication
from participatory.results.policy import can_publish_on
from participatory.results.queries import counts_of
from participatory.results.unsealing import Opened, keep
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round
from participatory.urn.published import ballots_digest


def allow_count(round_: Round, officers: Officers, now: datetime) -> None:
    """Let the trustees open the sealed urn; raises Refusal out of order, and to one person alone."""
    held = locked_round(round_.id)
    take_step(held, UrnState.COUNTING, officers, now)
    record(Verb.COUNT_ALLOWED, officers.second, now, round=held.public_id)


def keep_urn(round_: Round, opened: Opened, now: datetime) -> None:
    """Write the opened ballots, for `count_contests` to read; nobody sees them before the count is recorded.

    Raises Refusal when the count was not allowed or is recorded already.
    """
    held = locked_round(round_.id)
    refuse_if(can_step(held, UrnState.COUNTED))
    keep(held, opened)


def count_contests(round_: Round) -> dict[str, Counted]:
    """Count each contest of the opened ballots. It takes seconds on a large round, so call it outside the lock."""
    return {contest: count_round(round_, contest=contest) for contest in round_.rulebook.contest_keys}


def record_count(round_: Round, counted: Mapping[str, Counted], opened: Opened, actor: str, now: datetime) -> None:
    """Keep the counts, for officers alone until they are published.

    The step bears the two people who allowed it. Raises Refusal when it is out of order or done already.
    """
    held = locked_round(round_.id)
    refuse_if(can_step(held, UrnState.COUNTED))
    keep_counts(held, counted, actor, now, opened)


def keep_counts(
    round_: Round, counted: Mapping[str, Counted], actor: str, now: datetime, opened: Opened | None = None
) -> None:
    """Write counts, the step, and the journal's row; `opened` is None for an imported election."""
    digests = {contest: digest_of(each.document) for contest, each in counted.items()}
    for contest, each in counted.items():
        row = Count(
            round_id=round_.id,
            contest=contest,
            document=each.document,
            digest=digests[contest],
            counted_by=actor,
            counted_at=now,
        )
        _add(row, N_("Ce vote est déjà dépouillé."))
    void, blanked = (opened.void, opened.blanked) if opened else (0, 0)
    ballots = ballots_digest(opened.rows) if opened else ""
    allowed = _allowed_by(round_)
    take_step(round_, UrnState.COUNTED, allowed, now, void=void, blanked=blanked)
    facts = {"digests": digests, "ballots": ballots, "void": void, "blanked": blanked}
    record(Verb.VOTE_COUNTED, actor, now, round=round_.public_id, **facts)


def recount(round_: Round) -> dict[str, Counted]:
    """Count again what was counted, for `publish` to compare. Call it outside the lock.

    The documents are written in the edition of the first ones, so that an update of the
    software in between is not taken for another result.
    """
    again = {}
    for contest, count in counts_of(round_).items():
        first = json.loads(count.document)
        again[contest] = count_round(round_, Edition(first["software"], first["schema"]), contest=contest)
    return again


def publish(round_: Round, officers: Officers, now: datetime, recounted: Mapping[str, Counted] | None = None) -> None:
    """Make the counts public for good, after counting again and finding the same documents.

    `recounted` is what `recount` gave before the lock was taken; without it the ballots
    are counted here. Raises Refusal before the date of the results, out of order, to one
    person alone, and when two counts differ.
    """
    held = locked_round(round_.id)
    refuse_if(can_publish_on(held, now))
    refuse_if(can_step(held, UrnState.PUBLISHED, officers))
    counts = counts_of(held)
    again = recount(held) if recounted is None else recounted
    same = all(
        contest in again and digest_of(again[contest].document) == count.digest == digest_of(count.document)
        for contest, count in counts.items()
    )
    if not same or not counts:
        raise Refusal(
            N_(
                "Le second dépouillement ne redonne pas le premier, et rien n’est publié : les bulletins, les projets "
                "ou le règlement ont changé entre les deux. Faites vérifier le journal avant de continuer."
            )
        )
    freeze(held, again, officers, now)


def freeze(round_: Round, counted: Mapping[str, Counted], officers: Officers, now: datetime) -> None:
    """Write the first edition of a result, the step and the journal's row. Permission is judged by those who call."""
    digests = {contest: digest_of(each.document) for contest, each in counted.items()}
    for contest, each in counted.items():
        row = Publication(
            round_id=round_.id,
            contest=contest,
            edition=1,
            document=each.document,
            election=each.election,
            digest=digests[contest],
            published_by=officers.second,
            published_at=now,
        )
        _add(row, N_("Le résultat de ce budget est déjà publié."))
    take_step(round_, UrnState.PUBLISHED, officers, now, edition=1)
    record(Verb.RESULT_PUBLISHED, officers.second, now, round=round_.public_id, digests=digests, edition=1)


def _allowed_by(round_: Round) -> Officers:
    step = step_of(round_, UrnState.COUNTING)
    assert step is not None
    return Officers(step.first_by, step.second_by)


def _add(row: Count | Publication, taken: str) -> None:
    """Send a row to the database; when somebody was faster, say so in our words."""
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refusal(taken) from error
