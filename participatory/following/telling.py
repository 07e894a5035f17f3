"""Followers are told when a project moves, in the transaction in which it does."""

from datetime import datetime

from participatory.following.queries import followers
from participatory.following.rules import TOLD
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.proposals.models import Move, Proposal
from participatory.proposals.rules import State
from participatory.proposals.signals import moved
from participatory.web.pages import absolute_url


def tell_followers(proposal: Proposal, *, move: Move, now: datetime) -> None:
    """Tell everybody who follows a project that it passed to a state that anybody may know of."""
    words = TOLD.get(State(move.target))
    if words is None:
        return
    # The page of a project that was taken back is not public any more.
    gone = move.target == State.WITHDRAWN
    link = absolute_url("following.index") if gone else absolute_url("proposals.show", slug=proposal.slug)
    # A title is one line: a letter's first line is its subject.
    title = " ".join(proposal.title.split())
    own = {each.id for each in proposal.people}
    for person in followers(proposal):
        if person.id not in own:
            tell(person, Topic.FOLLOWED, "followed_moved", now, link=link, title=title, said=words)


def listen() -> None:
    """Have every move heard; said again, it changes nothing."""
    moved.connect(tell_followers)
