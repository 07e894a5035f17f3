"""Where a list is sent from: the Region for a round, or a referent for one establishment in it."""

from dataclasses import dataclass

from flask import url_for
from flask_login import current_user

from participatory.identity.models import Person
from participatory.rolls.columns import ColumnKind, Layout
from participatory.rolls.lists import ReadList, known_places, read_roll
from participatory.rolls.reading import Peppers
from participatory.rolls.uploads import Uploads
from participatory.rounds.models import Round
from participatory.territories.models import Establishment
from participatory.web.settings import config, secret_store


@dataclass(frozen=True)
class Desk:
    """A desk and the addresses of its pages; `establishment` is None for a list of several."""

    blueprint: str
    round: Round
    establishment: Establishment | None = None

    @property
    def key(self) -> str:
        """What sets the files of this desk apart from those of others."""
        return f"{self.round.public_id}-{self.establishment.id}" if self.establishment else self.round.public_id

    def url(self, name: str = "show", **values: object) -> str:
        """The address of one of its pages."""
        address: dict[str, object] = {"slug": self.round.slug}
        if self.establishment is not None:
            address["key"] = self.establishment.key
        return url_for(f"{self.blueprint}.{name}", **(address | values))  # type: ignore[arg-type]

    def read(self, content: bytes, layout: Layout) -> ReadList:
        """A file of this desk, read with columns that a person has confirmed."""
        peppers = Peppers(
            secret_store().get("identity", "installation"), secret_store().get("pepper", self.round.public_id)
        )
        return read_roll(content, layout, known_places(self.establishment), peppers)


def me() -> Person:
    """The person at the desk."""
    person: Person = current_user
    return person


def uploads() -> Uploads:
    """The files that wait for their confirmation."""
    return Uploads(config().instance / "imports")


def layout_of(head: str | None, kinds: list[str]) -> Layout:
    """A layout as a page sends it; what is no kind is a column that is not used."""
    known = {kind.value for kind in ColumnKind}
    number = int(head) if head and head.isascii() and head.isdecimal() and len(head) < 8 else 0
    return Layout(number, tuple(ColumnKind(kind) if kind in known else ColumnKind.UNUSED for kind in kinds[:100]))
