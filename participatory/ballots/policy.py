"""Who may vote, who may take a ballot back, who may see how many have voted; no role outranks the phase."""

from datetime import datetime

from participatory.ballots.models import Envelope, UrnState, VoteStep
from participatory.core.database import db
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
    """Why nobody can vote at this instant (UTC): the calendar, or a vote that was closed or annulled."""
    early = must_be_in(round_, (Phase.VOTING,), now)
    if early is not None:
        return early
    if db.session.get(VoteStep, (round_.id, UrnState.ANNULLED.value)) is not None:
        return Refusal(N_("Le vote de ce budget a été annulé."))
    if db.session.get(VoteStep, (round_.id, UrnState.CLOSED.value)) is not None:
        return Refusal(N_("Le vote de ce budget est clos."))
    return None


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


def can_withdraw(envelope: Envelope | None) -> Refusal | None:
    """There must be a ballot to take back."""
    if envelope is None:
        return Refusal(N_("Vous n’avez pas de bulletin dans l’urne : il n’y a rien à retirer."))
    return None


def can_see_turnout(person: Person | None, round_: Round, published: bool) -> Refusal | None:
    """How many have voted is for officers until the result is published, then for everybody."""
    if published or (person is not None and person.may(Permission.READ_TURNOUT, round_.scope)):
        return None
    return Refusal(N_("La participation sera publiée avec les résultats."), Kind.FORBIDDEN)
