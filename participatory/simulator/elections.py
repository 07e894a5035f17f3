"""The published elections on which parameters are tried, read from the file with which anybody counts again."""

from dataclasses import dataclass
from functools import lru_cache

from flask_babel import gettext

from participatory.core.labels import label
from participatory.results.editions import Data
from participatory.results.models import Publication
from participatory.results.reading import Result
from participatory.rounds.rulebook import Theme
from participatory.simulator.rules import Parameters, Simulation, Tags, simulate
from participatory.tally.declared_method import declared_method
from participatory.tally.declared_terms import declared_terms, items_of
from participatory.tally.methods import Method
from participatory.tally.pabulib import read_election
from participatory.tally.profile import Profile
from participatory.tally.rules import GREEDY
from participatory.tally.terms import Terms
from participatory.territories.rules import SiteKind


@dataclass(frozen=True)
class Past:
    """An election as its published file gives it; `unit` of its integer units make one of the currency."""

    profile: Profile
    method: Method
    terms: Terms
    tags: Tags
    unit: int


@lru_cache(maxsize=4)
def _past(digest: str, election: str, document: str) -> Past:
    # A publication never changes, so that its digest stands for it; the texts are compared all the same.
    read, result = read_election(election), Result.of(document)
    tags = {each["id"]: tags_of(each) for each in result.data["projects"]}
    method = declared_method(items_of(read), read.unit) or GREEDY
    return Past(Profile.of(read), method, declared_terms(read), tags, read.unit)


def past_election(publication: Publication) -> Past:
    """The election of a publication; seconds for a region the first time, nothing after that."""
    return _past(publication.digest, publication.election, publication.document)


@lru_cache(maxsize=256)
def _tried(digest: str, election: str, document: str, parameters: Parameters) -> Simulation:
    past = _past(digest, election, document)
    return simulate(past.profile, past.method, past.terms, past.tags, parameters)


def tried_on(publication: Publication, parameters: Parameters) -> Simulation:
    """What the parameters would have given; raises IndexError for a rule that cannot be tried on it."""
    return _tried(publication.digest, publication.election, publication.document, parameters)


def tags_of(project: Data) -> frozenset[str]:
    """The codes of theme and kind of site of a project and the names of its site, or what its own city says of it."""
    known = (project["theme"], project["site_kind"], project["site"])
    told = (project["details"] or "").split(" · ")
    return frozenset(each for each in (*known, *told) if each)


def named(tag: str) -> str:
    """A place or category in the words of the page."""
    for kind in (Theme, SiteKind):
        if tag in [member.value for member in kind]:
            return str(gettext(label(kind(tag))))
    return tag
