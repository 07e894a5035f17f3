"""Two questionnaires of the demonstration: one that is open, one that is closed with its results. All is fictional."""

from datetime import datetime, timedelta
from random import Random

from participatory.core.database import db
from participatory.identity.models import Person
from participatory.questionnaires.actions import Basics, create, publish, rewrite
from participatory.questionnaires.models import QuestionnaireAnswer, random_key
from participatory.questionnaires.rules import Condition, Kind, Mode, Option, Question, Section, Sheet
from participatory.questionnaires.rules_answers import read

OPEN, CLOSED = "Vos priorités pour le budget étudiant 2027-2028", "Où et quand travaillez-vous sur le campus ?"
SEED = 2038
_FICTION = "Ce questionnaire et ses réponses sont fictifs."


def _options(*labels: str) -> tuple[Option, ...]:
    return tuple(Option(f"c{number}", label) for number, label in enumerate(labels, 1))


_PLACES = _options("À la bibliothèque", "Chez moi", "Dans un café", "Dans une salle libre")
_HOURS = _options("Jamais", "Parfois", "Souvent")
_THEMES = _options("Logement", "Alimentation", "Santé", "Culture et sport", "Transition écologique")

_PRIORITIES = Sheet(
    (
        Section(
            "Vos priorités",
            (
                Question("q1", Kind.RANKING, "Quels thèmes d’abord ?", required=True, options=_THEMES, most=3),
                Question("q2", Kind.SCALE, "Le budget de l’an dernier vous a-t-il été utile ?", low=0, high=10,
                         help="0 : pas du tout ; 10 : beaucoup."),
            ),
        ),
        Section(
            "Votre campus",
            (
                Question("q3", Kind.SINGLE, "Avez-vous déjà voté pour un projet ?", options=_options("Oui", "Non"),
                         required=True),
                Question("q4", Kind.TEXT, "Qu’est-ce qui vous en a empêché ?", condition=Condition("q3", ("c2",))),
                Question("q5", Kind.MATRIX, "Que vous manque-t-il ?", options=_HOURS,
                         rows=_options("Un endroit calme", "Un repas chaud", "Un transport le soir")),
                Question("q6", Kind.FILE, "Une photo de ce qui devrait changer"),
            ),
        ),
    )
)  # fmt: skip
_WORK = Sheet(
    (
        Section(
            "Travailler sur le campus",
            (
                Question("q1", Kind.SINGLE, "Où travaillez-vous le plus ?", options=_PLACES, required=True),
                Question("q2", Kind.MULTIPLE, "Quand ?", options=_options("Le matin", "Le midi", "Le soir")),
                Question("q3", Kind.NUMBER, "Combien d’heures par semaine, hors des cours ?", low=0, high=100),
                Question("q4", Kind.RANKING, "Que faut-il ouvrir d’abord ?", options=_PLACES[:1] + _PLACES[2:]),
                Question("q5", Kind.TEXT, "Un mot sur vos conditions de travail"),
            ),
        ),
    )
)  # fmt: skip


def ask_questions(officer: Person, now: datetime) -> None:
    """Make both questionnaires, and the answers to the one that is closed. Call it within a transaction."""
    week = timedelta(weeks=1)
    text = f"Les réponses servent à écrire le règlement du prochain budget. La Région y répond en public.\n\n{_FICTION}"
    _asked(Basics(OPEN, text, Mode.ANONYMOUS, now - week, now + 3 * week), _PRIORITIES, officer, now)
    text = f"Les réponses disent quelles salles garder ouvertes, et jusqu’à quelle heure.\n\n{_FICTION}"
    closed = _asked(Basics(CLOSED, text, Mode.ANONYMOUS, now - 6 * week, now - week), _WORK, officer, now - 7 * week)
    draw = Random(SEED)  # noqa: S311 — figures of a fiction, not secrets.
    for _ in range(96):
        db.session.add(
            QuestionnaireAnswer(
                key=random_key(), questionnaire_id=closed, number=1, content=_answer(draw), person_id=None, named=False
            )
        )


def _asked(basics: Basics, sheet: Sheet, officer: Person, now: datetime) -> int:
    made = create(basics, officer, now)
    rewrite(made.public_id, lambda _: sheet, officer, now)
    return publish(made.public_id, officer, now).id


def _answer(draw: Random) -> dict[str, object]:
    ranked = draw.sample(["c1", "c3", "c4"], k=draw.choice((1, 3, 3)))
    raw = {
        "q-q1": draw.choices(["c1", "c2", "c3", "c4"], weights=[50, 38, 3, 9]),
        "q-q2": draw.sample(["c1", "c2", "c3"], k=draw.choice((1, 2, 2, 3))),
        "q-q3": [str(round(draw.triangular(2, 42, 14)))],
        "q-q4": ranked,
        "q-q5": draw.choice(([], [], ["La bibliothèque ferme trop tôt."])),
    }
    return read(_WORK, raw).answers
