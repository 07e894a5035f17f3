"""What is taken away from a project's page: its sheet to print, files, feed, picture for networks, QR code."""

import segno
from flask import make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup, escape

from participatory.core.errors import refuse_if
from participatory.core.labels import label
from participatory.proposals import policy
from participatory.proposals.browsing import address, file_of, news
from participatory.proposals.exports import project_csv, project_json
from participatory.proposals.feeds import project_feed
from participatory.proposals.models import Move, Proposal
from participatory.proposals.queries import proposal_by_slug
from participatory.proposals.rules import PUBLIC, State
from participatory.proposals.sharing import Card, drawn
from participatory.proposals.writing import bp, reader
from participatory.web.access import public
from participatory.web.filters import money
from participatory.web.pages import absolute_url, page
from participatory.web.shell import SITE_NAME

# The moves that anybody may know of; what was asked of an author stays between author and moderators.
TOLD = PUBLIC | {State.SUBMITTED, State.WITHDRAWN, State.MERGED}
_HOUR = 3600


def told(proposal: Proposal) -> list[Move]:
    """What happened to a project, as far as anybody may know."""
    return [each for each in proposal.moves if each.target_state in TOLD]


def _readable(slug: str) -> Proposal:
    proposal = proposal_by_slug(slug)
    refuse_if(policy.can_see(proposal, reader()))
    return proposal


def _published(slug: str) -> Proposal:
    """A project that everybody reads: what is kept by others must not hold what only its author may see."""
    proposal = proposal_by_slug(slug)
    refuse_if(policy.can_see(proposal, None))
    return proposal


@bp.get("/projets/<slug>/fiche")
@public
def sheet(slug: str) -> ResponseReturnValue:
    """The project on one sheet of paper, with the QR code of its page."""
    proposal = _readable(slug)
    link = absolute_url("proposals.show", slug=proposal.slug)
    return page("proposals/sheet.html", proposal=proposal, round=proposal.round, link=link, qr=qr_of(link))


def qr_of(link: str) -> Markup:
    """The QR code of an address, as a picture that screen readers name."""
    svg = segno.make(link, error="m", micro=False).svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None)
    name = escape(_("Code QR de cette page"))
    return Markup(svg.replace("<svg ", f'<svg role="img" aria-label="{name}" ', 1))  # noqa: S704 — drawn by segno.


@bp.get("/projets/<slug>.csv")
@public
def project_table(slug: str) -> ResponseReturnValue:
    """The expenses of a project, as a table."""
    proposal = _published(slug)
    return file_of(project_csv(proposal), "text/csv", f"{proposal.slug}.csv")


@bp.get("/projets/<slug>.json")
@public
def project_data(slug: str) -> ResponseReturnValue:
    """The whole of a project, for programs."""
    proposal = _published(slug)
    return file_of(project_json(proposal, told(proposal), address), "application/json", f"{proposal.slug}.json")


@bp.get("/projets/<slug>.atom")
@public
def project_news(slug: str) -> ResponseReturnValue:
    """What happens to a project, for readers of news."""
    proposal = _published(slug)
    page_ = absolute_url("proposals.show", slug=proposal.slug)
    own = absolute_url("proposals.project_news", slug=proposal.slug)
    return news(project_feed(proposal, told(proposal), page_, own))


@bp.get("/projets/<slug>/carte.png")
@public
def card(slug: str) -> ResponseReturnValue:
    """The picture of a project for networks that show links; drawn once, and not sent again to whoever has it."""
    shown = card_of(_published(slug))
    response = make_response(b"")
    response.set_etag(shown.etag())
    response.headers["Content-Type"] = "image/png"
    response.vary.update(["Accept-Language", "Cookie"])
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.cache_control.public, response.cache_control.max_age = True, _HOUR
    unchanged = response.make_conditional(request)
    if unchanged.status_code != 304:
        unchanged.set_data(drawn(shown))
    return unchanged


def card_of(proposal: Proposal) -> Card:
    """What the picture of a project says, in the language of the request."""
    where = f"{proposal.site.name} · {proposal.site.department.name}" if proposal.site else _("Toute la région")
    over = _(label(proposal.theme)) if proposal.theme else proposal.round.title
    cost = str(money(proposal.cost_cents, proposal.round.currency))
    return Card(over, proposal.title, where, cost.replace("\u202f", "\u00a0"), _(SITE_NAME))
