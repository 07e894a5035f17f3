"""What the people of the demonstration were told, and a project that came in from a workshop."""

from datetime import datetime, timedelta

from participatory.identity.models import Person
from participatory.intake.actions import Hand, enter
from participatory.intake.rules import Brought, Via
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.proposals.content import Content
from participatory.rounds.models import Round


def tell_and_collect(round_: Round, student: Person, officer: Person, now: datetime) -> None:
    """A notice that nobody has read yet, and a sheet that waits to be completed."""
    values = {"title": "Une ruche sur le toit", "round": round_.title}
    tell(student, Topic.OWN_PROJECT, "proposal_submitted", now - timedelta(hours=5), link="/mes-projets", **values)
    sheet = Content(title="Un four à pain partagé", need="Le pain manque le soir près des résidences.")
    hand = Hand(officer, "Atelier de Tarbes", str, now - timedelta(days=1))
    enter(round_, Brought("Tarbes-012", sheet), Via.SHEET, hand)
