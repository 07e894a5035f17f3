"""Why the parameters of a rulebook cannot run a round, with the field of the form to correct."""

from itertools import pairwise

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.rounds.area_faults import areas_fault
from participatory.rounds.rulebook import BallotKind, Cap, CapScope, Rulebook
from participatory.tally.methods import Satisfaction

# The step by which shares rise, in thousandths of a share: from a tenth of one per cent to the whole share.
LEAST_STEP, MOST_STEP = 1, 1000
# How long the roll and unsent drafts may be kept, in days: an appeal lasts two months, and five years is no reason.
LEAST_ROLL_DAYS, LEAST_DRAFT_DAYS, MOST_DAYS = 62, 30, 1825
# What one person may share, and what one rank may be worth.
LEAST_POINTS, MOST_POINTS = 2, 1000
MOST_SUPPORTS = 100_000
MOST_SUPPORTS_PERMILLE = 100
LEAST_RECONFIRM_DAYS, MOST_RECONFIRM_DAYS = 1, 30
# How long associations and authors have to answer each other, in days.
LEAST_ANSWER_DAYS, MOST_ANSWER_DAYS = 1, 60
LEAST_SHARE, MOST_SHARE = 1, 100
_OF_POINTS = frozenset({Satisfaction.POINTS, Satisfaction.COST_POINTS})
# A rank is worth its weight: to the count, a ranking gives points.
GIVE_POINTS = frozenset({BallotKind.POINTS, BallotKind.RANKING})


def cap_field(scope: CapScope) -> str:
    """The field of the form in which the cap of a scope is typed."""
    return f"cap_{scope.value}"


def rulebook_fault(book: Rulebook) -> Refusal | None:
    """The first reason why these parameters cannot run a round."""
    checks = (
        (book.budget_cents <= 0, "budget", N_("L’enveloppe doit être plus grande que zéro.")),
        (
            not 0 < book.project_min_cents <= book.project_max_cents,
            "project_max",
            N_("Le plafond d’un projet doit être au moins égal à son plancher."),
        ),
        (
            book.project_max_cents > book.budget_cents,
            "project_max",
            N_("Le plafond d’un projet ne peut pas dépasser l’enveloppe."),
        ),
        (not book.themes, "themes", N_("Gardez au moins un thème.")),
        (
            not 1 <= book.ballot_min <= book.ballot_max,
            "ballot_max",
            N_("Le nombre maximal de choix doit être au moins égal au nombre minimal, qui est au moins 1."),
        ),
        (book.min_votes < 0, "min_votes", N_("Le seuil de voix ne peut pas être négatif.")),
        (
            book.max_proposals_per_person < 1,
            "max_proposals_per_person",
            N_("Chaque personne doit pouvoir déposer au moins un projet."),
        ),
    )
    found = next((Refusal(message, Kind.INVALID, field) for broken, field, message in checks if broken), None)
    return found or next((fault for judge in _LATER if (fault := judge(book)) is not None), None)


def _share_fault(book: Rulebook) -> Refusal | None:
    """A budget that paid nothing would not be one, and none pays more than the whole."""
    if LEAST_SHARE <= book.most_share <= MOST_SHARE:
        return None
    message = N_("La part payée va de 1 à 100 % : 100 pour n’exiger aucun autre financement.")
    return Refusal(message, Kind.INVALID, "most_share")


def _answers_fault(book: Rulebook) -> Refusal | None:
    """The delays of moderation: nobody answers within no time, and nobody waits for months."""
    for name in ("moderation_days", "answer_days", "appeal_days"):
        if not LEAST_ANSWER_DAYS <= getattr(book, name) <= MOST_ANSWER_DAYS:
            return Refusal(N_("Ce délai va de 1 à 60 jours."), Kind.INVALID, name)
    return None


def _supports_fault(book: Rulebook) -> Refusal | None:
    """How many supports may be wished for, and required."""
    checks = (
        (
            not 0 <= book.supports_needed <= MOST_SUPPORTS,
            "supports_needed",
            N_("Le nombre de soutiens souhaités va de 0 à 100 000."),
        ),
        (
            not 0 <= book.supports_permille <= MOST_SUPPORTS_PERMILLE,
            "supports_permille",
            N_("La part des étudiants du site va de 0 à 100 pour mille."),
        ),
        (
            book.supports_required and not (book.supports_needed or book.supports_permille),
            "supports_required",
            N_("Pour exiger des soutiens, dites combien : un nombre, une part des étudiants du site, ou les deux."),
        ),
    )
    return next((Refusal(message, Kind.INVALID, field) for broken, field, message in checks if broken), None)


def _main_fault(book: Rulebook) -> Refusal | None:
    """What bears on the regional envelope must fit in what the areas leave it."""
    if book.reserved_cents > book.main_cents:
        whole, rest = (
            N_("Les parts réservées dépassent l’enveloppe."),
            N_("Les parts réservées dépassent l’enveloppe régionale, c’est-à-dire ce que laissent les territoires."),
        )
        return Refusal(rest if book.contests else whole, Kind.INVALID, "balance_floor")
    if book.project_max_cents > book.main_cents:
        message = N_("Le plafond d’un projet ne peut pas dépasser l’enveloppe régionale, réduite par les territoires.")
        return Refusal(message, Kind.INVALID, "project_max")
    return None


