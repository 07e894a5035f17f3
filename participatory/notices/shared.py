"""What the pages of notices share: addresses for letters, and the seal of a network."""

from datetime import datetime

from flask_babel import force_locale
from flask_login import current_user

from participatory.core.clock import now, paris
from participatory.identity.models import Person
from participatory.notices.contents import Content
from participatory.notices.letters import Letters
from participatory.web.filters import deadline_words
from participatory.web.limits import Counted, by_network, by_text
from participatory.web.pages import absolute_url


def letters() -> Letters:
    """The addresses that letters give."""
    return Letters(
        followed=_with("notices.followed", "number"),
        case=_with("notices.case", "number"),
        decision=_with("notices.decision", "decision", "public_id"),
        account=absolute_url("notices.my_block"),
        when=when,
    )


def _with(endpoint: str, name: str, argument: str = "") -> str:
    return absolute_url(endpoint, **{argument or name: "0"}).removesuffix("0") + "{" + name + "}"


def when(moment: datetime, locale: str) -> str:
    """An instant as a letter says it, in a language."""
    with force_locale(locale):
        return deadline_words(moment)


def read_at(content: Content) -> str:
    """Where a text is read, for letters."""
    return absolute_url(content.endpoint, **content.values)


def sealed_network() -> str:
    """The network of the request under a seal that changes every day."""
    return by_text(Counted.NETWORK, f"{paris(now()).date().isoformat()} {by_network()}")


def present_person() -> Person:
    """The person who asks, on pages that only those who signed in open."""
    person: Person = current_user._get_current_object()  # noqa: SLF001
    return person
