"""Where readers propose other words for a project, and where its authors answer them."""

from flask import request
from flask.typing import ResponseReturnValue

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.proposals import amending, policy
from participatory.proposals.actions import locked
from participatory.proposals.amendment_forms import AmendForm, AnswerForm
from participatory.proposals.differences import Piece, text_differences, word_differences
from participatory.proposals.models import Proposal
from participatory.proposals.queries import proposal_by_slug
from participatory.proposals.records import Amendment
from participatory.proposals.together import AMENDABLE, IN_MARKDOWN
from participatory.proposals.writing import author, bp, reader
from participatory.web.access import public, signed_in
from participatory.web.limits import AMENDING, limited
from participatory.web.pages import absolute_url, notify, page, see_other


@bp.get("/projets/<slug>/amendements")
@public
def amendments(slug: str) -> ResponseReturnValue:
    """What readers proposed, and what the authors answered."""
    proposal = proposal_by_slug(slug)
    refuse_if(policy.can_see(proposal, reader()))
    return _listed(proposal)


def _differences(name: str, amendment: Amendment) -> list[Piece]:
    compared = text_differences if name in IN_MARKDOWN else word_differences
    return compared(amendment.before[name], amendment.after[name])


def _listed(
    proposal: Proposal, form: AnswerForm | None = None, answered: str = "", status: int = 200
) -> ResponseReturnValue:
    person = reader()
    found = [
        (each, {name: _differences(name, each) for name in each.after}) for each in amending.amendments_of(proposal)
    ]
    return page(
        "proposals/amendments.html",
        status=status,
        proposal=proposal,
        amendments=found,
        form=form or AnswerForm(formdata=None),
        answered=answered,
        answering=person is not None and policy.can_answer_amendment(proposal, person) is None,
        closed=policy.amendable(proposal, now()),
        me=person,
    )


@bp.get("/projets/<slug>/amender")
@signed_in
def amend(slug: str) -> ResponseReturnValue:
    """The texts of the project, to be written otherwise."""
    proposal = proposal_by_slug(slug)
    refuse_if(policy.can_amend(proposal, author(), now()))
    return _sheet(proposal, AmendForm(data=amending.texts_of(proposal)))


@bp.post("/projets/<slug>/amender")
@signed_in
@limited(AMENDING)
def propose_amendment(slug: str) -> ResponseReturnValue:
    """Propose the words that were typed."""
    proposal, form = proposal_by_slug(slug), AmendForm()
    if not form.validate():
        return _sheet(proposal, form, 422)
    typed = {name: form[name].data or "" for name in AMENDABLE}
    link = absolute_url("proposals.amendments", slug=proposal.slug)
    try:
        with transaction():
            held, why = locked(proposal.public_id), form.why.data or ""
            amending.propose(held, author(), typed, now(), why=why, link=link)
    except Refusal as refusal:
        if policy.can_see(proposal, author()) is not None:
            raise
        form.refuse(refusal)
        return _sheet(proposal, form, int(refusal.kind))
    notify(N_("Votre amendement est proposé. Nous vous dirons la réponse."))
    return see_other("proposals.amendments", slug=proposal.slug)


def _sheet(proposal: Proposal, form: AmendForm, status: int = 200) -> ResponseReturnValue:
    return page("proposals/amend.html", status=status, proposal=proposal, form=form)


@bp.post("/amendements/<public_id>/repondre")
@signed_in
def answer_amendment(public_id: str) -> ResponseReturnValue:
    """Accept an amendment, which makes a new version, or refuse it with a reason."""
    form, accepting = AnswerForm(), request.form.get("outcome") == "accept"
    found = amending.held_amendment(public_id)
    slug = found.proposal.slug
    refuse_if(policy.can_answer_amendment(found.proposal, author()))
    if not form.validate():
        return _listed(found.proposal, form, public_id, 422)
    link = absolute_url("proposals.amendments", slug=slug)
    deed = amending.accept if accepting else amending.refuse
    try:
        with transaction():
            deed(amending.held_amendment(public_id), author(), form.answer.data or "", link, now())
    except Refusal as refusal:
        form.refuse(refusal)
        return _listed(proposal_by_slug(slug), form, public_id, int(refusal.kind))
    if accepting:
        notify(N_("L’amendement est dans le projet, comme une nouvelle version."))
    else:
        notify(N_("L’amendement est refusé. Votre raison est envoyée."))
    return see_other("proposals.amendments", slug=slug)


@bp.post("/amendements/<public_id>/reprendre")
@signed_in
def take_amendment_back(public_id: str) -> ResponseReturnValue:
    """Take back what one proposed."""
    with transaction():
        amendment = amending.held_amendment(public_id)
        refuse_if(policy.can_see(amendment.proposal, author()))
        amending.take_back(amendment, author())
        slug = amendment.proposal.slug
    notify(N_("Vous avez repris votre amendement."))
    return see_other("proposals.amendments", slug=slug)
