"""Starting a session."""

from flask import session
from flask_login import login_user

from participatory.identity.models import Person
from participatory.web.i18n import LANGUAGES


def open_session(person: Person) -> None:
    """Sign a person in with a session that owes nothing to the visitor's former one, except the language."""
    language = session.get("language")
    session.clear()
    login_user(person)
    session["language"] = language if language in LANGUAGES else person.locale
