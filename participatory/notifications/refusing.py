"""The signed address by which somebody stops letters about a topic without signing in."""

import sqlalchemy as sa
from itsdangerous import BadData, URLSafeSerializer

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.notifications.rules import OBLIGATORY, Topic
from participatory.web.pages import absolute_url
from participatory.web.settings import config


def token_of(person: Person, topic: Topic) -> str:
    """What the address in a letter holds: it opens nothing but this choice."""
    return str(_serializer().dumps([person.public_id, topic.value]))


def stop_link(person: Person, topic: Topic) -> str:
    """The absolute address that stops letters about a topic."""
    return absolute_url("notifications.stop", token=token_of(person, topic))


def meant_by(token: str) -> tuple[Person, Topic]:
    """Whose letters about what this address stops; raises Refusal (NOT_FOUND) for one that we did not make."""
    try:
        public_id, name = _serializer().loads(token)
        topic = Topic(name)
    except (BadData, TypeError, ValueError):
        public_id, topic = "", Topic.OWN_PROJECT
    person = db.session.scalars(sa.select(Person).where(Person.public_id == str(public_id))).first()
    if person is None or topic in OBLIGATORY:
        raise Refusal(N_("Cette adresse n’est pas complète : reprenez celle de la lettre."), Kind.NOT_FOUND)
    return person, topic


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(config().secret_key, salt="letters")
