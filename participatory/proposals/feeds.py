"""The public list and each project as Atom feeds (RFC 4287), for readers of news. Instants in UTC."""

from collections.abc import Callable, Sequence
from datetime import datetime

from feedgen.feed import FeedGenerator
from flask_babel import gettext as _

from participatory.core.labels import label
from participatory.proposals.models import Move, Proposal
from participatory.rounds.models import Round

MOST = 50
Address = Callable[[Proposal], str]


def _feed(title: str, page: str, own: str, updated: datetime) -> FeedGenerator:
    feed = FeedGenerator()
    feed.id(page)
    feed.title(title)
    feed.link(href=own, rel="self", type="application/atom+xml")
    feed.link(href=page, rel="alternate", type="text/html")
    feed.updated(updated)
    feed.author({"name": title})
    return feed


def list_feed(round_: Round, proposals: Sequence[Proposal], address: Address, page: str, own: str) -> bytes:
    """The latest projects of a round, each with its summary; `page` and `own` are absolute addresses."""
    latest = sorted(proposals, key=lambda each: (each.submitted_at or each.created_at, each.id), reverse=True)[:MOST]
    updated = max((each.updated_at for each in latest), default=round_.created_at)
    feed = _feed(_("Les projets de « %(title)s »", title=round_.title), page, own, updated)
    for each in latest:
        entry = feed.add_entry(order="append")
        entry.id(address(each))
        entry.title(each.title)
        entry.link(href=address(each))
        entry.published(each.submitted_at or each.created_at)
        entry.updated(each.updated_at)
        entry.summary(each.shown_summary)
    return bytes(feed.atom_str(pretty=True))


def project_feed(proposal: Proposal, moves: Sequence[Move], page: str, own: str) -> bytes:
    """What happened to a project, the latest first: `moves` are those that anybody may know of."""
    updated = moves[-1].at if moves else proposal.updated_at
    feed = _feed(proposal.title, page, own, updated)
    for move in reversed(moves):
        entry = feed.add_entry(order="append")
        entry.id(f"{page}#etape-{move.id}")
        entry.title(_(label(move.target_state)))
        entry.link(href=page)
        entry.updated(move.at)
        entry.summary(proposal.shown_summary)
    return bytes(feed.atom_str(pretty=True))
