"""Who may ask to join a project, propose that two become one or that one become two, and answer."""

from datetime import datetime

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.identity.speaking import may_speak
from participatory.mergers.models import JoinRequest, Merger, Split
from participatory.mergers.rules import MERGEABLE, Answer, Outcome, SplitOutcome
from participatory.proposals.models import Proposal
from participatory.proposals.policy import can_see, is_author
from participatory.proposals.rules import State
from participatory.proposals.together import MAX_CO_AUTHORS
from participatory.rounds.policy import must_be_in
from participatory.rounds.rules import Phase

_PHASES = (Phase.SUBMISSION, Phase.REVIEW)


def _settled(proposal: Proposal, now: datetime) -> Refusal | None:
    """Why nobody joins or merges a project at this instant (UTC)."""
    if must_be_in(proposal.round, _PHASES, now) is not None:
        return Refusal(N_("Les projets se réunissent avant le vote : ce n’est pas, ou plus, le moment."))
    if proposal.state not in MERGEABLE:
        return Refusal(N_("« %(title)s » n’est pas, ou n’est plus, candidat au vote."), title=proposal.title)
    return None


def _authors_only() -> Refusal:
    return Refusal(N_("Seules les personnes qui écrivent ce projet peuvent faire cela."), Kind.FORBIDDEN)


def can_ask(proposal: Proposal, person: Person, now: datetime) -> Refusal | None:
    """Why a person cannot ask to write a project too."""
    hidden = can_see(proposal, person)
    if hidden is not None:
        return hidden
    if is_author(person, proposal):
        return Refusal(N_("Vous écrivez déjà ce projet."))
    return _settled(proposal, now) or may_speak(person, now)


def can_answer_request(request: JoinRequest, person: Person, now: datetime) -> Refusal | None:
    """Why a person cannot answer somebody who asks to join."""
    if not is_author(person, request.proposal):
        return can_see(request.proposal, person) or _authors_only()
    if request.answer != Answer.NONE:
        return Refusal(N_("Cette demande a déjà reçu une réponse."))
    return _settled(request.proposal, now)


def can_begin(proposal: Proposal, person: Person, now: datetime) -> Refusal | None:
    """Why a person cannot propose that a project become one with another."""
    if not is_author(person, proposal):
        return can_see(proposal, person) or _authors_only()
    return _settled(proposal, now) or may_speak(person, now)


def can_unite(kept: Proposal, other: Proposal, person: Person, now: datetime) -> Refusal | None:
    """Why these two projects cannot become the first; whoever asks writes one of them."""
    if not (is_author(person, kept) or is_author(person, other)):
        return _authors_only()
    hidden = can_see(kept, person) or can_see(other, person)
    if hidden is not None:
        return hidden
    return fault_of(kept, other, now) or may_speak(person, now)


def fault_of(kept: Proposal, other: Proposal, now: datetime) -> Refusal | None:
    """Why these two projects cannot become the first, whoever asks."""
    if kept.id == other.id or kept.round_id != other.round_id:
        return Refusal(N_("Choisissez un autre projet du même budget."), Kind.INVALID, "other")
    closed = _settled(kept, now) or _settled(other, now)
    if closed is not None:
        return closed
    if kept.state is State.SUBMITTED and other.state is State.ADMITTED:
        message = N_("« %(title)s » est déjà recevable : gardez celui-là, l’autre le rejoindra.")
        return Refusal(message, Kind.INVALID, "kept", title=other.title)
    known = {each.id for each in kept.people}
    if len(kept.co_authors) + sum(each.id not in known for each in other.people) > MAX_CO_AUTHORS:
        return Refusal(N_("Ensemble, vous seriez plus de coauteurs que %(most)s, le maximum."), most=MAX_CO_AUTHORS)
    return None


