"""Two conversations of the demonstration: one that is open, one that is closed with its map. All is fictional."""

from datetime import datetime, timedelta
from random import Random

from participatory.conversations.actions import Basics, keep_map, open_conversation
from participatory.conversations.models import Conversation, StatementVote
from participatory.conversations.queries import cast_in, statements_of
from participatory.conversations.rules import State, Vote
from participatory.core.database import db
from participatory.identity.models import Person
from participatory.opinion.analysis import analyse
from participatory.opinion.parameters import Parameters
from participatory.opinion.snapshot import Snapshot
from participatory.opinion.votes import Votes

OPEN, CLOSED = "Étendre la Carte Jeune aux étudiants", "Comment répartir le budget étudiant ?"
SEED = 2039
_FICTION = "Cette conversation et ses réponses sont fictives."
_CARD = (
    "La Carte Jeune devrait valoir pour toutes les études, apprentissage compris",
    "L’aide au transport compte plus que l’aide à la culture",
    "La carte devrait être gratuite, quel que soit le revenu des parents",
    "Il faut commencer par un seul site pilote, puis mesurer",
    "La carte devrait aussi payer une partie des repas",
    "Les étudiants étrangers devraient y avoir droit dès leur arrivée",
    "La carte devrait tenir dans un téléphone, sans carte en plastique",
    "Les villes d’équilibre devraient recevoir la carte avant Toulouse et Montpellier",
    "Il vaut mieux aider peu de monde beaucoup que tout le monde un peu",
    "Les associations devraient pouvoir proposer des avantages sur la carte",
)
# What the first group answers, then the second one: 1 agrees, −1 disagrees, 0 is divided.
_MONEY = (
    ("Quatre euros sur dix devraient aller aux villes universitaires d’équilibre", 1, -1),
    ("Un projet de petit site a moins de chances, même bon", 1, -1),
    ("Chaque site devrait avoir sa propre enveloppe", 1, -1),
    ("Les projets les plus votés devraient gagner, où qu’ils soient", -1, 1),
    ("Les grands sites paient plus, ils devraient recevoir plus", -1, 1),
    ("Un même site ne devrait jamais recevoir plus d’un tiers du budget", 1, -1),
    ("Il faut un plafond par projet, pour en financer davantage", 1, 1),
    ("Chaque refus devrait être expliqué en public", 1, 1),
    ("Voter devrait prendre moins de trois minutes", 1, 1),
    ("Le transport vers les ateliers devrait être remboursé", 1, 1),
    ("Les projets de fonctionnement devraient être exclus", -1, -1),
    ("Le vote devrait durer un mois entier", 0, 0),
    ("Les habitants devraient voter aussi", 0, -1),
    ("Classer trois projets vaut mieux que d’en cocher dix", -1, 1),
)


def exchange_opinions(officer: Person, now: datetime) -> None:
    """Make both conversations and what was answered. Call it within a transaction."""
    week = timedelta(weeks=1)
    text = f"Action 35 : pour qui, pour quoi, par où commencer ? La Région y répond en public.\n\n{_FICTION}"
    open_conversation(Basics(OPEN, text, now - week, now + 4 * week, _CARD), officer, now - week)
    text = f"Vos réponses ont servi à écrire le règlement du budget étudiant.\n\n{_FICTION}"
    statements = tuple(words for words, _one, _other in _MONEY)
    closed = open_conversation(
        Basics(CLOSED, text, now - 8 * week, now - 5 * week, statements), officer, now - 9 * week
    )
    _answer(closed, Random(SEED))  # noqa: S311 — figures of a fiction, not secrets.
    snapshot = Snapshot.of(analyse(Votes.of(cast_in(closed)), (), Parameters()))
    keep_map(closed, snapshot, now - 5 * week)


def _answer(closed: Conversation, draw: Random) -> None:
    numbers = {each.number: each.id for each in statements_of(closed, State.SHOWN)}
    for place in range(96):
        group, name = place % 5 < 2, f"{draw.getrandbits(256):064x}"
        for number, (_words, one, other) in enumerate(_MONEY, start=1):
            if draw.random() < 0.85:
                held = other if group else one
                value = held if held and draw.random() < 0.85 else draw.choice(tuple(Vote))
                db.session.add(StatementVote(statement_id=numbers[number], participant=name, value=int(value)))
    db.session.flush()
