"""Favourites: the projects that a visitor marked while browsing, in a cookie of their own browser alone.

They wait for the vote, weeks later, so the cookie outlives the visit; the visitor sets it by their own click, and it
holds public identifiers alone: nobody reads it as a vote.
"""

import re
from datetime import timedelta

from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.proposals import policy
from participatory.proposals.queries import proposal_by_slug
from participatory.proposals.writing import bp, reader
from participatory.web.access import public
from participatory.web.cookies import Cookie
from participatory.web.limits import FAVOURITES, limited
from participatory.web.pages import page, see_other, wants_fragment
from participatory.web.settings import config

COOKIE = "favoris"
LASTS = timedelta(days=180)
MOST = 120
_ID = re.compile(r"[0-9a-z]{12}")

DECLARED = Cookie(
    COOKIE,
    N_("retrouver au moment du vote les projets que vous avez marqués"),
    N_("les numéros publics des projets marqués"),
    N_("six mois après le dernier projet marqué, ou jusqu’à ce que vous n’en marquiez plus aucun"),
)


def favourites() -> list[str]:
    """The public identifiers that this browser marked, the latest last; nothing of a cookie that we did not write."""
    found = dict.fromkeys(request.cookies.get(COOKIE, "").split("."))
    return [each for each in found if _ID.fullmatch(each)][-MOST:]


def write(response: BaseResponse, marked: list[str]) -> None:
    """Keep these marks in the browser; none at all removes the cookie."""
    rules = {"secure": config().production, "httponly": True, "samesite": "Lax"}
    if marked:
        response.set_cookie(COOKIE, ".".join(marked[-MOST:]), max_age=LASTS, **rules)  # type: ignore[arg-type]
    else:
        response.delete_cookie(COOKIE, **rules)  # type: ignore[arg-type]


@bp.post("/projets/<slug>/favori")
@public
@limited(FAVOURITES)
def mark(slug: str) -> ResponseReturnValue:
    """Mark a project, or take the mark away; sent twice, it is done once."""
    proposal = proposal_by_slug(slug)
    refuse_if(policy.can_see(proposal, reader()))
    kept = [each for each in favourites() if each != proposal.public_id]
    removing = request.form.get("act") == "remove"
    if not removing and len(kept) >= MOST:
        raise Refusal(N_("Vous avez marqué %(most)s projets, le maximum : retirez-en un."), Kind.INVALID, most=MOST)
    marked = kept if removing else [*kept, proposal.public_id]
    answer: Response | BaseResponse
    if wants_fragment():
        answer = page("proposals/_favourite.html", "proposals/_favourite.html", p=proposal, marked=marked)
    elif request.form.get("from") == "list":
        answer = see_other("proposals.index", _anchor=f"projet-{proposal.public_id}", slug=proposal.round.slug)
    else:
        answer = see_other("proposals.show", slug=proposal.slug)
    write(answer, marked)
    return answer
