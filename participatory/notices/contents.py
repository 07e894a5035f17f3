"""The public texts that may be reported: each sort says how one is found and how it is hidden."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.core.veils import Veil
from participatory.identity.models import Person
from participatory.proposals.models import Proposal


@dataclass(frozen=True)
class Content:
    """A text that readers see: whose it is, the project that it belongs to, and where it is read.

    `public`: whether everybody reads it at present, veils apart. `people` wrote it and are told what is decided.
    """

    kind: str
    key: str
    text: str
    proposal: Proposal
    people: tuple[Person, ...]
    veil: Veil
    public: bool
    endpoint: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def person(self) -> Person | None:
        """Whose it is first."""
        return next(iter(self.people), None)


@dataclass(frozen=True)
class ContentKind:
    """A sort of text: `label` is a French catalogue key; `find` raises Refusal (NOT_FOUND); `cover` veils it."""

    key: str
    label: str
    find: Callable[[str], Content]
    cover: Callable[[str, Veil], None]


_KINDS: dict[str, ContentKind] = {}


def offer_content(kind: ContentKind) -> None:
    """Have texts of this sort be reported; offering it again changes nothing."""
    _KINDS[kind.key] = kind


def kind_of(key: str) -> ContentKind:
    """A sort of text; raises Refusal (NOT_FOUND)."""
    found = _KINDS.get(key)
    if found is None:
        raise Refusal(N_("Ce texte n’existe pas ou n’est plus public."), Kind.NOT_FOUND)
    return found


def find_content(kind: str, key: str) -> Content:
    """A text, public or not; raises Refusal (NOT_FOUND)."""
    return kind_of(kind).find(key)


def content_if_any(kind: str, key: str) -> Content | None:
    """A text, public or not; None once it is gone for good, with its project."""
    try:
        return find_content(kind, key)
    except Refusal:
        return None


def public_content(kind: str, key: str) -> Content:
    """A text that readers see; raises Refusal (NOT_FOUND)."""
    found = find_content(kind, key)
    if not found.public:
        raise Refusal(N_("Ce texte n’existe pas ou n’est plus public."), Kind.NOT_FOUND)
    return found


def cover(kind: str, key: str, veil: Veil) -> None:
    """Show more or less of a text."""
    kind_of(kind).cover(key, veil)
