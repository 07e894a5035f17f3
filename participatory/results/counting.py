"""Counting a closed round: reads the projects, the ballots and the roll, gives the document and its file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from participatory import __version__
from participatory.ballots.models import VoteStep
from participatory.ballots.queries import closing_of, opened_ballots, turnout
from participatory.proposals.models import Proposal
from participatory.proposals.queries import on_ballot
from participatory.results.alternatives import alternatives
from participatory.results.caps import capped
from participatory.results.document import Facts, Turnout, write_document
from participatory.results.editions import SCHEMA, Data, in_edition
from participatory.results.election import election_of, method_of, published_text, reference, terms_of
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST
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
    proposals, ballots = _of_contest(round_, contest), opened_ballots(round_, contest)
    election, terms = election_of(round_, proposals, ballots, contest), terms_of(round_, proposals, contest)
    profile = Profile.of(election)
    outcome = run_profile(profile, method_of(round_), terms)
    facts = _facts(round_, proposals, ballots, edition.software, declared)
    content = write_document(facts, election, terms, outcome, alternatives(profile, terms, outcome))
    document = in_edition(content, edition.schema)
    return Counted(document, published_text(election, terms, outcome, meta), outcome)


def _facts(
    round_: Round,
    proposals: Sequence[Proposal],
    ballots: Sequence[Choices],
    software: str,
    declared: frozenset[str] | None,
) -> Facts:
    people, closing = turnout(round_), closing_of(round_)
    known = {proposal.public_id for proposal in proposals}
    version = round_.current_version
    return Facts(
        round=_round(round_, closing),
        rulebook={"version": version.version, "digest": version.digest},
        software=software,
        floor_names={floor.key: floor.name for floor in version.rulebook.floors},
        capped=capped(version.rulebook, {reference(proposal): proposal for proposal in proposals}),
        roll=None if round_.imported else people.voters,
        signatures=closing.figures["signatures"] if closing else people.signatures,
        by_site=[Turnout(cell.name, cell.voters, cell.signatures) for cell in people.by_site],
        set_aside=sum(project not in known for choices in ballots for project, _ in choices),
        projects={reference(proposal): _described(proposal) for proposal in proposals},
        declared=declared,
    )


def _of_contest(round_: Round, contest: str) -> list[Proposal]:
    book = round_.rulebook
    found = on_ballot(round_)
    if not book.contests:
        return found
    return [each for each in found if book.contest_of(each.site.slug if each.site else None) == contest]


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


def _described(proposal: Proposal) -> Data:
    site = proposal.site
    return {
        "proposal": proposal.public_id,
        "title": proposal.title,
        "slug": proposal.slug,
        "site": site.name if site else None,
        "site_kind": site.kind if site else None,
        "department": site.department_code if site else None,
        "theme": proposal.theme_code,
        "image": proposal.image_key,
        # An imported project has no site of ours: the place that its own city gave is in its summary.
        "details": proposal.summary if proposal.external_ref else None,
    }
