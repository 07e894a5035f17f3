"""Asking the authors of a project to write it with them, and their answer."""

from datetime import datetime

from participatory.core.database import db
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.mergers import policy
from participatory.mergers.models import JoinRequest
from participatory.mergers.queries import request_of
from participatory.mergers.rules import Answer
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.proposals.models import CoAuthor, Proposal
from participatory.proposals.together import MAX_CO_AUTHORS


def one_line(text: str) -> str:
    """A title as a letter says it: its first line is its subject."""
    return " ".join(text.split())


def ask(proposal: Proposal, person: Person, message: str, link: str, now: datetime) -> bool:
    """Ask to write a project too; False when an answer is awaited already. The caller holds the project.

    Raises Refusal, also once the authors said no: asking again would press them.
    """
    refuse_if(policy.can_ask(proposal, person, now))
    before = request_of(proposal, person)
    if before is not None and before.answer == Answer.NONE:
        return False
    if before is not None and before.answer == Answer.NO:
        raise Refusal(N_("Les auteurs de ce projet ont répondu non. Vous pouvez le soutenir et le suivre."))
    asked = JoinRequest(
        proposal_id=proposal.id, person_id=person.id, message=message, asked_at=now, answer=Answer.NONE.value
    )
    db.session.add(asked)
    for each in proposal.people:
        tell(
            each, Topic.OWN_PROJECT, "join_asked", now,
            link=link, title=one_line(proposal.title), name=person.display_name, message=message,
        )  # fmt: skip
    db.session.flush()
    return True


def answer(request: JoinRequest, person: Person, link: str, now: datetime, *, yes: bool) -> None:
    """Say yes, and write the project together, or no. The caller holds the project and the request. Raises Refusal."""
    refuse_if(policy.can_answer_request(request, person, now))
    proposal, joiner = request.proposal, request.person
    request.answer, request.answered_at = (Answer.YES if yes else Answer.NO).value, now
    known = any(each.id == joiner.id for each in proposal.people)
    if yes and not known:
        if len(proposal.co_authors) >= MAX_CO_AUTHORS:
            raise Refusal(N_("Ce projet a déjà autant de coauteurs qu’il peut en avoir."))
        proposal.co_authors.append(CoAuthor(person=joiner, joined_at=now))
    template = "join_accepted" if yes else "join_declined"
    tell(joiner, Topic.OWN_PROJECT, template, now, link=link, title=one_line(proposal.title))
    db.session.flush()
    if yes and not known:
        record(
            Verb.CO_AUTHOR_JOINED, joiner.public_id, now, round=proposal.round.public_id, proposal=proposal.public_id
        )