def _ballot_fault(book: Rulebook) -> Refusal | None:
    if book.ballot_kind is BallotKind.POINTS:
        return _points_fault(book)
    if book.ballot_kind is BallotKind.RANKING and book.rank_weights:
        return _weights_fault(book)
    return None


def _points_fault(book: Rulebook) -> Refusal | None:
    points, cap = book.points_budget, book.points_cap
    checks = (
        (
            not LEAST_POINTS <= points <= MOST_POINTS,
            "points_budget",
            N_("Chaque personne partage de 2 à 1000 points."),
        ),
        (
            points < book.ballot_min,
            "points_budget",
            N_("Il faut au moins un point pour chacun des projets qu’un bulletin doit compter."),
        ),
        (
            not 0 <= cap <= points,
            "points_cap",
            N_("Un projet ne peut pas recevoir plus de points qu’il n’y en a à partager."),
        ),
        (
            cap > 0 and cap * book.ballot_max < points,
            "points_cap",
            N_("Avec ce plafond et ce nombre de projets, personne ne pourrait donner tous ses points."),
        ),
    )
    return next((Refusal(message, Kind.INVALID, field) for broken, field, message in checks if broken), None)


def _weights_fault(book: Rulebook) -> Refusal | None:
    weights = book.rank_weights
    if len(weights) != book.ballot_max:
        message = N_("Il faut un poids par rang : %(ranks)s rangs, et vous en donnez %(count)s.")
        return Refusal(message, Kind.INVALID, "rank_weights", ranks=book.ballot_max, count=len(weights))
    if not all(1 <= weight <= MOST_POINTS for weight in weights):
        return Refusal(N_("Chaque poids va de 1 à 1000."), Kind.INVALID, "rank_weights")
    if any(later > earlier for earlier, later in pairwise(weights)):
        message = N_("Un rang ne peut pas valoir plus que celui qui le précède.")
        return Refusal(message, Kind.INVALID, "rank_weights")
    return None


def _control_fault(book: Rulebook) -> Refusal | None:
    if not book.set_aside_motives:
        message = N_("Gardez au moins un motif : sans lui, une usurpation prouvée ne pourrait pas être écartée.")
        return Refusal(message, Kind.INVALID, "set_aside_motives")
    if not LEAST_RECONFIRM_DAYS <= book.reconfirm_days <= MOST_RECONFIRM_DAYS:
        return Refusal(N_("Laissez de 1 à 30 jours pour répondre."), Kind.INVALID, "reconfirm_days")
    return None


def _kept_fault(book: Rulebook) -> Refusal | None:
    if not LEAST_ROLL_DAYS <= book.roll_kept_days <= MOST_DAYS:
        message = N_(
            "La liste électorale se garde de 62 jours (le temps des recours) à 1825 jours après les résultats."
        )
        return Refusal(message, Kind.INVALID, "roll_kept_days")
    if not LEAST_DRAFT_DAYS <= book.drafts_kept_days <= MOST_DAYS:
        message = N_("Les brouillons se gardent de 30 à 1825 jours après la fin du dépôt.")
        return Refusal(message, Kind.INVALID, "drafts_kept_days")
    return None


def _count_fault(book: Rulebook) -> Refusal | None:
    if book.satisfaction in _OF_POINTS and book.ballot_kind not in GIVE_POINTS:
        message = N_("Ce bulletin ne donne pas de points : un projet vaut son coût, ou autant que tout autre.")
        return Refusal(message, Kind.INVALID, "satisfaction")
    if book.step_cents < 0 or not LEAST_STEP <= book.step_permille <= MOST_STEP:
        return Refusal(N_("Le pas va de 0,1 % à 100 % de la part d’un bulletin."), Kind.INVALID, "step")
    return None


def _cap_fault(book: Rulebook) -> Refusal | None:
    return next((found for cap in book.caps if (found := _one_cap_fault(cap, book)) is not None), None)


def _one_cap_fault(cap: Cap, book: Rulebook) -> Refusal | None:
    field = cap_field(cap.scope)
    if cap.amount_cents <= 0:
        return Refusal(
            N_("Un plafond doit être plus grand que zéro ; laissez vide pour n’en fixer aucun."), Kind.INVALID, field
        )
    if cap.amount_cents > book.main_cents:
        return Refusal(N_("Ce plafond dépasse l’enveloppe : il ne limiterait rien."), Kind.INVALID, field)
    if cap.amount_cents < book.project_max_cents:
        message = N_(
            "Ce plafond est plus bas que le coût maximal d’un projet : certains projets ne pourraient jamais "
            "être financés."
        )
        return Refusal(message, Kind.INVALID, field)
    if sum(other.scope is cap.scope for other in book.caps) > 1:
        return Refusal(N_("Un seul plafond par sorte : gardez l’un des deux."), Kind.INVALID, field)
    return None


# After the first checks, in the order of the form.
_LATER = (
    _share_fault,
    _supports_fault,
    _answers_fault,
    areas_fault,
    _main_fault,
    _ballot_fault,
    _control_fault,
    _count_fault,
    _cap_fault,
    _kept_fault,
)
