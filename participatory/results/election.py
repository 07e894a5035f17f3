"""From a round to the election that is counted, and to the one file with which anybody can count it again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from participatory.core.clock import paris
from participatory.results.candidates import Candidate, frozen_links
from participatory.results.caps import caps_of
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST, BallotKind, Rulebook, TieBreak
from participatory.tally.amounts import format_amount
from participatory.tally.carried import COMMENT, as_comment
from participatory.tally.declared import rule_in_format, with_result
from participatory.tally.declared_method import method_as_items
from participatory.tally.declared_terms import terms_as_items, threshold_as_meta
from participatory.tally.election import Ballot, Choices, Election, Project, VoteType
from participatory.tally.linking import groups_among, requirements_among
from participatory.tally.methods import Method, RuleName
from participatory.tally.outcome import Outcome
from participatory.tally.pabulib import write_election
from participatory.tally.terms import Floor, Terms
from participatory.tally.ties import Lot, Order, Ties
from participatory.territories.rules import SiteKind

# Amounts are counted in cents.
UNIT = 100


def election_of(
    round_: Round, candidates: Sequence[Candidate], ballots: Iterable[Choices], contest: str = MAIN_CONTEST
) -> Election:
    """The election of a contest, in cents: the projects on its ballot and the choices of each ballot.

    `ballots` name projects by public identifier. A choice of a project that has left the
    ballot since is set aside; the ballot itself remains, even empty. Projects are in the
    order of their ids and ballots in that of their choices, with numbers that mean nothing:
    no order of arrival is left.
    """
    references = {each.public_id: each.reference for each in candidates}
    book = round_.rulebook
    worth = _worth(book)
    sorted_ballots = sorted(
        tuple(sorted((references[project], worth(value)) for project, value in choices if project in references))
        for choices in ballots
    )
    return Election(
        meta=_meta(round_, book, contest),
        projects=tuple(sorted((_project(each) for each in candidates), key=lambda project: project.id)),
        ballots=tuple(Ballot(str(number), choices) for number, choices in enumerate(sorted_ballots, start=1)),
        budget=book.amount_of(contest),
        unit=UNIT,
    )


def _worth(book: Rulebook) -> Callable[[int], int]:
    """What the value written on a ballot counts for: a rank is worth its weight, anything else itself."""
    weights = book.weights
    if book.ballot_kind is not BallotKind.RANKING:
        return lambda value: value
    return lambda rank: weights[rank - 1] if rank <= len(weights) else 0


def method_of(round_: Round) -> Method:
    """The rule of the rulebook in force, with its options where it is equal shares."""
    book = round_.rulebook
    if book.count_rule is not RuleName.MES:
        return Method(book.count_rule)
    return Method(
        book.count_rule,
        book.satisfaction,
        book.completion,
        book.stop,
        step=Fraction(book.step_cents) if book.step_cents else Fraction(book.step_permille, 1000),
        step_is_share=not book.step_cents,
    )


def terms_of(round_: Round, candidates: Sequence[Candidate], contest: str = MAIN_CONTEST) -> Terms:
    """What the rulebook in force fixes for the count of a contest, in cents; floors and caps bear on the main one.

    The links between projects that the opening froze bear on each.
    """
    book, links = round_.rulebook, frozen_links(round_)
    counted = {each.public_id: each.reference for each in candidates}
    partial = {each.reference: least for each in candidates if (least := each.partial_from_cents) is not None}
    main = contest == MAIN_CONTEST
    return Terms(
        budget=book.amount_of(contest),
        floors=tuple(
            Floor(
                floor.key,
                floor.amount_cents,
                frozenset(each.reference for each in candidates if _kind_of(each) in floor.site_kinds),
            )
            for floor in book.floors
            if main
        ),
        threshold=book.min_votes or None,
        order=_order(round_, book),
        caps=caps_of(book, {each.reference: each for each in candidates}) if main else (),
        groups=groups_among(links, counted),
        requires=requirements_among(links, counted),
        partial=partial if book.partial_funding else None,
    )


def published_text(election: Election, terms: Terms, outcome: Outcome, meta: Mapping[str, str] | None = None) -> str:
    """The `.pb` file that carries projects, ballots, result and the terms of the count.

    `meta` replaces what the file says of itself, for an imported election that has its own words.
    """
    counted = with_result(election, outcome)
    items = terms_as_items(terms, election.unit) | method_as_items(outcome.method, election.unit)
    ours = {"rule": rule_in_format(outcome, terms), COMMENT: as_comment(items)} | threshold_as_meta(terms)
    return write_election(replace(counted, meta=election.meta | dict(meta or {}) | ours))


def _order(round_: Round, book: Rulebook) -> Order:
    if book.tie_break is TieBreak.LEXICO:
        return Order(Ties.LEXICO)
    return Order(Ties.RULEBOOK, Lot(bytes.fromhex(book.tie_seed), round_.public_id))


def _kind_of(candidate: Candidate) -> SiteKind | None:
    site = candidate.proposal.site
    return site.site_kind if site else None


def _meta(round_: Round, book: Rulebook, contest: str) -> dict[str, str]:
    # The vote ends when the control begins, so its last day is the one before that instant.
    begin, end = paris(round_.voting_at), paris(round_.control_at - timedelta(seconds=1))
    pointed = book.ballot_kind in (BallotKind.POINTS, BallotKind.RANKING)
    vote_type = VoteType.SCORING if pointed else VoteType.APPROVAL
    amount_cents, area = book.amount_of(contest), one_line(book.name_of(contest)) if contest != MAIN_CONTEST else ""
    meta = {
        "description": " – ".join(filter(None, (one_line(round_.title), area))),
        "country": "France",
        "unit": "Occitanie",
    }
    if area:
        meta["subunit"] = area
    meta |= {
        "instance": str(begin.year),
        "budget": format_amount(amount_cents, UNIT),
        "vote_type": vote_type.value,
        "date_begin": f"{begin:%d.%m.%Y}",
        "date_end": f"{end:%d.%m.%Y}",
        "language": "fr",
        "currency": round_.currency,
    }
    if book.ballot_kind is BallotKind.APPROVAL:
        meta |= {"min_length": str(book.ballot_min), "max_length": str(book.ballot_max)}
    elif book.ballot_kind is BallotKind.KNAPSACK:
        meta |= {"max_sum_cost": format_amount(amount_cents, UNIT)}
    return meta


def _project(candidate: Candidate) -> Project:
    proposal, site = candidate.proposal, candidate.proposal.site
    described = {
        "category": proposal.theme_code or "",
        "neighborhood": site.name if site else "",
        "public_id": proposal.public_id,
    }
    extra = {column: value for column, value in described.items() if value}
    return Project(candidate.reference, candidate.cost_cents, one_line(candidate.title), extra)


def one_line(text: str) -> str:
    """A text without the line breaks with which a title could pass for another part of the file."""
    return " ".join(text.split())
