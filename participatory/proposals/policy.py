"""Who may write, change, submit, withdraw and read a proposal; the same answers hide the buttons and stop the deeds."""

from collections.abc import Mapping
from datetime import datetime

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.identity.speaking import may_speak
from participatory.proposals.context import Leave, leave_of
from participatory.proposals.models import Proposal
from participatory.proposals.rules import EDITABLE, MOVES, PUBLIC, State
from participatory.proposals.together import InvitationKind
from participatory.rounds.models import Round
from participatory.rounds.policy import must_be_in
from participatory.rounds.rules import Phase

MAX_DRAFTS = 5
_WRITING, _ANSWERING = (Phase.SUBMISSION,), (Phase.SUBMISSION, Phase.REVIEW)
_BEFORE_THE_VOTE = (Phase.ANNOUNCEMENT, Phase.SUBMISSION, Phase.REVIEW)


def _not_found() -> Refusal:
    return Refusal(N_("Il n’y a pas de projet à cette adresse."), Kind.NOT_FOUND)


def is_author(person: Person | None, proposal: Proposal) -> bool:
    """Whether a person carries this proposal or accepted to write it with its carrier."""
    if person is None:
        return False
    return proposal.author_id == person.id or any(each.person_id == person.id for each in proposal.co_authors)


def reads_all(person: Person, proposal: Proposal) -> bool:
    """Whether a person reads what is not public of a proposal that was submitted: its authors, and those who judge."""
    return is_author(person, proposal) or person.may(Permission.READ_UNPUBLISHED, *proposal.scopes)


def can_propose(
    round_: Round, on_roll: bool, submitted: int, now: datetime, phases: tuple[Phase, ...] = _WRITING
) -> Refusal | None:
    """Why a person cannot bring one more proposal into a round.

    `submitted` counts the proposals that the person has in it, drafts and withdrawn ones apart.
    """
    book = round_.rulebook
    closed = must_be_in(round_, phases, now)
    if closed is not None:
        return closed
    if book.proposers_on_roll and not on_roll:
        message = N_(
            "Ce budget est ouvert aux personnes de sa liste électorale, et vous n’y êtes pas. Connectez-vous "
            "par votre établissement : il vous y inscrit. Sinon, écrivez-nous depuis la page d’aide."
        )
        return Refusal(message, Kind.FORBIDDEN)
    if submitted >= book.max_proposals_per_person:
        message = N_("Dans ce budget, le nombre de projets par personne est limité à %(most)s, et vous y êtes.")
        return Refusal(message, most=book.max_proposals_per_person)
    return None


def can_start(round_: Round, on_roll: bool, submitted: int, drafts: int, now: datetime) -> Refusal | None:
    """Why a person cannot begin a new draft in a round."""
    refusal = can_propose(round_, on_roll, submitted, now)
    if refusal is None and drafts >= MAX_DRAFTS:
        message = N_("Vous avez déjà %(drafts)s brouillons dans ce budget : reprenez ou abandonnez l’un d’eux.")
        return Refusal(message, drafts=drafts)
    return refusal


def can_edit(
    proposal: Proposal, person: Person, now: datetime, leaves: Mapping[int, Leave] | None = None
) -> Refusal | None:
    """Only its authors, until review begins; during review too where changes were asked, or a project was split.

    `leaves`, by row, saves asking for each project of a list what having been split allows.
    """
    if not is_author(person, proposal):
        return _not_found() if can_see(proposal, person) else _not_yours()
    leave = leave_of(proposal) if leaves is None else leaves.get(proposal.id)
    if proposal.state not in EDITABLE and leave is None:
        return Refusal(N_("Ce projet ne se modifie plus : sa lecture est terminée."))
    return must_be_in(proposal.round, _phases(proposal, leave), now)


def _phases(proposal: Proposal, leave: Leave | None) -> tuple[Phase, ...]:
    return _ANSWERING if leave is not None or proposal.state is State.CHANGES_REQUESTED else _WRITING


def can_submit(proposal: Proposal, person: Person, on_roll: bool, submitted: int, now: datetime) -> Refusal | None:
    """Why the author cannot submit; `submitted` counts the author's other submitted proposals in the round."""
    refusal = can_edit(proposal, person, now) or may_speak(person, now)
    if refusal is None and proposal.state is State.DRAFT:
        leave = leave_of(proposal)
        if leave is not None and leave.waits is not None:
            return leave.waits
        return can_propose(proposal.round, on_roll, submitted, now, _phases(proposal, leave))
    return refusal


