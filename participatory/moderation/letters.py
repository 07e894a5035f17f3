"""What is written to authors, to the moderators of an association and to the Region's officers, in their language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale

from participatory.core.labels import label
from participatory.identity.models import Person
from participatory.moderation.models import Appeal, Decision
from participatory.moderation.rules import Outcome, answer_until
from participatory.moderation.ties import people_of
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.proposals.models import Proposal
from participatory.web.filters import deadline_words

_LETTERS = {
    Outcome.ADMIT: "moderation_admitted",
    Outcome.ASK_CHANGES: "moderation_changes_requested",
    Outcome.REFUSE: "moderation_refused",
}


@dataclass(frozen=True)
class LetterFacts:
    """What the letter says beside the decision: where to read, when the vote opens (in words), whom to write to."""

    link: str
    deadline: str
    contact: str


@dataclass(frozen=True)
class Links:
    """Absolute addresses: the project as everybody reads it; its appeal for an association, and for the Region."""

    project: str
    association: str
    region: str


def write_decision(proposal: Proposal, decision: Decision, facts: LetterFacts, now: datetime) -> None:
    """Tell everybody who carries a project what was decided, why, and what they can do until when."""
    for person in people_of(proposal):
        deadline = facts.deadline
        if decision.outcome is not Outcome.ADMIT:
            book = proposal.round.rulebook
            deadline = _in_words(answer_until(now, proposal.round.voting_at, book), person)
        tell(
            person,
            Topic.OWN_PROJECT,
            _LETTERS[decision.outcome],
            now,
            link=facts.link,
            title=_line(proposal),
            association=decision.association.name if decision.association else "",
            second=decision.second_association.name if decision.second_association else "",
            reason=label(decision.reason) if decision.reason else "",
            article=decision.article.title if decision.article else "",
            text=decision.text,
            facts=decision.facts,
            manner=label(decision.manner),
            deadline=deadline,
            contact=facts.contact,
        )


def write_appeal_asked(appeal: Appeal, workers: Iterable[Person], links: Links, now: datetime) -> None:
    """Tell the authors who was drawn and by when, and those who are to answer that an appeal waits for them."""
    proposal = appeal.decision.proposal
    for person in people_of(proposal):
        tell(
            person,
            Topic.OWN_PROJECT,
            "moderation_appeal_asked",
            now,
            link=links.project,
            title=_line(proposal),
            association=appeal.drawn.name if appeal.drawn and appeal.escalated_at is None else "",
            deadline=_in_words(appeal.due_at, person),
        )
    write_appeal_work(appeal, workers, links, now)


def write_appeal_work(appeal: Appeal, workers: Iterable[Person], links: Links, now: datetime) -> None:
    """Tell those who are to answer an appeal that it waits for them, and until when."""
    proposal = appeal.decision.proposal
    for person in workers:
        tell(
            person,
            Topic.MODERATION_WORK,
            "moderation_appeal_work",
            now,
            link=links.region if appeal.escalated_at else links.association,
            title=_line(proposal),
            escalated="yes" if appeal.escalated_at else "",
            deadline=_in_words(appeal.due_at, person),
        )


def write_appeal_late(appeal: Appeal, officers: Iterable[Person], links: Links, now: datetime) -> None:
    """Tell the authors that the Region answers in the place of an association, and the officers that it is theirs."""
    for person in people_of(appeal.decision.proposal):
        title = _line(appeal.decision.proposal)
        tell(person, Topic.OWN_PROJECT, "moderation_appeal_late", now, link=links.project, title=title)
    write_appeal_work(appeal, officers, links, now)


def write_appeal_answer(appeal: Appeal, links: Links, now: datetime) -> None:
    """Tell the authors what became of their appeal."""
    for person in people_of(appeal.decision.proposal):
        tell(
            person,
            Topic.OWN_PROJECT,
            "moderation_appeal_answered",
            now,
            link=links.project,
            title=_line(appeal.decision.proposal),
            admitted="yes" if appeal.outcome is Outcome.ADMIT else "",
            association=appeal.decided_for.name if appeal.decided_for else "",
            text=appeal.text,
        )


def _line(proposal: Proposal) -> str:
    """A title on one line: a letter's first line is its subject."""
    return " ".join(proposal.title.split())


def _in_words(moment: datetime, person: Person) -> str:
    with force_locale(person.locale):
        return deadline_words(moment)
