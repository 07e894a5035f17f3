"""What fictional students say of the projects at the vote, what was reported of it, and what was decided."""

import hashlib
from datetime import datetime, timedelta

from participatory.comments.actions import Manner, Typed, write
from participatory.comments.models import Comment
from participatory.comments.rules import Stance
from participatory.core.clock import paris
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.integrity.observations import Observation
from participatory.integrity.rules import NetworkKind
from participatory.notices import actions as reporting
from participatory.notices.contents import find_content
from participatory.notices.deciding import Ruling, contest, decide
from participatory.notices.letters import Letters
from participatory.notices.models import Notice
from participatory.notices.policy import can_decide
from participatory.notices.rules import Ground, Outcome, Side
from participatory.proposals.queries import on_ballot
from participatory.rounds.models import Round

LINK = "/commentaires/{comment}"
_DOUBTS = "Le budget me semble élevé pour un seul site :\n\n- le matériel dort l’été ;\n- il manque l’entretien."
# Who speaks (a key of the stories), of which project in the order of their titles, how, what; answers are indented.
SAID = (
    ("lou", 0, Stance.QUESTION, "Est-ce que ce sera ouvert le **samedi** ? Beaucoup travaillent en semaine.", 70),
    ("", 0, Stance.REMARK, "Oui, de 10 h à 18 h les deux premiers mois ; ensuite, selon la fréquentation.", 66),
    (
        "eleve",
        0,
        Stance.FOR,
        "Je fais une heure de bus pour trouver ça ailleurs. Si c’est sur le campus, j’y vais.",
        50,
    ),
    ("autre", 0, Stance.AGAINST, _DOUBTS, 30),
    ("lou", 1, Stance.REMARK, "Pensez à demander à la bibliothèque, elle prête déjà deux salles.", 44),
    ("eleve", 1, Stance.AGAINST, "De toute façon le porteur est un incapable, tout le monde le sait dans sa promo.", 9),
    ("autre", 2, Stance.QUESTION, "Qui tient la clé le soir ? Appelez Prune Exemple au 06 00 00 00 00, elle sait.", 6),
    ("lou", 3, Stance.REMARK, "J’ai vu le même prix chez un autre fournisseur, deux fois moins cher.", 120),
)


def talk_about_projects(round_: Round, people: dict[str, Person], store: SecretStore, now: datetime) -> None:
    """Have people comment on the projects at the vote, report some of it, decide; the caller holds the transaction."""
    projects = sorted(on_ballot(round_), key=lambda each: each.title.casefold())[:4]
    speakers = _speakers(people)
    pepper = store.get("pepper", round_.public_id)
    written: list[Comment] = []
    for number, (key, place, stance, text, hours) in enumerate(SAID):
        proposal, at = projects[place], now - timedelta(hours=hours)
        author = proposal.author
        person = speakers[key] if key else author
        if person is None:
            continue
        answered = written[-1].public_id if not key and written else ""
        typed = Typed(_code(f"commentaire-{number}")[:32], stance, text, answered)
        manner = Manner(pepper, _observation(at, key), _code, LINK)
        written.append(write(proposal.public_id, person, typed, manner, at))
    _report_and_decide(written, people, now)


def _speakers(people: dict[str, Person]) -> dict[str, Person]:
    """Three of the people of the stories who hold no role, under the names that they have above."""
    return {"lou": people["lou"], "eleve": people["zoe"], "autre": people["clara"]}


def _report_and_decide(written: list[Comment], people: dict[str, Person], now: datetime) -> None:
    """Two notices that wait, one of them urgent; one decision that stands, contested by the author of the text."""
    insult, personal, fair = written[-3], written[-2], written[-1]
    content = find_content("comment", fair.public_id)
    able = (each for each in people.values() if each.holds(Permission.DECIDE_NOTICES))
    moderator = next(each for each in able if can_decide(each, fair.proposal.round, content) is None)
    _report(insult, Ground.INSULT, "Attaque la personne qui porte le projet, pas le projet.", now - timedelta(hours=8))
    _report(personal, Ground.PERSONAL_DATA, "Donne le nom et le téléphone d’une étudiante.", now - timedelta(hours=3))
    _report(fair, Ground.ADVERTISING, "On dirait une publicité pour un fournisseur.", now - timedelta(hours=100))
    facts = "Le texte parle d’un fournisseur sans le nommer, mais ne dit rien du projet : il est replié, non effacé."
    ruling = Ruling(Outcome.RESTRICTED, Ground.ADVERTISING, facts, 1)
    decision = decide(("comment", fair.public_id), ruling, moderator, _letters(), now - timedelta(hours=90))
    words = "Je compare un prix : c’est utile pour juger le coût."
    contest(decision.public_id, Side.AUTHOR, words, now - timedelta(hours=20))


def _report(text: Comment, ground: Ground, words: str, at: datetime) -> Notice:
    typed = reporting.Typed(_code(f"signalement-{text.public_id}")[:32], ground, words, "", "fr", "")
    return reporting.receive(("comment", text.public_id), typed, _letters(), "/commentaires", at)


def _letters() -> Letters:
    """Letters of the past are not sent: their addresses lead nowhere else."""
    return Letters(
        followed="/signaler/suivi/{number}",
        case="/gestion/textes-signales/{number}",
        decision="/decisions-sur-mes-textes/{decision}",
        account="/mon-compte/blocage",
        when=lambda moment, _locale: paris(moment).strftime("%d/%m/%Y %H:%M"),
    )


def _observation(at: datetime, who: str) -> Observation:
    return Observation(
        at=at, network=_code(f"reseau-{who}"), prefix=_code(f"autour-{who}"), network_kind=NetworkKind.HOME,
        device=_code(f"appareil-{who}"), client="Firefox · Windows", seconds=None, stand="",
    )  # fmt: skip


def _code(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