def can_withdraw(proposal: Proposal, person: Person, now: datetime) -> Refusal | None:
    """Only who carries it, before the vote opens: after, people may have chosen it. A draft goes at any time."""
    if proposal.author_id != person.id:
        return _not_found() if can_see(proposal, person) else _not_yours()
    if State.WITHDRAWN not in MOVES[proposal.state]:
        return Refusal(N_("Ce projet ne peut plus être retiré : une décision l’a déjà écarté, ou vous l’avez retiré."))
    if proposal.state is State.DRAFT:
        return None
    if must_be_in(proposal.round, _BEFORE_THE_VOTE, now) is not None:
        return Refusal(N_("Le vote a commencé : pour retirer ce projet, écrivez-nous depuis la page d’aide."))
    return None


def can_see(proposal: Proposal, person: Person | None) -> Refusal | None:
    """Everybody reads what is public; a draft only its authors; the rest its authors and those who judge it."""
    if proposal.state in PUBLIC or is_author(person, proposal):
        return None
    judges = person is not None and person.may(Permission.READ_UNPUBLISHED, *proposal.scopes)
    if judges and proposal.state is not State.DRAFT:
        return None
    return _not_found()


def can_share(proposal: Proposal, person: Person) -> Refusal | None:
    """Why a person cannot invite others to a project, take them off or hand it over: its carrier alone does."""
    if proposal.author_id != person.id:
        return _not_found() if can_see(proposal, person) else _not_yours()
    if proposal.state is State.WITHDRAWN:
        return Refusal(N_("Ce projet est retiré : personne ne l’écrit plus."))
    return None


def can_accept(kind: InvitationKind, offered_to: int | None, proposal: Proposal, person: Person) -> Refusal | None:
    """Why a person cannot accept an invitation; `offered_to` is the row of the co-author to carry the project on."""
    if proposal.state is State.WITHDRAWN:
        return Refusal(N_("Ce projet est retiré : personne ne l’écrit plus."))
    if kind is InvitationKind.CO_AUTHOR and is_author(person, proposal):
        return Refusal(N_("Vous écrivez déjà ce projet."))
    if kind is InvitationKind.SUCCESSION and (offered_to != person.id or not is_author(person, proposal)):
        message = N_("Ce projet a été proposé à quelqu’un d’autre : connectez-vous avec le compte qui l’écrit.")
        return Refusal(message, Kind.FORBIDDEN)
    return None


def can_succeed(proposal: Proposal, on_roll: bool, carried: int, now: datetime) -> Refusal | None:
    """Why a co-author cannot carry a project on; `carried` counts what they submitted in the round already."""
    book = proposal.round.rulebook
    before = proposal.round.phase(now) in _BEFORE_THE_VOTE
    if before and book.proposers_on_roll and not on_roll:
        message = N_("Qui porte un projet de ce budget est de sa liste électorale, et vous n’y êtes pas.")
        return Refusal(message, Kind.FORBIDDEN)
    if before and carried >= book.max_proposals_per_person:
        message = N_("Dans ce budget, le nombre de projets par personne est limité à %(most)s, et vous y êtes.")
        return Refusal(message, most=book.max_proposals_per_person)
    return None


def can_part(proposal: Proposal, person: Person, leaver: Person | None) -> Refusal | None:
    """Why a person cannot end a co-author's part: one leaves by oneself, or is taken off by who carries the project."""
    if not is_author(person, proposal):
        return _not_found() if can_see(proposal, person) else _not_yours()
    if leaver is None:
        return Refusal(N_("Cette personne n’écrit pas, ou plus, ce projet."))
    if person.id not in {leaver.id, proposal.author_id}:
        return _not_yours()
    return None


def can_amend(proposal: Proposal, person: Person, now: datetime) -> Refusal | None:
    """Why a person cannot propose other words: authors change theirs, and a text is open until the Region answers."""
    hidden = can_see(proposal, person)
    if hidden is not None:
        return hidden
    if is_author(person, proposal):
        return Refusal(N_("C’est votre projet : les amendements viennent de qui le lit."))
    return amendable(proposal, now) or may_speak(person, now)


def amendable(proposal: Proposal, now: datetime) -> Refusal | None:
    """Why the words of a project cannot change by an amendment any more, whoever asks."""
    if proposal.state is not State.ADMITTED:
        return Refusal(N_("On propose des amendements à un projet recevable, jusqu’à la réponse de la Région."))
    return must_be_in(proposal.round, (Phase.SUBMISSION, Phase.REVIEW), now)


def can_answer_amendment(proposal: Proposal, person: Person) -> Refusal | None:
    """Why a person cannot answer an amendment: those who write the project do."""
    if not is_author(person, proposal):
        return _not_found() if can_see(proposal, person) else _not_yours()
    return None


def _not_yours() -> Refusal:
    return Refusal(N_("Seule la personne qui porte ce projet peut faire cela."), Kind.FORBIDDEN)
