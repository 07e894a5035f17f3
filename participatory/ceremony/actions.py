"""Making and checking the key of a round: its public half is kept, its private half leaves as shares."""

from collections.abc import Callable, Sequence
from datetime import datetime

from participatory.ceremony.models import ElectionKey, KeyReminder
from participatory.ceremony.policy import can_check_key, can_create_key, can_discard, can_replace, may_hold_ceremony
from participatory.ceremony.rules import Made, reminder_due
from participatory.core.database import db
from participatory.core.errors import refuse_if
from participatory.core.labels import N_
from participatory.identity.holders import holders_of
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.outbox.actions import enqueue
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round
from participatory.urn.sealing import fingerprint, new_key, public_of
from participatory.urn.shares import ShareError, combine, split

OTHER_KEY = N_(
    "Ces parts s’accordent, mais elles ne sont pas de la clé de ce vote : ce sont sans doute des feuilles d’une clé "
    "remplacée depuis."
)


def create_key(
    round_: Round, trustees: int, threshold: int, actor: str, now: datetime, *, replaces: str = "", link: str = ""
) -> list[str]:
    """Make the key of a round, and give one share for each trustee; `replaces` is the fingerprint of the one that goes.

    The shares are nowhere else: whoever calls shows them once. The other officers are told by letter; `link` leads to
    the page of the key. Raises Refusal once the vote has opened, for numbers of trustees that make no
    sense, and when the key of the round is not the one replaced, or was checked with its trustees.
    """
    held = locked_round(round_.id)
    refuse_if(can_create_key(held, trustees, threshold, now))
    former = _present_key(held)
    refuse_if(can_replace(former, replaces))
    if former is not None:
        db.session.delete(former)
        db.session.flush()
    pair = new_key()
    key = ElectionKey(
        round_id=held.id,
        public_key=pair.public.hex(),
        fingerprint=fingerprint(pair.public),
        trustees=trustees,
        threshold=threshold,
        created_by=actor,
        created_at=now,
    )
    db.session.add(key)
    db.session.flush()
    _tell_others(held, key, Made.REPLACED if former else Made.CREATED, (actor,), now, link=link)
    facts = {"fingerprint": key.fingerprint, "trustees": trustees, "threshold": threshold}
    record(Verb.KEY_CREATED, actor, now, round=held.public_id, **facts)
    return split(pair.private, trustees, threshold)


def check_key(round_: Round, shares: Sequence[str], actor: str, now: datetime) -> ElectionKey:
    """Put the key together again from shares typed by their trustees, and remember that it came out; then forget it.

    Raises ShareError, whose `number` says which share (from 1), and Refusal before there
    is a key, for shares of another key, and once the vote has opened.
    """
    held = locked_round(round_.id)
    key = _present_key(held)
    refuse_if(can_check_key(held, key))
    assert key is not None
    if public_of(combine(shares)).hex() != key.public_key:
        raise ShareError(OTHER_KEY)
    key.checked_at = now
    db.session.flush()
    record(Verb.KEY_CHECKED, actor, now, round=held.public_id, fingerprint=key.fingerprint)
    return key


def discard_key(round_: Round, named: str, officers: tuple[str, str], now: datetime, *, link: str) -> None:
    """Take away a checked key, by its fingerprint: another can then be made. `officers` proposed it, and confirmed it.

    Raises Refusal once the vote has opened, and when this is not, or no longer, the checked key of the round.
    """
    held = locked_round(round_.id)
    key = _present_key(held)
    refuse_if(can_discard(held, key, named, now))
    assert key is not None
    db.session.delete(key)
    db.session.flush()
    _tell_others(held, key, Made.DISCARDED, officers, now, link=link)
    record(Verb.KEY_DISCARDED, officers[-1], now, round=held.public_id, fingerprint=named)


def remind_officers(round_: Round, now: datetime, *, words: Callable[[str], str], link: str) -> int:
    """Write to those who may make the key of a round that has none, if a reminder is due; how many letters.

    `words` gives the opening of the vote in a language; `link` leads to the page of the key.
    """
    days = _note_reminder(round_, now)
    if days is None:
        return 0
    template = "key_missing" if days else "key_missed"
    letters = [
        enqueue(each.email, template, each.locale, now, round=round_.title, opens=words(each.locale), link=link)
        for each in _officers_of(round_, now)
    ]
    return sum(letter is not None for letter in letters)


def _officers_of(round_: Round, now: datetime) -> list[Person]:
    return [each for each in holders_of(Permission.CREATE_KEY, now) if may_hold_ceremony(each, round_) is None]


def _tell_others(round_: Round, key: ElectionKey, made: Made, by: tuple[str, ...], now: datetime, *, link: str) -> None:
    """Write to every officer but the one whose deed it is: nobody changes a key unseen."""
    facts = {"round": round_.title, "fingerprint": key.fingerprint, "made": made.value, "link": link}
    people = {"who": "" if by[0] == SYSTEM else by[0], "second": by[1] if len(by) > 1 else ""}
    for each in _officers_of(round_, now):
        if each.public_id != by[-1]:
            enqueue(each.email, "key_made", each.locale, now, **facts, **people)


def _note_reminder(round_: Round, now: datetime) -> int | None:
    """The reminder to write now, in days before the vote; noted, so that it is given only once."""
    held = locked_round(round_.id)
    days = reminder_due(held.voting_at, now)
    if days is None or now >= held.control_at or _present_key(held) is not None:
        return None
    if db.session.get(KeyReminder, (held.id, held.voting_at, days)) is not None:
        return None
    db.session.add(KeyReminder(round_id=held.id, voting_at=held.voting_at, days=days))
    db.session.flush()
    return days


def _present_key(held: Round) -> ElectionKey | None:
    """The key of a locked round as it is now, whatever was read before."""
    return db.session.get(ElectionKey, held.id, populate_existing=True)
