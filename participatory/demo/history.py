"""What happened before: proposals submitted, judged and appraised, by the same actions as on the pages.

Every action takes the instant at which it happens, so the past is lived through, not painted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from participatory.appraisal.actions import LetterFacts as AppraisalFacts
from participatory.appraisal.actions import appraise
from participatory.appraisal.grid import QUESTIONS, Answer
from participatory.appraisal.preparing import fill_grid
from participatory.appraisal.rules import Finding
from participatory.core.database import db
from participatory.core.storage import ImageStore
from participatory.demo.illustrations import illustration
from participatory.demo.stories import Story, stories
from participatory.identity.models import Association, Person
from participatory.moderation.actions import decide
from participatory.moderation.letters import LetterFacts
from participatory.moderation.rules import Judgement, Outcome, Reason
from participatory.proposals.actions import Stamp, locked, save, stamp_of, start, submit
from participatory.proposals.content import Content
from participatory.proposals.costing import CoFunding, Funder, FundingState, Line
from participatory.proposals.models import Proposal
from participatory.proposals.rules import LineKind, Marker
from participatory.rounds.models import Round
from participatory.rounds.rulebook import Theme
from participatory.territories.models import Site

FACTS = LetterFacts(link="", deadline="", contact="")
APPRAISAL_FACTS = AppraisalFacts(link="", voting="", contact="")
OUTCOMES = {
    "changes_requested": Outcome.ASK_CHANGES,
    "admitted": Outcome.ADMIT,
    "refused": Outcome.REFUSE,
}


@dataclass(frozen=True)
class Cast:
    """Who plays, and where pictures are kept."""

    people: dict[str, Person]
    associations: dict[str, Association]
    sites: dict[str, Site]
    images: ImageStore


def known_sites() -> dict[str, Site]:
    """The sites by slug."""
    return {site.slug: site for site in db.session.scalars(sa.select(Site))}


def live_through_review(round_: Round, cast: Cast) -> None:
    """The forty-four projects of the student round: submitted, admitted by an association, appraised."""
    answers = {answer["ref"]: answer for answer in stories("appraisals")}
    written = (*stories("projects"), *stories("unfeasible_projects"))
    for number, story in enumerate(written):
        submitted_at = round_.submission_at + timedelta(days=2, hours=20 * number)
        proposal = _submitted(round_, story, cast, submitted_at, illustrated=number % 2 == 0)
        moderator = _moderator_for(story, cast, number)
        judged_at = submitted_at + timedelta(days=2, hours=3)
        decide(proposal.public_id, _judgement(proposal, Outcome.ADMIT), moderator, FACTS, judged_at)
        _appraise(proposal, answers[story["ref"]], cast, round_.review_at + timedelta(days=8, hours=20 * number))


def live_through_submission(round_: Round, cast: Cast, now: datetime) -> None:
    """The twelve projects of the round in submission, each in its own state."""
    written = stories("submission_projects")
    step = (now - round_.submission_at) / (len(written) + 2)
    for number, story in enumerate(written):
        moment = round_.submission_at + (number + 1) * step
        if story["state"] == "draft":
            _draft(round_, story, cast, moment)
            continue
        proposal = _submitted(round_, story, cast, moment, illustrated=number % 3 == 0)
        if story["moderation"] is not None:
            judged = story["moderation"]
            reason = Reason(judged["reason"]) if judged["reason"] else None
            moderator = cast.people[judged["moderator"]]
            judgement = _judgement(proposal, OUTCOMES[story["state"]], reason, judged["text"] or "")
            decide(proposal.public_id, judgement, moderator, FACTS, moment + step / 2)
            if judgement.outcome is Outcome.REFUSE:
                # A refusal takes two associations: another one finds the same thing a little later.
                second = _another(cast, story, moderator)
                decide(proposal.public_id, judgement, second, FACTS, moment + 0.6 * step)


def _draft(round_: Round, story: Story, cast: Cast, moment: datetime) -> Proposal:
    author = cast.people[story["author"]]
    place = cast.sites[story["site"]].id if story["site"] else None
    proposal = start(round_, author, place, moment, on_roll=True)
    save(proposal, author, _content(story, cast), Stamp("", stamp_of(proposal)), moment)
    return proposal


def _submitted(round_: Round, story: Story, cast: Cast, moment: datetime, *, illustrated: bool) -> Proposal:
    proposal = _draft(round_, story, cast, moment)
    content = _content(story, cast)
    if illustrated:
        picture = cast.images.keep(illustration(story["ref"], story["theme"]))
        content = replace(content, image_key=picture, image_alt="Illustration dessinée pour la démonstration")
    stamp = Stamp("", stamp_of(proposal))
    submit(
        proposal, cast.people[story["author"]], content, stamp, moment + timedelta(minutes=40), on_roll=True, link=""
    )
    return proposal


def _content(story: Story, cast: Cast) -> Content:
    lines: Iterable[Story] = story["lines"]
    return Content(
        title=story["title"],
        summary=story["summary"],
        need=story["need"],
        solution=story["solution"],
        site_id=cast.sites[story["site"]].id if story["site"] else None,
        theme=Theme(story["theme"]),
        markers=tuple(Marker(marker) for marker in story["markers"]),
        association_id=cast.associations[story["association"]].id,
        lines=tuple(
            Line(line["label"], line["quantity"], line["unit_cents"], LineKind(line["kind"]), row)
            for row, line in enumerate(lines)
        ),
        cofunding=tuple(
            CoFunding(Funder(each["funder"]), each["cents"], FundingState(each["state"]), each["name"], each["covers"])
            for each in story.get("cofunding", ())
        ),
        partial_min_cents=story.get("partial_min_cents"),
    )


def _moderator_for(story: Story, cast: Cast, number: int) -> Person:
    """Moderators in turn, never one of the association that carries the project."""
    moderators = [each for each in stories("people") if "moderator" in each["roles"]]
    free = [each for each in moderators if each["association"] != story["association"]]
    return cast.people[free[number % len(free)]["key"]]


def _another(cast: Cast, story: Story, first: Person) -> Person:
    """A moderator of an association that neither carries the project nor proposed to refuse it."""
    people = [cast.people[each["key"]] for each in stories("people") if "moderator" in each["roles"]]
    carrying = {cast.associations[story["association"]].id, first.association_id}
    carrying.add(cast.people[story["author"]].association_id)
    return next(each for each in people if each.association_id not in carrying)


def _judgement(proposal: Proposal, outcome: Outcome, reason: Reason | None = None, text: str = "") -> Judgement:
    """A judgement on the version that is there."""
    return Judgement(outcome, reason, text, locked(proposal.public_id).version)


def _appraise(proposal: Proposal, answer: Story, cast: Cast, moment: datetime) -> None:
    appraiser = cast.people["appraiser-1" if len(answer["reason"]) % 2 else "appraiser-2"]
    if answer["feasible"]:
        everything = {each.key: {"answer": Answer.YES.value, "evidence": ""} for each in QUESTIONS}
        fill_grid(proposal.public_id, everything, 0, appraiser, moment)
    finding = Finding(answer["feasible"], answer["final_cents"], answer["reason"], seen=0)
    appraise(proposal.public_id, finding, appraiser, APPRAISAL_FACTS, moment)
