"""Who may comment on a project, change what they wrote, and take it back."""

from datetime import datetime

from participatory.comments.models import Comment
from participatory.comments.rules import COMMENTABLE, EDITABLE_FOR, OPEN_PHASES
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.core.veils import Veil
from participatory.identity.models import Person
from participatory.identity.speaking import may_speak
from participatory.proposals.models import Proposal
from participatory.proposals.policy import can_see, is_author
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase


def is_open(round_: Round, now: datetime) -> Refusal | None:
    """Why nobody comments on the projects of a round at this instant (UTC)."""
    if round_.imported:
        return Refusal(N_("Ce budget vient d’une autre plateforme : on n’y commente pas."))
    phase = round_.phase(now)
    if phase in OPEN_PHASES:
        return None
    if phase in {Phase.DRAFT, Phase.ANNOUNCEMENT}:
        return Refusal(
            N_("Les commentaires commencent avec le dépôt des projets, le %(start)s."), start=round_.submission_at
        )
    return Refusal(N_("Le vote est clos : les commentaires restent à lire, on n’en ajoute plus."))


def can_comment(proposal: Proposal, person: Person, on_roll: bool, now: datetime) -> Refusal | None:
    """Why a person cannot comment on a project; `on_roll`: whether they are on the roll, or will be once they try.

    The people of the project answer whether or not they are on the roll.
    """
    hidden = can_see(proposal, person)
    if hidden is not None:
        return hidden
    if proposal.state not in COMMENTABLE:
        return Refusal(N_("Ce projet ne se commente pas : il n’est pas, ou n’est plus, candidat au vote."))
    closed = is_open(proposal.round, now) or may_speak(person, now)
    if closed is not None:
        return closed
    if not on_roll and not is_author(person, proposal):
        message = N_(
            "Seules les personnes de la liste électorale de ce budget commentent un projet, et vous n’y êtes pas. "
            "Connectez-vous par votre établissement : il vous y inscrit."
        )
        return Refusal(message, Kind.FORBIDDEN)
    return None


def can_answer(comment: Comment) -> Refusal | None:
    """Why a comment receives no answer."""
    if comment.parent_id is not None:
        return Refusal(N_("On répond à un commentaire, pas à une réponse : répondez à celui du début."))
    if comment.taken_back_at is not None or comment.veil is not Veil.NONE:
        return Refusal(N_("Ce commentaire n’est plus visible : on ne peut plus y répondre."))
    return None


def can_edit(comment: Comment, person: Person, now: datetime) -> Refusal | None:
    """Why a person cannot change a comment: it is another's, it is gone, or its time is over."""
    refusal = can_take_back(comment, person)
    if refusal is not None:
        return refusal
    if comment.veil is not Veil.NONE:
        return Refusal(N_("Ce commentaire a été signalé : il ne se modifie plus. Vous pouvez le reprendre."))
    if comment.editable_until <= now:
        minutes = int(EDITABLE_FOR.total_seconds()) // 60
        message = N_("Un commentaire se modifie pendant %(minutes)s minutes. Ensuite, vous pouvez le reprendre.")
        return Refusal(message, minutes=minutes)
    return is_open(comment.proposal.round, now) or may_speak(person, now)


def can_take_back(comment: Comment, person: Person) -> Refusal | None:
    """Why a person cannot take a comment back: whoever wrote it may at any time."""
    if comment.person_id != person.id:
        return Refusal(N_("Seule la personne qui a écrit ce commentaire peut faire cela."), Kind.FORBIDDEN)
    if comment.taken_back_at is not None:
        return Refusal(N_("Vous avez déjà repris ce commentaire."))
    return None
