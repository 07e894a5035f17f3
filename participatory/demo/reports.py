"""Two reports of the public about the vote of the demonstration: one that waits, one that was answered."""

from datetime import datetime, timedelta

from participatory.identity.models import Person
from participatory.integrity_desk.reporting import Typed, answer, receive
from participatory.rounds.models import Round

LINK = "/signaler-une-anomalie/{number}"


def report_what_was_seen(round_: Round, officer: Person, now: datetime) -> None:
    """Have two people say what they saw; the caller holds the transaction. Both are fictional."""
    waiting = Typed(
        form_key="d" * 31 + "1",
        seen="Au resto U, deux personnes passaient de table en table avec une tablette et proposaient de « voter pour "
        "vous si vous donnez le code reçu par mail ». Plusieurs l’ont donné.",
        place="Restaurant universitaire, Albi",
        moment="Mardi midi, entre 12 h et 13 h",
        contact="",
        locale="fr",
    )
    before = Typed(
        form_key="d" * 31 + "2",
        seen="Tout le hall votait en même temps depuis le wifi, est-ce normal ?",
        place="Université, hall B",
        moment="Le premier jour",
        contact="",
        locale="fr",
    )
    asked = receive(round_, before, now - timedelta(days=3), LINK)
    words = "Oui : un stand de vote y était ouvert, et le réseau du campus est partagé par tous. Merci d’avoir demandé."
    answer(asked, words, officer, now - timedelta(days=2), LINK)
    receive(round_, waiting, now - timedelta(hours=20), LINK)
