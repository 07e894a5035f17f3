"""What letters about notices need from the web, and the letters that go to those who wrote a text."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from participatory.core.labels import label
from participatory.identity.models import Person
from participatory.notices.contents import Content
from participatory.notices.models import Notice, NoticeDecision
from participatory.notices.queries import number_of
from participatory.notices.rules import BASES
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.outbox.actions import enqueue


@dataclass(frozen=True)
class Letters:
    """Addresses, with `{number}` or `{decision}` to fill in; `when` says an instant in a language."""

    followed: str
    case: str
    decision: str
    account: str
    when: Callable[[datetime, str], str]


def acknowledge(notice: Notice, letters: Letters, now: datetime) -> None:
    """Tell whoever left an address that their notice came, and by when somebody decides."""
    number = number_of(notice)
    enqueue(
        notice.contact,
        "notice_urgent_received" if notice.urgent else "notice_received",
        notice.locale,
        now,
        number=number,
        link=letters.followed.format(number=number),
        until=letters.when(notice.due_at, notice.locale),
    )


def send_to_person(notice: Notice, person: Person, letters: Letters, now: datetime, *, late: bool = False) -> None:
    """Tell somebody who decides that an urgent notice waits for them, or that its day has passed."""
    tell(
        person,
        Topic.MODERATION_WORK,
        "notice_overdue" if late else "notice_urgent",
        now,
        link=letters.case.format(number=number_of(notice)),
        until=letters.when(notice.due_at, person.locale),
        ground=label(notice.ground),
    )


def tell_pending(content: Content, notice: Notice, letters: Letters, link: str, now: datetime) -> None:
    """Tell those who wrote a text that it is hidden until a person decides, why and by when (article 17)."""
    for person in content.people:
        tell(
            person,
            Topic.OWN_PROJECT,
            "notice_pending",
            now,
            link=link,
            title=_title(content),
            ground=label(notice.ground),
            until=letters.when(notice.due_at, person.locale),
        )


def tell_decided(decision: NoticeDecision, content: Content | None, letters: Letters, now: datetime) -> None:
    """Send those who wrote a text the statement of reasons (article 17), after a decision or its review."""
    for person in content.people if content else ():
        tell(
            person,
            Topic.OWN_PROJECT,
            "notice_reviewed_author" if decision.appeal_at else "notice_decided_author",
            now,
            link=letters.decision.format(decision=decision.public_id),
            title=_title(content),
            outcome=label(decision.standing),
            ground=label(decision.ground),
            basis=BASES[decision.ground],
            facts=decision.appeal_words or decision.facts,
            until=letters.when(decision.contestable_until, person.locale),
        )


def tell_notifiers(decision: NoticeDecision, notices: list[Notice], letters: Letters, now: datetime) -> None:
    """Send those who reported a text and left an address what was decided and why; the address goes with it."""
    for notice in notices:
        number = number_of(notice)
        enqueue(
            notice.contact,
            "notice_decided",
            notice.locale,
            now,
            number=number,
            outcome=label(decision.outcome),
            ground=label(decision.ground),
            basis=BASES[decision.ground],
            facts=decision.facts,
            until=letters.when(decision.contestable_until, notice.locale),
            link=letters.followed.format(number=number),
        )
        notice.contact = ""


def _title(content: Content | None) -> str:
    return " ".join(content.proposal.title.split()) if content else ""
