"""After a refusal, the pages of the authors: answer beside it, and ask that it be looked at again."""

from flask import request
from flask.typing import ResponseReturnValue

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.moderation.appealing import answer, appeal
from participatory.moderation.board import appeal_links, bp, present
from participatory.moderation.policy import can_answer, can_appeal
from participatory.moderation.queries import refusal_of
from participatory.moderation.rules import answer_until
from participatory.moderation.work_forms import WordsForm
from participatory.proposals.models import Proposal
from participatory.proposals.policy import is_author
from participatory.proposals.queries import proposal_by_slug
from participatory.web.access import signed_in
from participatory.web.pages import notify, page, see_other

_ANSWERED = N_("Votre réponse est publiée à côté du refus.")
_APPEALED = N_("Le réexamen est demandé. Le tirage au sort et l’échéance sont publiés ci-dessous.")


def open_pages() -> None:
    """Give the blueprint its pages: importing this module has done it."""


@bp.route("/projets/<slug>/contester", methods=["GET", "POST"])
@signed_in
def contest(slug: str) -> ResponseReturnValue:
    """Answer a refusal, or appeal: two forms, one text each."""
    proposal, act = proposal_by_slug(slug), request.form.get("act", "")
    if not is_author(present(), proposal):
        raise Refusal(N_("Seules les personnes qui portent ce projet peuvent le faire."), Kind.FORBIDDEN)
    forms = {
        name: WordsForm(formdata=request.form if act == name else None, prefix=name) for name in ("reply", "appeal")
    }
    form = forms.get(act)
    if form is not None and form.validate():
        try:
            with transaction():
                _carry_out(proposal, act, form.words.data or "")
            notify(_ANSWERED if act == "reply" else _APPEALED)
            return see_other("proposals.show", slug=proposal.slug, _anchor="moderation")
        except Refusal as refused:
            form.refuse(refused)
            return _contest_page(proposal, forms, int(refused.kind))
    return _contest_page(proposal, forms, 422 if request.method == "POST" else 200)


def _carry_out(proposal: Proposal, act: str, words: str) -> None:
    if act == "reply":
        answer(proposal.public_id, present(), words, now())
    else:
        appeal(proposal.public_id, present(), words, appeal_links(proposal), now())


def _contest_page(proposal: Proposal, forms: dict[str, WordsForm], status: int) -> ResponseReturnValue:
    decision, moment = refusal_of(proposal), now()
    if decision is None:
        refuse_if(Refusal(N_("Ce projet n’a pas été refusé."), Kind.NOT_FOUND))
    assert decision is not None
    return page(
        "moderation/contest.html",
        status=status,
        proposal=proposal,
        decision=decision,
        forms=forms,
        form=next((each for each in forms.values() if each.errors), forms["appeal"]),
        no_reply=can_answer(present(), decision, moment),
        no_appeal=can_appeal(present(), decision, moment),
        until=answer_until(decision.decided_at, proposal.round.voting_at, proposal.round.rulebook),
    )
