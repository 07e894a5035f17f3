"""Who may vote, who may close the vote, who may see how many have voted; no role outranks the phase."""

from datetime import datetime

from participatory.ballots.models import Closing
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.rolls.models import Voter
from participatory.rounds.models import Round
from participatory.rounds.policy import must_be_in
from participatory.rounds.rules import Phase

AFTER_VOTE = (Phase.CONTROL, Phase.RESULTS, Phase.DELIVERY)


def voting_is_open(round_: Round, now: datetime) -> Refusal | None:
    """Why nobody can vote at this instant (UTC)."""
    return must_be_in(round_, (Phase.VOTING,), now)


def can_vote(round_: Round, voter: Voter | None, now: datetime) -> Refusal | None:
    """Only people on the roll of the round vote, whatever their roles, and only while the vote is open."""
    closed = voting_is_open(round_, now)
    if closed is not None:
        return closed
    if voter is None or voter.round_id != round_.id:
        return Refusal(
            N_(
                "Vous n’êtes pas sur la liste électorale de ce budget. Si vous étudiez en Occitanie, connectez-vous "
                "par votre établissement : il vous y inscrit."
            ),
            Kind.FORBIDDEN,
        )
    return None


def can_close_vote(round_: Round, officer: Person, closing: Closing | None, now: datetime) -> Refusal | None:
    """An officer closes the vote once, after its time is over."""
    if not officer.may(Permission.CLOSE_VOTE, round_.scope):
        return Refusal(N_("Seules les personnes qui conduisent le budget peuvent clore le vote."), Kind.FORBIDDEN)
    if closing is not None:
        return Refusal(N_("Le vote de ce budget est déjà clos."))
    return must_be_in(round_, AFTER_VOTE, now)


def can_see_turnout(person: Person | None, round_: Round, published: bool) -> Refusal | None:
    """How many have voted is for officers until the result is published, then for everybody."""
    if published or (person is not None and person.may(Permission.READ_TURNOUT, round_.scope)):
        return None
    return Refusal(N_("La participation sera publiée avec les résultats."), Kind.FORBIDDEN)