def can_read(merger: Merger, person: Person) -> Refusal | None:
    """Only those who are asked read a proposed merger."""
    if any(each.person_id == person.id for each in merger.consents):
        return None
    return Refusal(N_("Il n’y a pas de réunion de projets à cette adresse."), Kind.NOT_FOUND)


def can_answer(merger: Merger, person: Person, now: datetime) -> Refusal | None:
    """Why a person cannot say what they think of a merger."""
    hidden = can_read(merger, person)
    if hidden is not None:
        return hidden
    if merger.outcome is not Outcome.OPEN:
        return Refusal(N_("Cette proposition de réunion est terminée."))
    changed = any(each.version != each.proposal.version for each in merger.parts)
    if changed or len(merger.parts) < 2:
        message = N_("L’un des textes a changé depuis la proposition : personne n’a consenti à celui-là. Recommencez.")
        return Refusal(message)
    return next((refusal for each in merger.parts if (refusal := _settled(each.proposal, now)) is not None), None)


def _divisible(proposal: Proposal, now: datetime) -> Refusal | None:
    if must_be_in(proposal.round, _PHASES, now) is not None:
        return Refusal(N_("Un projet se partage avant le vote : ce n’est pas, ou plus, le moment."))
    if proposal.state not in MERGEABLE:
        return Refusal(N_("« %(title)s » n’est pas, ou n’est plus, candidat au vote."), title=proposal.title)
    return None


def can_begin_split(proposal: Proposal, person: Person, now: datetime) -> Refusal | None:
    """Why a person cannot propose that the project that they write become two."""
    if not is_author(person, proposal):
        return can_see(proposal, person) or _authors_only()
    return _divisible(proposal, now) or may_speak(person, now)


def can_suggest_split(proposal: Proposal, person: Person, now: datetime) -> Refusal | None:
    """Why a person whose task is to judge a project cannot suggest to its authors that it become two."""
    if not person.may(Permission.READ_UNPUBLISHED, *proposal.scopes):
        return can_see(proposal, person) or _authors_only()
    if is_author(person, proposal):
        return Refusal(N_("Vous écrivez ce projet : proposez le partage depuis sa page."), Kind.FORBIDDEN)
    if not proposal.people:
        return Refusal(N_("Personne n’écrit plus ce projet : il n’y a personne à qui le demander."))
    return _divisible(proposal, now)


def can_carry(proposal: Proposal, carrier: Person | None, carried: int) -> Refusal | None:
    """Why somebody cannot carry the second part; `carried` counts what they submitted in the round already."""
    if carrier is None or not is_author(carrier, proposal):
        return Refusal(N_("Choisissez une des personnes qui écrivent ce projet."), Kind.INVALID, "carrier")
    most = proposal.round.rulebook.max_proposals_per_person
    if carried >= most:
        message = N_(
            "Dans ce budget, le nombre de projets par personne est limité à %(most)s, et cette personne y est : "
            "choisissez une autre personne de l’équipe pour porter le second."
        )
        return Refusal(message, Kind.INVALID, "carrier", most=most)
    return None


def can_read_split(split: Split, person: Person) -> Refusal | None:
    """Only those who are asked, and whoever proposed it, read a proposed split."""
    if split.proposed_by_id == person.id or any(each.person_id == person.id for each in split.consents):
        return None
    return Refusal(N_("Il n’y a pas de partage de projet à cette adresse."), Kind.NOT_FOUND)


def can_answer_split(split: Split, person: Person, now: datetime) -> Refusal | None:
    """Why a person cannot say what they think of a split."""
    hidden = can_read_split(split, person)
    if hidden is not None:
        return hidden
    if split.outcome is not SplitOutcome.OPEN:
        return Refusal(N_("Cette proposition de partage est terminée."))
    if not any(each.person_id == person.id for each in split.consents):
        return _authors_only()
    if split.version != split.source.version:
        message = N_("Le texte a changé depuis la proposition : personne n’a consenti à celui-là. Recommencez.")
        return Refusal(message)
    return _divisible(split.source, now)
