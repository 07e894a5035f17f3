"""Who composes a questionnaire, who answers it, who reads what was answered."""

from datetime import datetime

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.questionnaires.models import Questionnaire


def can_compose(person: Person) -> Refusal | None:
    """Why a person composes no questionnaire: it is asked of the whole region, so a limited role does not do."""
    if person.may(Permission.CONDUCT_ROUNDS):
        return None
    return Refusal(
        N_("Un questionnaire vaut pour toute la région : il faut un rôle sans limite pour l’écrire."),
        Kind.FORBIDDEN,
    )


def can_change(questionnaire: Questionnaire, person: Person, now: datetime) -> Refusal | None:
    """Why a person cannot change a questionnaire; nobody changes what is closed, since its results are public."""
    if questionnaire.is_over(now):
        return Refusal(N_("Ce questionnaire est clos : il ne change plus."))
    return can_compose(person)


def can_see(questionnaire: Questionnaire, person: Person | None) -> Refusal | None:
    """Why a person cannot see a questionnaire."""
    if questionnaire.published_at is not None or (person is not None and can_compose(person) is None):
        return None
    return Refusal(N_("Il n’y a pas de questionnaire à cette adresse."), Kind.NOT_FOUND)


def can_answer(questionnaire: Questionnaire, answered: bool, now: datetime) -> Refusal | None:
    """Why nobody, or not this person, answers a questionnaire at this instant (UTC)."""
    if questionnaire.published_at is None:
        return Refusal(N_("Il n’y a pas de questionnaire à cette adresse."), Kind.NOT_FOUND)
    if now < questionnaire.opens_at:
        return Refusal(N_("Ce questionnaire ouvre le %(start)s."), start=questionnaire.opens_at)
    if not questionnaire.is_open(now):
        return Refusal(N_("Ce questionnaire est clos depuis le %(end)s."), end=questionnaire.closes_at)
    if answered:
        return Refusal(N_("Vous avez déjà répondu : chaque personne répond une fois."))
    return None


def can_read_results(questionnaire: Questionnaire, now: datetime) -> Refusal | None:
    """Why results are not shown yet: numbers that move would tell who has just answered."""
    if questionnaire.is_over(now):
        return None
    return Refusal(
        N_("Les résultats sont publiés à la clôture : avant, un nombre qui bouge dirait qui vient de répondre."),
        Kind.NOT_FOUND,
    )


def can_take_answers(questionnaire: Questionnaire, person: Person, now: datetime) -> Refusal | None:
    """Why a person of the staff cannot take the answers away to read them."""
    return can_compose(person) or can_read_results(questionnaire, now)
