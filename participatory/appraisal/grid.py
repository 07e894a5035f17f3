"""The grid of admissibility: the questions of the rulebook, article by article, and what was answered to each. Pure.

Source: the project's model rulebook, articles 4 (who may submit) and 5 (admissibility).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, register

EVIDENCE_MIN = 10
EVIDENCE_MAX = 600


class Answer(StrEnum):
    """What may be answered to a question."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "na"


register({Answer.YES: N_("Oui"), Answer.NO: N_("Non"), Answer.NOT_APPLICABLE: N_("Sans objet")})


@dataclass(frozen=True)
class Question:
    """A question by its key, with its article and its French words (catalogue keys)."""

    key: str
    article: str
    words: str


QUESTIONS = (
    Question("carrier", N_("Article 4"), N_("Le porteur est une association étudiante ou un collectif admis ?")),
    Question("exclusions", N_("Article 4"), N_("Aucune exclusion ne le concerne (parti, entreprise, lauréat n-1) ?")),
    Question("interest", N_("Article 5"), N_("Le projet est d’intérêt général ?")),
    Question("competence", N_("Article 5"), N_("Il relève de ce que la Région peut financer ?")),
    Question("theme", N_("Article 5"), N_("Il entre dans un thème de ce budget ?")),
    Question("place", N_("Article 5"), N_("Il se réalise en Occitanie ?")),
    Question("calendar", N_("Article 5"), N_("Il peut être achevé en 18 mois ?")),
    Question("funded", N_("Article 5"), N_("Il n’est pas déjà financé par ailleurs ?")),
    Question("open", N_("Article 5"), N_("Il n’est ni discriminatoire ni prosélyte ?")),
    Question("access", N_("Article 5"), N_("Il est accessible aux personnes handicapées ?")),
    Question("recurring", N_("Article 5"), N_("Il ne laisse pas de dépense récurrente à la charge d’un tiers ?")),
    Question("papers", N_("Article 5"), N_("Les pièces demandées sont réunies, et le budget est équilibré ?")),
)

# Each answer by the key of its question: {"answer": …, "evidence": …}.
Answers = Mapping[str, Mapping[str, str]]


def read_answers(typed: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The answers in a form (`question-<key>`, `evidence-<key>`); what is not ours is left out."""
    found = {}
    for question in QUESTIONS:
        answer = typed.get(f"question-{question.key}", "")
        evidence = typed.get(f"evidence-{question.key}", "").replace("\0", "").strip()
        if answer in [each.value for each in Answer] or evidence:
            known = answer if answer in [each.value for each in Answer] else ""
            found[question.key] = {"answer": known, "evidence": evidence}
    return found


def answer_faults(answers: Answers) -> list[Refusal]:
    """Each answer that cannot be kept, with the field to correct."""
    faults = []
    for key, said in answers.items():
        evidence = " ".join(said["evidence"].split())
        if len(said["evidence"]) > EVIDENCE_MAX:
            message = N_("Gardez l’essentiel : %(most)s signes au plus.")
            faults.append(Refusal(message, Kind.INVALID, f"evidence-{key}", most=EVIDENCE_MAX))
        elif said["answer"] in (Answer.NO, Answer.NOT_APPLICABLE) and len(evidence) < EVIDENCE_MIN:
            message = N_("Dites sur quoi repose cette réponse (%(least)s signes au moins) : elle est publiée.")
            faults.append(Refusal(message, Kind.INVALID, f"evidence-{key}", least=EVIDENCE_MIN))
    return faults


def unanswered(answers: Answers) -> list[Question]:
    """The questions without an answer."""
    return [each for each in QUESTIONS if not answers.get(each.key, {}).get("answer")]


def grid_fault(answers: Answers, *, feasible: bool) -> Refusal | None:
    """Why a feasible finding does not fit this grid: a question without an answer, or one answered « non ».

    A finding that sets a project aside says why in its reason: what was answered so far goes with it.
    """
    if not feasible:
        return None
    if any(said["answer"] == Answer.NO for said in answers.values()):
        message = N_("La grille répond « non » à une question : corrigez-la, ou déclarez le projet non réalisable.")
        return Refusal(message, Kind.INVALID, "feasible")
    left = len(unanswered(answers))
    if left:
        message = N_(
            "Un projet est réalisable une fois toute la grille de recevabilité remplie. Questions sans réponse : "
            "%(left)s. Gardez votre avis pour plus tard, remplissez la grille, puis publiez : rien ne sera perdu."
        )
        return Refusal(message, Kind.INVALID, "feasible", left=left)
    return None


def told(answers: Answers) -> list[tuple[Question, Answer, str]]:
    """The answers given, in the order of the questions, for who reads them."""
    return [
        (each, Answer(answers[each.key]["answer"]), answers[each.key]["evidence"])
        for each in QUESTIONS
        if answers.get(each.key, {}).get("answer")
    ]
