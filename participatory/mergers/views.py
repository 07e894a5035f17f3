"""Similar projects while one writes, asking to join one, proposing that two become one, and answering."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.mergers import actions, holdings, joining, policy, split_pages, splitting, telling
from participatory.mergers.forms import JoinForm, MergerForm
from participatory.mergers.models import Merger
from participatory.mergers.queries import (
    became,
    merger_by_id,
    open_merger_of,
    origins_of,
    request_by_id,
    request_of,
    requests_on,
    similar_to,
    to_unite_with,
)
from participatory.mergers.rules import Outcome
from participatory.proposals.actions import locked
from participatory.proposals.context import register_helper, register_leaver, register_panel, register_successor
from participatory.proposals.models import Proposal
from participatory.proposals.policy import can_edit, can_see, is_author
from participatory.proposals.queries import proposal_by_slug
from participatory.web.access import signed_in
from participatory.web.pages import absolute_url, notify, page, see_other
from participatory.web.settings import secret_store

bp = Blueprint("mergers", __name__)


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    app.register_blueprint(split_pages.bp)
    holdings.offer(app)
    telling.tell_in_time(app)
    register_helper(similar_panel)
    register_panel(together_panel)
    register_successor(became)
    register_leaver(splitting.leaves_of)


def _person() -> Person:
    person: Person = current_user._get_current_object()  # noqa: SLF001
    return person


def _similar(proposal: Proposal, title: str, rest: str) -> Markup:
    found = similar_to(proposal, title, rest)
    return Markup(render_template("mergers/_similar.html", proposal=proposal, found=found))  # noqa: S704 — escaped.


def similar_panel(proposal: Proposal, person: Person, moment: datetime) -> Markup:
    """Beside the form of a project: those that look like it, which is no reason not to submit it."""
    return _similar(proposal, proposal.title, f"{proposal.summary} {proposal.need}")


@bp.get("/projets/<slug>/semblables")
@signed_in
def similar(slug: str) -> ResponseReturnValue:
    """The projects that look like what is being typed, alone for htmx."""
    proposal = proposal_by_slug(slug)
    refuse_if(can_edit(proposal, _person(), now()))
    title, rest = (request.args.get(name, "")[:2000] for name in ("title", "summary"))
    return _similar(proposal, title, f"{rest} {proposal.need}")


def together_panel(proposal: Proposal, person: Person | None, moment: datetime) -> str:
    """On the page of a project: what it was made of, who asks to join, and how it may be joined."""
    own = person is not None and is_author(person, proposal)
    origins = origins_of(proposal)
    joinable = person is not None and policy.can_ask(proposal, person, moment) is None
    uniting = own and person is not None and policy.can_begin(proposal, person, moment) is None
    split = split_pages.told_of(proposal, person, moment)
    if not (origins or joinable or own or any(split.values())):
        return ""
    html = render_template(
        "mergers/_panel.html",
        proposal=proposal,
        origins=origins,
        requests=requests_on(proposal) if own else [],
        asked=request_of(proposal, person) if joinable and person is not None else None,
        joinable=joinable,
        uniting=uniting,
        waiting=open_merger_of(proposal) if own else None,
        **split,
    )
    return Markup(html)  # noqa: S704 — the template escapes what people wrote.


@bp.route("/projets/<slug>/rejoindre", methods=["GET", "POST"])
@signed_in
def join(slug: str) -> ResponseReturnValue:
    """Ask the authors of a project to write it with them, instead of submitting a double; or support and follow it."""
    proposal, form = proposal_by_slug(slug), JoinForm()
    refuse_if(policy.can_ask(proposal, _person(), now()))
    if not form.validate_on_submit():
        asked = request_of(proposal, _person())
        status = 422 if request.method == "POST" else 200
        return page("mergers/join.html", status=status, form=form, proposal=proposal, asked=asked)
    link = absolute_url("proposals.show", slug=proposal.slug, _anchor="ensemble")
    with transaction():
        new = joining.ask(locked(proposal.public_id), _person(), form.message.data or "", link, now())
    sent = N_("Votre demande est envoyée aux auteurs : vous saurez ce qu’ils répondent.")
    notify(sent if new else N_("Votre demande attend déjà leur réponse."), "success" if new else "info")
    return see_other("proposals.show", slug=proposal.slug)


@bp.post("/projets/<slug>/rejoindre/<public_id>")
@signed_in
def answer_request(slug: str, public_id: str) -> ResponseReturnValue:
    """Say yes or no to somebody who asks to join."""
    yes = request.form.get("act") == "accept"
    link = absolute_url("proposals.show", slug=slug)
    with transaction():
        proposal = locked(proposal_by_slug(slug).public_id)
        asked = request_by_id(public_id)
        if asked.proposal_id != proposal.id:
            refuse_if(can_see(proposal, None))
            raise Refusal(N_("Cette demande porte sur un autre projet : rechargez la page."))
        joining.answer(asked, _person(), link, now(), yes=yes)
    accepted = N_("Vous écrivez maintenant ce projet ensemble.")
    notify(accepted if yes else N_("Votre réponse est envoyée."))
    return see_other("proposals.show", _anchor="ensemble", slug=slug)


@bp.route("/projets/<slug>/reunir", methods=["GET", "POST"])
@signed_in
def propose(slug: str) -> ResponseReturnValue:
    """Propose that a project become one with another."""
    proposal, form = proposal_by_slug(slug), MergerForm()
    refuse_if(policy.can_begin(proposal, _person(), now()))
    others = to_unite_with(proposal, _person())
    form.offer(proposal, others)
    if not form.validate_on_submit():
        return _form_page(proposal, form, others, 422 if request.method == "POST" else 200)
    try:
        with transaction():
            held = {each: locked(each) for each in sorted({proposal.public_id, str(form.other.data)})}
            this, other = held[proposal.public_id], held[str(form.other.data)]
            kept, gone = (this, other) if form.kept.data == "this" else (other, this)
            merger = actions.propose(kept, gone, _person(), form.message.data or "", now())
    except Refusal as refused:
        form.refuse(refused)
        return _form_page(proposal, form, others, int(refused.kind))
    return _proposed(merger.public_id)


def _proposed(public_id: str) -> ResponseReturnValue:
    """Write to those who are asked; whoever writes both projects alone makes them one at once."""
    with transaction():
        merger = merger_by_id(public_id, held=True)
        actions.hold(merger)
        outcome = actions.unite_if_agreed(merger, _person(), _pepper(merger), _link(merger), now())
        if outcome is Outcome.OPEN:
            actions.tell_people(merger, "merger_proposed", _link(merger), now(), but=_person())
    if outcome is Outcome.DONE:
        notify(N_("Les deux projets n’en font plus qu’un."))
        return see_other("proposals.show", slug=merger_by_id(public_id).kept.slug)
    notify(N_("Votre proposition est envoyée à toutes les personnes qui écrivent l’un ou l’autre projet."))
    return see_other("mergers.show", public_id=public_id)


def _form_page(proposal: Proposal, form: MergerForm, others: list[Proposal], status: int) -> ResponseReturnValue:
    return page("mergers/propose.html", status=status, form=form, proposal=proposal, others=others)


def _pepper(merger: Merger) -> bytes:
    return secret_store().get("pepper", merger.round.public_id)


def _link(merger: Merger) -> str:
    return absolute_url("mergers.show", public_id=merger.public_id)


@bp.get("/reunions/<public_id>")
@signed_in
def show(public_id: str) -> ResponseReturnValue:
    """A proposed merger, for those who are asked: the texts, who has answered, and the answer."""
    merger, person = merger_by_id(public_id), _person()
    refuse_if(policy.can_read(merger, person))
    own = next(each for each in merger.consents if each.person_id == person.id)
    obstacle = policy.can_answer(merger, person, now())
    return page(
        "mergers/show.html", merger=merger, own=own, obstacle=obstacle, proposer=merger.proposed_by_id == person.id
    )


@bp.post("/reunions/<public_id>")
@signed_in
def answer(public_id: str) -> ResponseReturnValue:
    """Agree, refuse, or take one's proposal back."""
    act = request.form.get("act", "")
    with transaction():
        merger = merger_by_id(public_id, held=True)
        refuse_if(policy.can_read(merger, _person()))
        actions.hold(merger)
        if act == "withdraw":
            outcome = actions.withdraw(merger, _person(), _link(merger), now())
        elif act in {"yes", "no"}:
            pepper = _pepper(merger)
            outcome = actions.answer(merger, _person(), pepper, _link(merger), now(), yes=act == "yes")
        else:
            raise Refusal(N_("La page est incomplète : rechargez-la, puis répondez."))
    if outcome is Outcome.DONE:
        notify(N_("Tout le monde est d’accord : les deux projets n’en font plus qu’un."))
        return see_other("proposals.show", slug=merger_by_id(public_id).kept.slug)
    notify(N_("Votre réponse est enregistrée."))
    return see_other("mergers.show", public_id=public_id)
