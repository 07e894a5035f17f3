"""The deeds after the sealing: allow the count, keep what the urn held and its count, publish the result."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from participatory.ballots.models import UrnState
from participatory.ballots.queries import step_of
from participatory.ballots.steps import Officers, can_step, take_step
from participatory.checkpoints.actions import sign_head
from participatory.core.database import db
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.core.secrets import SecretStore
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.results.candidates import listed_rows
from participatory.results.counting import Counted, Edition, count_round
from participatory.results.document import digest_of
from participatory.results.models import Count, Publication
from participatory.results.policy import can_publish_on
from participatory.results.queries import counts_of
from participatory.results.unsealing import Opened, keep
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round
from participatory.urn.published import ballots_digest

DIFFERENT = Refusal(
    N_(
        "Le second dépouillement ne redonne pas le premier, et rien n’est publié : les bulletins, les projets "
        "ou le règlement ont changé entre les deux. Faites vérifier le journal avant de continuer."
    )
)


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
            election=each.election,
            digest=digests[contest],
            counted_by=actor,
            counted_at=now,
        )
        _add(row, N_("Ce vote est déjà dépouillé."))
    facts = _told_of(opened) if opened else {"ballots": "", "void": 0, "blanked": 0}
    # What projects.csv will say is kept with the count: accounts and proposals may still change before it is made.
    kept = {"tables": opened.digests, "projects": listed_rows(round_)} if opened else {}
    take_step(round_, UrnState.COUNTED, _allowed_by(round_), now, **facts, **kept)
    record(Verb.VOTE_COUNTED, actor, now, round=round_.public_id, digests=digests, **facts)


def _told_of(opened: Opened) -> dict[str, Any]:
    return {"ballots": ballots_digest(opened.rows), "void": opened.void, "blanked": opened.blanked}


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


@dataclass(frozen=True)
class Digests:
    """What a recount gave, by contest, small enough for a deed: the SHA-256 of each document and of each `.pb` text."""

    documents: Mapping[str, str]
    elections: Mapping[str, str]

    @classmethod
    def of(cls, counted: Mapping[str, Counted]) -> "Digests":
        """Those of a recount."""
        return cls(
            {contest: digest_of(each.document) for contest, each in counted.items()},
            {contest: _undated(each.election) for contest, each in counted.items()},
        )

    def fault(self, counts: Mapping[str, Count]) -> Refusal | None:
        """Why these counts may not be published: they are not what the recount gave, or there are none."""
        documents = {contest: digest_of(count.document) for contest, count in counts.items()}
        written = {contest: count.digest for contest, count in counts.items()}
        elections = {contest: _undated(count.election) for contest, count in counts.items() if count.election}
        same = self.documents == documents == written and self.elections.items() >= elections.items()
        return None if same and counts else DIFFERENT


def _undated(election: str) -> str:
    """The digest of a `.pb` text without the dates of the vote: the calendar of a round may be corrected after it."""
    lines = election.splitlines(keepends=True)
    return digest_of("".join(line for line in lines if not line.startswith(("date_", "instance;"))))


def complete(round_: Round, recounted: Mapping[str, Counted]) -> None:
    """Give its `.pb` text to a count from before these were kept, once the recount is found to be the same."""
    counts = counts_of(round_)
    refuse_if(Digests.of(recounted).fault(counts))
    for contest, count in counts.items():
        count.election = count.election or recounted[contest].election


def publish(round_: Round, officers: Officers, store: SecretStore, now: datetime, again: Digests | None = None) -> None:
    """Make the counts public for good, after counting again and finding the same documents.

    `again` is what a recount gave before the lock was taken; without it the ballots are
    counted here. The head of the journal is signed with the key of `store`, for the bundle
    to end there. Raises Refusal before the date of the results, out of order, to one person
    alone, and when two counts differ.
    """
    held = locked_round(round_.id)
    refuse_if(can_publish_on(held, now))
    refuse_if(can_step(held, UrnState.PUBLISHED, officers))
    if again is None:
        recounted = recount(held)
        complete(held, recounted)
        again = Digests.of(recounted)
    counts = counts_of(held)
    refuse_if(again.fault(counts))
    freeze(held, {contest: (count.document, count.election) for contest, count in counts.items()}, officers, now)
    sign_head(store, now)


def freeze(round_: Round, texts: Mapping[str, tuple[str, str]], officers: Officers, now: datetime) -> None:
    """Write the first edition of a result, the step and the journal's row. Permission is judged by those who call.

    `texts` gives the document and the `.pb` text of each contest.
    """
    digests = {contest: digest_of(document) for contest, (document, _election) in texts.items()}
    for contest, (document, election) in texts.items():
        row = Publication(
            round_id=round_.id,
            contest=contest,
            edition=1,
            document=document,
            election=election,
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
