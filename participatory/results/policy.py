"""Who may count and publish, and who may read a result; nobody outranks the calendar, each deed is done once."""

from datetime import datetime

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.results.models import Count, Publication
from participatory.rounds.models import Round
from participatory.rounds.policy import must_be_in
from participatory.rounds.rules import Phase

AFTER_CONTROL = (Phase.RESULTS, Phase.DELIVERY)


def can_control(round_: Round, officer: Person) -> Refusal | None:
    """The steps after the vote, and their figures, are for those who take one of them in this round."""
    if any(officer.may(each, round_.scope) for each in (Permission.CLOSE_VOTE, Permission.COUNT, Permission.PUBLISH)):
        return None
    return Refusal(N_("Seules les personnes qui conduisent le budget peuvent faire cela."), Kind.FORBIDDEN)


def can_publish_on(round_: Round, now: datetime) -> Refusal | None:
    """Nothing is published before the date of the results."""
    return must_be_in(round_, AFTER_CONTROL, now)


def can_read(round_: Round, publication: Publication | None, now: datetime) -> Refusal | None:
    """Nobody reads a figure before the officer has published, nor before the date of the calendar."""
    if round_.phase(now) not in AFTER_CONTROL:
        return Refusal(
            N_("Les résultats ne sont pas publiés. Ils le seront à partir du %(start)s."),
            Kind.NOT_FOUND,
            start=round_.results_at,
        )
    if publication is None:
        return Refusal(
            N_("Les résultats ne sont pas encore publiés : le dépouillement se termine. Revenez bientôt."),
            Kind.NOT_FOUND,
        )
    return None


def can_compare_early(round_: Round, officer: Person) -> Refusal | None:
    """Before the publication, the comparison is for those who count this round."""
    if officer.may(Permission.COUNT, round_.scope):
        return None
    return Refusal(N_("Seules les personnes qui conduisent le budget peuvent dépouiller."), Kind.FORBIDDEN)


def can_compare(count: Count | None) -> Refusal | None:
    """There is nothing to compare before the count. Whether the person may see it is judged where the page opens."""
    if count is None:
        return Refusal(
            N_("Ce vote n’est pas encore dépouillé : la comparaison des règles paraît avec le dépouillement."),
            Kind.NOT_FOUND,
        )
    return None


def has_comparison(alternatives: int) -> Refusal | None:
    """A result from before other rules were counted with it has nothing to compare, and stays as it was published."""
    if not alternatives:
        return Refusal(
            N_("Ce résultat a été dépouillé avant que d’autres règles ne soient comptées avec lui : "
               "il n’y a pas de comparaison."),
            Kind.NOT_FOUND,
        )  # fmt: skip
    return None
