"""The two sorts of texts that may be reported: comments, and the texts of projects."""

from participatory.comments.actions import veil as veil_comment
from participatory.comments.queries import comment_at
from participatory.core.labels import N_
from participatory.core.veils import Veil
from participatory.notices.contents import Content, ContentKind, offer_content
from participatory.proposals.actions import locked
from participatory.proposals.queries import proposal_by_slug
from participatory.proposals.rules import PUBLIC

COMMENT, PROPOSAL = "comment", "proposal"


def offer_texts() -> None:
    """Offer both."""
    offer_content(ContentKind(COMMENT, N_("Un commentaire"), _comment, veil_comment))
    offer_content(ContentKind(PROPOSAL, N_("Le texte d’un projet"), _proposal, _veil_proposal))


def _comment(key: str) -> Content:
    comment = comment_at(key)
    public = comment.taken_back_at is None and comment.proposal.state in PUBLIC
    people = (comment.person,) if comment.person is not None else ()
    return Content(
        COMMENT, key, comment.text, comment.proposal, people, comment.veil, public, "comments.show", {"public_id": key}
    )


def _proposal(key: str) -> Content:
    proposal = proposal_by_slug(key)
    texts = (proposal.title, proposal.summary, proposal.need, proposal.solution, proposal.beneficiaries, proposal.team)
    text = "\n\n".join(each for each in texts if each)
    public = proposal.state in PUBLIC and not proposal.round.imported
    where = {"slug": proposal.slug}
    people = tuple(proposal.people)
    return Content(PROPOSAL, proposal.public_id, text, proposal, people, proposal.veil, public, "proposals.show", where)


def _veil_proposal(key: str, veil: Veil) -> None:
    locked(key).veil_code = veil.value
