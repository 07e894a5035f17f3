"""One person, one voter: what is done when several voters of a round turn out to be the same person.

A list may know somebody by their number and another by their address; a sign-in that proves both
brings them together. Whoever has signed is kept as they are, since the place of their ballot in the
urn comes from their pseudonym. When two have signed, nothing is removed by a machine.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from participatory.core.clock import paris
from participatory.core.database import db
from participatory.core.joining import move_references
from participatory.journal.rules import Verb
from participatory.rolls.models import TwoSignatures, Voter, VoterPlace
from participatory.rolls.signing import signed_among
from participatory.rolls.standing import voting


def settle(voters: Sequence[Voter], now: datetime) -> tuple[Voter, list[Verb]]:
    """Make one voter of those who are one person, and say what is to be journalled.

    The caller holds their rows; one of them at least is given, the one of the strongest key first.
    """
    kept, _twice = voting(voters)
    assert kept is not None
    signed, deeds = signed_among([voter.id for voter in voters]), []
    for other in voters:
        if other is kept:
            continue
        if other.id not in signed:
            _join(kept, other, kept_has_signed=kept.id in signed)
            deeds.append(Verb.VOTERS_JOINED)
        elif _note_both(kept, other, now):
            deeds.append(Verb.TWO_SIGNATURES)
    db.session.flush()
    return kept, deeds


def keep_place(voter: Voter, establishment_id: int, site_id: int, source: str) -> None:
    """Note one more place where a voter is enrolled; nothing changes when it is noted already."""
    if db.session.get(VoterPlace, (voter.id, establishment_id, site_id)) is None:
        place = VoterPlace(voter_id=voter.id, establishment_id=establishment_id, site_id=site_id, source=source)
        db.session.add(place)
        db.session.flush()


def keep_own_place(voter: Voter) -> None:
    """Note the place that a voter's voice counts for, so that it stays known if they choose another."""
    keep_place(voter, voter.establishment_id, voter.site_id, voter.source)


def _join(kept: Voter, other: Voter, *, kept_has_signed: bool) -> None:
    """Have the keys and the places of `other`, who has not signed, be those of `kept`."""
    keep_own_place(kept)
    keep_own_place(other)
    if other.site_chosen_on and not kept.site_chosen_on and not kept_has_signed:
        kept.establishment_id, kept.site_id = other.establishment_id, other.site_id
        kept.site_chosen_on = other.site_chosen_on
    db.session.flush()
    move_references(Voter, other.id, kept.id)
    db.session.execute(sa.delete(Voter).where(Voter.id == other.id))
    db.session.expunge(other)
    db.session.expire_all()


def _note_both(kept: Voter, other: Voter, now: datetime) -> bool:
    """Keep in mind that two voters who have both signed are one person; False when it is known."""
    first, second = sorted((kept.id, other.id))
    if db.session.get(TwoSignatures, (first, second)) is not None:
        return False
    noted = TwoSignatures(voter_id=first, other_id=second, round_id=kept.round_id, found_on=paris(now).date())
    db.session.add(noted)
    return True
