"""What the pages of moderation share: the blueprint, who is there, and the addresses that letters carry."""

from flask import Blueprint
from flask_babel import force_locale
from flask_login import current_user

from participatory.identity.models import Person
from participatory.moderation.letters import LetterFacts, Links
from participatory.moderation.rules import Outcome
from participatory.proposals.models import Proposal
from participatory.rounds.rules import Phase
from participatory.web.filters import deadline_words
from participatory.web.pages import absolute_url
from participatory.web.settings import config

bp = Blueprint("moderation", __name__)


def present() -> Person:
    """Whoever is signed in."""
    person: Person = current_user
    return person


def letter_facts(proposal: Proposal, outcome: Outcome) -> LetterFacts:
    """What the letter to the authors says beside the decision, in the carrier's language."""
    asked = outcome is Outcome.ASK_CHANGES
    link = absolute_url("proposals.edit" if asked else "proposals.show", slug=proposal.slug)
    ends = proposal.round.calendar.starts(Phase.VOTING)
    with force_locale(proposal.author.locale if proposal.author else "fr"):
        return LetterFacts(link=link, deadline=deadline_words(ends), contact=config().contact_email)


def appeal_links(proposal: Proposal) -> Links:
    """Where an appeal is read by everybody, and where it is answered."""
    return Links(
        absolute_url("proposals.show", slug=proposal.slug, _anchor="moderation"),
        absolute_url("moderation.answer_appeal", public_id=proposal.public_id),
        absolute_url("moderation.settle_appeal", public_id=proposal.public_id),
    )
