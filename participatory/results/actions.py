"""The deeds after the vote: recording the count, publishing the result."""

import json
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from participatory.ballots.queries import closing_of
from participatory.core.database import db
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.results.counting import Counted, Edition, count_round
from participatory.results.document import digest_of
from participatory.results.models import Count, Publication
from participatory.results.policy import can_count, can_publish
from participatory.results.queries import count_of, publication_of
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round


def compute(round_: Round) -> str:
    """The result document of a closed round. It takes seconds on a large one, so call it outside the lock."""
    return count_round(round_).document


def recount(round_: Round) -> Counted:
    """Count again what was counted, for `publish` to compare. Call it outside the lock.

    The document is written in the edition of the first one, so that an update of the
    software in between is not taken for another result.
    """
    count = count_of(round_)
    if count is None:
        return count_round(round_)
    first = json.loads(count.document)
    return count_round(round_, Edition(first["software"], first["schema"]))


def record_count(round_: Round, document: str, officer: Person, now: datetime) -> Count:
    """Keep a count, for officers alone until it is published.

    Raises Refusal for another role, before the vote is closed, and the second time;
    ValueError for the document of another round, or one computed before the closing.
    """
    held = locked_round(round_.id)
    refuse_if(can_count(held, officer, closing_of(held), count_of(held), now))
    about = json.loads(document)["round"]
    if about["id"] != held.public_id or about["closed_at"] is None:
        raise ValueError("the document is that of another round, or of a vote that was still open")
    count = Count(
        round_id=held.id, document=document, digest=digest_of(document), counted_by=officer.public_id, counted_at=now
    )
    _add(count, N_("Ce vote est déjà dépouillé."))
    record(Verb.VOTE_COUNTED, officer.public_id, now, round=held.public_id, digest=count.digest)
    return count


def publish(round_: Round, officer: Person, now: datetime, recounted: Counted | None = None) -> Publication:
    """Make the count public for good, after counting again and finding the same document.

    `recounted` is what `recount` gave before the lock was taken; without it the ballots
    are counted here. Raises Refusal for another role, before the date of the results,
    before the count, the second time, and when the two counts differ.
    """
    held = locked_round(round_.id)
    count = count_of(held)
    refuse_if(can_publish(held, officer, count, publication_of(held), now))
    assert count is not None
    again = recounted or recount(held)
    if digest_of(again.document) != count.digest or digest_of(count.document) != count.digest:
        raise Refusal(
            N_(
                "Le second dépouillement ne redonne pas le premier, et rien n’est publié : les bulletins, les projets "
                "ou le règlement ont changé entre les deux. Faites vérifier le journal avant de continuer."
            )
        )
    return freeze(held, again, officer.public_id, now)


def freeze(round_: Round, counted: Counted, actor: str, now: datetime) -> Publication:
    """Write the first edition of a result, and the journal's row. Permission is judged by those who call."""
    publication = Publication(
        round_id=round_.id,
        edition=1,
        document=counted.document,
        election=counted.election,
        digest=digest_of(counted.document),
        published_by=actor,
        published_at=now,
    )
    _add(publication, N_("Le résultat de ce budget est déjà publié."))
    record(Verb.RESULT_PUBLISHED, actor, now, round=round_.public_id, digest=publication.digest, edition=1)
    return publication


def _add(row: Count | Publication, taken: str) -> None:
    """Send a row to the database; when somebody was faster, say so in our words."""
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refusal(taken) from error
