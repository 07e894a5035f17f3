"""Moderation in the demonstration: an appeal under way, a refusal to confirm, a link, a note, second readings."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from participatory.core.database import db
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.moderation.actions import decide
from participatory.moderation.appealing import appeal
from participatory.moderation.keeping import add_note, save_model
from participatory.moderation.letters import LetterFacts, Links
from participatory.moderation.policy import can_appeal, can_decide
from participatory.moderation.queries import refusal_of
from participatory.moderation.readings import draw_readings, read_again, readings_for
from participatory.moderation.rules import Judgement, Outcome, Reason
from participatory.proposals.models import Proposal
from participatory.proposals.queries import awaiting_moderation
from participatory.proposals.rules import State
from participatory.rounds.models import Round

_LINKS = Links("", "", "")
_APPEAL = (
    "La décision dit que le projet sort du thème. Il prête du matériel à toutes les associations du site : c’est bien "
    "un service mutualisé. Nous joignons la liste des associations intéressées."
)
_REFUSAL = "Le même prêt existe déjà sur ce site, payé par la CVEC depuis deux ans ; la dépense n’est pas nouvelle."
_MODEL = (
    "Votre projet est clair. Il nous manque le lieu et l’accord de son gestionnaire : ajoutez-les, puis déposez-le."
)


def moderate_fairly(voting: Round, submission: Round, people: dict[str, Person], now: datetime) -> None:
    """Live through what happens beside decisions; the caller holds the transaction."""
    moderators = [each for each in people.values() if each.holds(Permission.MODERATE)]
    _contest(submission, now - timedelta(hours=20))
    _propose(submission, moderators, now - timedelta(hours=3))
    for each in moderators[:1]:
        save_model(
            each, None, "Il manque le lieu", _MODEL, outcome=Outcome.ASK_CHANGES, reason=Reason.INCOMPLETE, now=now
        )
    met = voting.voting_at - timedelta(days=3)
    draw_readings(voting, met)
    for each in moderators:
        for reading in readings_for(each)[:2]:
            read_again(reading.public_id, each, Outcome.ADMIT, None, met + timedelta(hours=5))


def _contest(round_: Round, moment: datetime) -> None:
    """The author of a refused project appeals."""
    refused = sa.select(Proposal).where(Proposal.round_id == round_.id, Proposal.state_code == State.REFUSED.value)
    for proposal in db.session.scalars(refused.limit(1)):
        decision, author = refusal_of(proposal), proposal.author
        if decision is not None and author is not None and can_appeal(author, decision, moment) is None:
            appeal(proposal.public_id, author, _APPEAL, _LINKS, moment)


def _propose(round_: Round, moderators: list[Person], moment: datetime) -> None:
    """One association proposes to refuse a project that waits: another one will confirm it or not."""
    for proposal in awaiting_moderation(round_)[:1]:
        able = [each for each in moderators if can_decide(each, proposal, moment) is None]
        if len(able) > 1:
            add_note(proposal, able[0], "J’ai écrit au service vie étudiante pour la convention CVEC.", moment)
            judgement = Judgement(Outcome.REFUSE, Reason.ALREADY_FUNDED, _REFUSAL, proposal.version)
            decide(proposal.public_id, judgement, able[0], LetterFacts("", "", ""), moment)
