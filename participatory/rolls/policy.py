"""Until when the roll of a round grows, and what a voter may change of their line; lists are in sending.py."""

from datetime import datetime

from participatory.core.errors import Refusal
from participatory.core.labels import N_
from participatory.rolls.models import Voter
from participatory.rounds.models import Round
from participatory.rounds.policy import must_be_in
from participatory.rounds.rules import Phase

# A late list may still let people vote; once voting has closed the roll says who could.
_OPEN = frozenset({Phase.DRAFT, Phase.ANNOUNCEMENT, Phase.SUBMISSION, Phase.REVIEW, Phase.VOTING})
_ENROLLING = (Phase.SUBMISSION, Phase.REVIEW, Phase.VOTING)


def import_is_open(round_: Round, now: datetime) -> Refusal | None:
    """Whether the roll may still grow; for the operator's command, which has no person."""
    without = must_have_roll(round_)
    if without is not None:
        return without
    if round_.phase(now) not in _OPEN:
        return Refusal(N_("Le vote est clos : la liste électorale ne change plus."))
    return None


def enrolment_is_open(round_: Round, now: datetime) -> Refusal | None:
    """Why a proof of enrolment puts nobody on the roll at this instant (UTC)."""
    return must_have_roll(round_) or must_be_in(round_, _ENROLLING, now)


def must_have_roll(round_: Round) -> Refusal | None:
    """A round brought in from another platform has no roll here."""
    if round_.imported:
        return Refusal(N_("Ce budget vient d’une autre plateforme : il n’a pas de liste électorale ici."))
    return None


def can_choose_site(round_: Round, voter: Voter, sites: int, signed: bool, now: datetime) -> Refusal | None:
    """Why a voter cannot choose the site that their voice counts for; `sites` is how many they have."""
    if signed:
        return Refusal(N_("Vous avez voté : le site pour lequel votre voix compte ne change plus."))
    if voter.site_chosen_on is not None:
        return Refusal(N_("Vous avez déjà choisi votre site de vote : ce choix se fait une fois."))
    if sites < 2:
        return Refusal(N_("Vous êtes inscrit·e sur un seul site : votre voix compte pour lui."))
    return enrolment_is_open(round_, now)
