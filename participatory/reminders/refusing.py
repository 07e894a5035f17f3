"""The signed address by which somebody stops reminders without signing in."""

import sqlalchemy as sa
from itsdangerous import BadData, URLSafeSerializer

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.web.settings import config


def token_of(person: Person) -> str:
    """What the address in a letter holds: it opens nothing but the choice of reminders."""
    return _serializer().dumps(person.public_id)


def person_of(token: str) -> Person:
    """Whose address this is; raises Refusal (NOT_FOUND) for one that we did not make."""
    try:
        public_id = str(_serializer().loads(token))
    except BadData:
        public_id = ""
    person = db.session.scalars(sa.select(Person).where(Person.public_id == public_id)).first()
    if person is None:
        raise Refusal(N_("Cette adresse n’est pas complète : reprenez celle de la lettre."), Kind.NOT_FOUND)
    return person


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(config().secret_key, salt="reminders")
