"""Declaring a stand, enrolling its device, closing it."""

from datetime import datetime

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.identifiers import ungrouped
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.rounds.models import Round
from participatory.stands import policy, queries
from participatory.stands.models import Stand
from participatory.stands.rules import (
    CODE_LETTERS,
    ENROL_WITHIN,
    LONGEST_LABEL,
    code_mac,
    digest_of,
    new_code,
    new_token,
)
from participatory.territories.models import Site


def open_stand(round_: Round, site: Site, by: Person, now: datetime, *, label: str, until: datetime) -> Stand:
    """Declare a stand; raises Refusal out of time, without a name, and for an hour past or after the vote."""
    refuse_if(policy.can_open(by, round_, now))
    words = " ".join(label.replace("\0", "").split())[:LONGEST_LABEL]
    if not words:
        raise Refusal(N_("Donnez au stand un nom que les gens liront."), Kind.INVALID, "label")
    if not now < until <= round_.control_at:
        raise Refusal(
            N_("Un stand ferme au plus tard à la fin du vote : le %(end)s."),
            Kind.INVALID,
            "until",
            end=round_.control_at,
        )
    stand = Stand(round=round_, site=site, label=words, until=until, opened_by=by.public_id, opened_at=now)
    db.session.add(stand)
    db.session.flush()
    record(
        Verb.STAND_OPENED,
        by.public_id,
        now,
        round=round_.public_id,
        stand=stand.public_id,
        label=stand.label,
        until=until.isoformat(timespec="seconds"),
    )
    return stand


def give_code(stand: Stand, by: Person, now: datetime, key: bytes) -> str:
    """A code that enrols one device, in the place of an earlier one; `key` is the secret under which it is kept."""
    held = queries.locked_stand(stand.id)
    refuse_if(policy.can_enrol(by, held, now))
    code = new_code()
    held.enrol_mac, held.enrol_until = code_mac(key, code), now + ENROL_WITHIN
    db.session.flush()
    return code


def enrol_device(typed: str, now: datetime, key: bytes) -> tuple[Stand, str]:
    """Make the device of whoever typed a code that of its stand: gives the token for its cookie.

    Another device that was enrolled before no longer is. Raises Refusal (INVALID, field `code`).
    """
    if len(typed) > 40 or len(ungrouped(typed)) != CODE_LETTERS:
        raise _wrong_code(N_("Le code compte douze lettres et chiffres, en trois groupes de quatre."))
    stand = queries.locked_stand_with(code_mac(key, typed))
    if stand is None or stand.enrol_until is None or now >= stand.enrol_until:
        raise _wrong_code(N_("Ce code ne vaut pas, ou plus : il sert une fois, dans le quart d’heure."))
    refuse_if(policy.is_alive(stand, now))
    token = new_token()
    stand.enrol_mac = stand.enrol_until = None
    stand.device_digest, stand.enrolled_at = digest_of(token), now
    db.session.flush()
    return stand, token


def _wrong_code(message: str) -> Refusal:
    return Refusal(message, Kind.INVALID, "code")


def close_stand(stand: Stand, by: Person, now: datetime) -> None:
    """End a stand before its hour: its device is like any other from then on."""
    held = queries.locked_stand(stand.id)
    refuse_if(policy.can_close(by, held))
    held.closed_at, held.closed_by = now, by.public_id
    held.device_digest = held.enrol_mac = held.enrol_until = None
    db.session.flush()
    record(Verb.STAND_CLOSED, by.public_id, now, round=held.round.public_id, stand=held.public_id)
