"""What the pages say of a round: what one can do now, its phases, and how its ballot is filled."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from participatory.core import labels
from participatory.rounds.models import Round
from participatory.rounds.rulebook import BallotKind, Rulebook
from participatory.rounds.rules import DATED, Calendar, Phase
from participatory.web.filters import euros


def _(message: str, **values: object) -> str:
    return str(gettext(message, **values))


@dataclass(frozen=True)
class NowPossible:
    """What a visitor can do in the present phase: one button, one sentence, and until when (UTC)."""

    title: str
    sentence: str
    label: str
    endpoint: str
    icon: str
    until: datetime | None


@dataclass(frozen=True)
class Moment:
    """One phase of the timeline; instants in UTC, `state` done, current or coming."""

    label: str
    starts_at: datetime
    ends_at: datetime | None
    state: str


def choices_sentence(book: Rulebook, *, own: bool = True) -> str:
    """How a ballot is filled; of an imported round (not `own`), only what its data tell."""
    least, most = book.ballot_min, book.ballot_max
    if not own and book.ballot_kind is BallotKind.POINTS:
        return _("Répartissez vos points entre les projets de votre choix.")
    if book.ballot_kind is BallotKind.POINTS:
        return _points_sentence(book)
    if book.ballot_kind is BallotKind.RANKING:
        return _ranking_sentence(book)
    if book.ballot_kind is BallotKind.KNAPSACK:
        return _knapsack_sentence(book)
    exactly = _("Choisissez exactement %(most)s projets.", most=most)
    return exactly if least == most else _("Choisissez de %(least)s à %(most)s projets.", least=least, most=most)


def _knapsack_sentence(book: Rulebook) -> str:
    bounds = {"least": book.ballot_min, "most": book.ballot_max}
    if book.contests:
        return _("Composez votre budget : de %(least)s à %(most)s projets, sans dépasser l’enveloppe.", **bounds)
    amount = euros(book.budget_cents)
    return _("Composez votre budget : de %(least)s à %(most)s projets, sans dépasser %(amount)s.",
             amount=amount, **bounds)  # fmt: skip


def _points_sentence(book: Rulebook) -> str:
    shared = _("Répartissez %(points)s points entre %(least)s et %(most)s projets.",
               points=book.points_budget, least=book.ballot_min, most=book.ballot_max)  # fmt: skip
    if not book.points_cap:
        return shared
    return shared + " " + _("Un projet en reçoit %(cap)s au plus.", cap=book.points_cap)


def _ranking_sentence(book: Rulebook) -> str:
    ranked = _("Classez de %(least)s à %(most)s projets, du préféré au suivant.",
               least=book.ballot_min, most=book.ballot_max)  # fmt: skip
    weights = ", ".join(str(weight) for weight in book.weights)
    return ranked + " " + _("Les rangs valent, dans l’ordre : %(weights)s points.", weights=weights)


def now_possible(round_: Round, now: datetime) -> NowPossible:
    """What the present phase offers to everybody."""
    phase = round_.phase(now)
    # A file of another platform does not tell what became of the projects: it offers its results.
    offer = _results if round_.imported else _OFFERS[phase]
    title, sentence, label, endpoint, icon = offer(round_)
    return NowPossible(title, sentence, label, endpoint, icon, round_.calendar.ends(phase))


def _draft(round_: Round) -> tuple[str, ...]:
    sentence = _("Vous seul·e et les autres responsables voyez ce budget ; il sera public à son annonce.")
    return _("Ce budget se prépare"), sentence, _("Lire le règlement"), "rounds.rulebook", "scale"


def _announcement(round_: Round) -> tuple[str, ...]:
    sentence = _("Formez un groupe, cherchez une association pour porter votre idée, lisez le règlement.")
    return _("Préparez votre projet"), sentence, _("Lire le règlement"), "rounds.rulebook", "scale"


def _submission(round_: Round) -> tuple[str, ...]:
    sentence = _(
        "Décrivez le besoin, la solution et son coût, de %(least)s à %(most)s. Vous pouvez enregistrer un brouillon.",
        least=euros(round_.rulebook.project_min_cents),
        most=euros(round_.rulebook.project_max_cents),
    )
    return _("Proposez un projet"), sentence, _("Proposer un projet"), "proposals.create", "pencil"


def _review(round_: Round) -> tuple[str, ...]:
    sentence = _(
        "Le dépôt est clos. Des associations étudiantes vérifient que chaque projet est recevable, puis la Région "
        "vérifie qu’il est réalisable et en fixe le coût. Chaque décision est publiée avec son motif."
    )
    return _("Découvrez les projets déposés"), sentence, _("Voir les projets"), "proposals.index", "eye"


def _voting(round_: Round) -> tuple[str, ...]:
    change = _("Vous pouvez changer votre vote jusqu’à la clôture.")
    return _("Votez"), f"{choices_sentence(round_.rulebook)} {change}", _("Voter"), "ballots.booth", "vote"


def _control(round_: Round) -> tuple[str, ...]:
    sentence = _("Le vote est clos. Les bulletins sont contrôlés et comptés ; rien ne paraît avant la proclamation.")
    return _("Le dépouillement est en cours"), sentence, _("Voir les projets"), "proposals.index", "eye"


def _results(round_: Round) -> tuple[str, ...]:
    sentence = _("Qui est financé, où passe la ligne, et de quoi recompter vous-même.")
    return _("Voyez les résultats"), sentence, _("Voir les résultats"), "results.show", "chart-column"


def _delivery(round_: Round) -> tuple[str, ...]:
    sentence = _("Les projets financés se réalisent. Les résultats et les bulletins anonymes restent à votre portée.")
    return _("Les projets se réalisent"), sentence, _("Voir les résultats"), "results.show", "chart-column"


_OFFERS = {
    Phase.DRAFT: _draft,
    Phase.ANNOUNCEMENT: _announcement,
    Phase.SUBMISSION: _submission,
    Phase.REVIEW: _review,
    Phase.VOTING: _voting,
    Phase.CONTROL: _control,
    Phase.RESULTS: _results,
    Phase.DELIVERY: _delivery,
}


def timeline(calendar: Calendar, now: datetime) -> list[Moment]:
    """The phases in order, each with where it stands at an instant (UTC)."""
    current = calendar.phase_at(now)
    return [
        Moment(
            _(labels.label(phase)),
            calendar.starts(phase),
            calendar.ends(phase),
            "current" if phase is current else "done" if calendar.starts(phase) <= now else "coming",
        )
        for phase in DATED
    ]


def duty(round_: Round, now: datetime) -> str:
    """What a round asks of those who conduct it, in its present phase."""
    messages = {
        Phase.DRAFT: _("Relisez la présentation et le règlement avant l’annonce."),
        Phase.ANNOUNCEMENT: _("Faites connaître le budget ; préparez la liste électorale."),
        Phase.SUBMISSION: _("Tenez la liste électorale à jour ; suivez la modération des projets déposés."),
        Phase.REVIEW: _("Veillez à ce que chaque projet recevable soit instruit avant l’ouverture du vote."),
        Phase.VOTING: _("Le règlement est gelé. Le vote se ferme de lui-même à la date prévue."),
        Phase.CONTROL: _("Fermez l’urne, dépouillez, puis vérifiez le compte avant la proclamation."),
        Phase.RESULTS: _("Publiez les résultats s’ils ne le sont pas encore."),
        Phase.DELIVERY: _("Les projets financés se réalisent."),
    }
    return messages[round_.phase(now)]
