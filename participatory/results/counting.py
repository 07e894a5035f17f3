"""Counting a closed round: reads the projects, the ballots and the roll, gives the document and its file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from participatory import __version__
from participatory.ballots.models import VoteStep
from participatory.ballots.queries import closing_of, opened_ballots
from participatory.results.alternatives import alternatives
from participatory.results.candidates import Candidate, candidates_of, frozen_links
from participatory.results.caps import cap_names
from participatory.results.document import Facts, Turnout, write_document
from participatory.results.editions import SCHEMA, Data, in_edition
from participatory.results.election import election_of, method_of, published_text, terms_of
from participatory.results.electorate import electorate_of
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST, Rulebook
from participatory.tally.election import Choices
from participatory.tally.outcome import Outcome
from participatory.tally.profile import Profile
from participatory.tally.rules import run_profile


@dataclass(frozen=True)
class Counted:
    """A count: the frozen document, the `.pb` text with which it can be done again, and the outcome."""

    document: str
    election: str
    outcome: Outcome


@dataclass(frozen=True)
class Edition:
    """The version of the software that a document names, and the form in which it is written."""

    software: str = __version__
    schema: str = SCHEMA


CURRENT = Edition()


def count_round(
    round_: Round,
    edition: Edition = CURRENT,
    declared: frozenset[str] | None = None,
    meta: Mapping[str, str] | None = None,
    contest: str = MAIN_CONTEST,
) -> Counted:
    """Count the opened ballots of one contest under the rulebook; reads much and writes nothing, so it needs no lock.

    `edition` is that of an earlier count, for comparing with it. `declared` and `meta`
    come with an imported election: the winners and the words of its own file.
    """
    candidates, ballots = candidates_of(round_, contest), opened_ballots(round_, contest)
    election, terms = election_of(round_, candidates, ballots, contest), terms_of(round_, candidates, contest)
    profile = Profile.of(election)
    outcome = run_profile(profile, method_of(round_), terms)
    facts = replace(_facts(round_, contest, candidates, ballots, edition.software), declared=declared)
    content = write_document(facts, election, terms, outcome, alternatives(profile, terms, outcome))
    document = in_edition(content, edition.schema)
    return Counted(document, published_text(election, terms, outcome, meta), outcome)


def _facts(
    round_: Round, contest: str, candidates: Sequence[Candidate], ballots: Sequence[Choices], software: str
) -> Facts:
    people, known = electorate_of(round_, contest), {each.public_id for each in candidates}
    version = round_.current_version
    return Facts(
        round=_round(round_, closing_of(round_)),
        contest=_contest(version.rulebook, contest),
        rulebook={"version": version.version, "digest": version.digest},
        software=software,
        floor_names={floor.key: floor.name for floor in version.rulebook.floors},
        cap_names=cap_names(version.rulebook, {each.reference: each for each in candidates}),
        roll=None if round_.imported else people.voters,
        signatures=people.signatures,
        by_site=[Turnout(cell.name, cell.voters, cell.signatures) for cell in people.by_site],
        set_aside=sum(project not in known for choices in ballots for project, _ in choices),
        projects={each.reference: _described(each) for each in candidates},
        links=frozen_links(round_),
    )


def _contest(book: Rulebook, contest: str) -> Data | None:
    """Which envelope this is, where there are several."""
    return {"key": contest, "name": book.name_of(contest)} if book.contests else None


def _round(round_: Round, closing: VoteStep | None) -> Data:
    # Deeds are told and not the calendar, of which later dates may still move before the publication.
    return {
        "id": round_.public_id,
        "slug": round_.slug,
        "title": round_.title,
        "closed_at": closing.at.isoformat(timespec="seconds") if closing else None,
        "currency": round_.currency,
        "origin": round_.origin,
    }


def _described(candidate: Candidate) -> Data:
    proposal, site = candidate.proposal, candidate.proposal.site
    return {
        "proposal": proposal.public_id,
        "title": candidate.title,
        "slug": proposal.slug,
        "site": site.name if site else None,
        "site_kind": site.kind if site else None,
        "department": site.department_code if site else None,
        "theme": proposal.theme_code,
        "image": proposal.image_key,
        # An imported project has no site of ours: the place that its own city gave is in its summary.
        "details": proposal.summary if proposal.round.imported else None,
    }
