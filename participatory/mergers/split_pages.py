"""Proposing that a project become two, as one who writes it or as one who judges it, and answering."""

from datetime import datetime

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.mergers import policy, splitting
from participatory.mergers.forms import SplitForm
from participatory.mergers.models import Split
from participatory.mergers.queries import open_split_of, split_by_id, split_from, splits_into, unfinished_split_of
from participatory.mergers.rules import SplitOutcome
from participatory.proposals.actions import locked
from participatory.proposals.models import Proposal
from participatory.proposals.policy import can_see, is_author
from participatory.proposals.queries import proposal_by_slug
from participatory.web.access import requires, signed_in
from participatory.web.pages import absolute_url, notify, page, see_other

bp = Blueprint("splits", __name__)


def _person() -> Person:
    person: Person = current_user._get_current_object()  # noqa: SLF001
    return person


def _link(split: Split) -> str:
    return absolute_url("splits.show", public_id=split.public_id)


@bp.route("/projets/<slug>/partager", methods=["GET", "POST"])
@signed_in
def propose(slug: str) -> ResponseReturnValue:
    """Propose that the project that one writes become two."""
    proposal = proposal_by_slug(slug)
    refuse_if(policy.can_begin_split(proposal, _person(), now()))
    return _asked(proposal)


@bp.route("/projets/<slug>/suggerer-un-partage", methods=["GET", "POST"])
@requires(Permission.READ_UNPUBLISHED)
def suggest(slug: str) -> ResponseReturnValue:
    """Suggest to the authors of a project that one reads for one's task that it become two: they decide."""
    proposal = proposal_by_slug(slug)
    refuse_if(policy.can_suggest_split(proposal, _person(), now()))
    return _asked(proposal, suggesting=True)


def _asked(proposal: Proposal, *, suggesting: bool = False) -> ResponseReturnValue:
    form = SplitForm()
    form.offer(proposal)
    if not form.validate_on_submit():
        return _form_page(proposal, form, 422 if request.method == "POST" else 200, suggesting=suggesting)
    try:
        with transaction():
            source = locked(proposal.public_id)
            carrier = next((each for each in source.people if each.public_id == form.carrier.data), None)
            split = splitting.propose(
                source, _person(), carrier, now(), title=form.title.data or "", message=form.message.data or ""
            )
            public_id = split.public_id
    except Refusal as refused:
        form.refuse(refused)
        return _form_page(proposal, form, int(refused.kind), suggesting=suggesting)
    return _proposed(public_id)


def _form_page(proposal: Proposal, form: SplitForm, status: int, *, suggesting: bool) -> ResponseReturnValue:
    return page("mergers/split.html", status=status, form=form, proposal=proposal, suggesting=suggesting)


def _proposed(public_id: str) -> ResponseReturnValue:
    """Write to those who are asked; whoever writes the project alone has it split at once."""
    with transaction():
        split = split_by_id(public_id, held=True)
        locked(split.source.public_id)
        outcome = splitting.part_if_agreed(split, _person(), _link(split), now())
        if outcome is SplitOutcome.OPEN:
            splitting.tell_people(split, "split_proposed", _link(split), now(), but=_person())
    if outcome is SplitOutcome.OPEN:
        notify(N_("Votre proposition est envoyée à toutes les personnes qui écrivent ce projet."))
    return _after(public_id, outcome)


def _after(public_id: str, outcome: SplitOutcome) -> ResponseReturnValue:
    if outcome is SplitOutcome.DONE:
        notify(N_("Le second projet est créé, comme un brouillon. Gardez dans chacun sa part, puis déposez les deux."))
    return see_other("splits.show", public_id=public_id)


@bp.get("/partages/<public_id>")
@signed_in
def show(public_id: str) -> ResponseReturnValue:
    """A proposed split, for those who are asked: what would go, who has answered, the answer, and what comes next."""
    split, person = split_by_id(public_id), _person()
    refuse_if(policy.can_read_split(split, person))
    own = next((each for each in split.consents if each.person_id == person.id), None)
    return page(
        "mergers/split_show.html",
        split=split,
        own=own,
        obstacle=policy.can_answer_split(split, person, now()) if own else None,
        proposer=split.proposed_by_id == person.id,
        writing=is_author(person, split.source),
    )


@bp.post("/partages/<public_id>")
@signed_in
def answer(public_id: str) -> ResponseReturnValue:
    """Agree, refuse, or take one's proposal back."""
    act = request.form.get("act", "")
    with transaction():
        split = split_by_id(public_id, held=True)
        refuse_if(policy.can_read_split(split, _person()))
        locked(split.source.public_id)
        if act == "withdraw":
            outcome = splitting.withdraw(split, _person(), _link(split), now())
        elif act in {"yes", "no"}:
            outcome = splitting.answer(split, _person(), _link(split), now(), yes=act == "yes")
        else:
            raise Refusal(N_("La page est incomplète : rechargez-la, puis répondez."))
    if outcome is not SplitOutcome.DONE:
        notify(N_("Votre réponse est enregistrée."))
    return _after(public_id, outcome)


def told_of(proposal: Proposal, person: Person | None, moment: datetime) -> dict[str, object]:
    """What the page of a project says of splits: where it comes from, what came of it, what may be asked."""
    made, own = split_from(proposal), person is not None and is_author(person, proposal)
    parts = [each for each in splits_into(proposal) if each.part is not None]
    return {
        "made": made if made is not None and can_see(made.source, person) is None else None,
        "parts": [each for each in parts if each.part is not None and can_see(each.part, person) is None],
        "unseen": any(each.part is not None and can_see(each.part, person) is not None for each in parts),
        "splitting": open_split_of(proposal) if own else None,
        "divisible": own
        and person is not None
        and unfinished_split_of(proposal) is None
        and policy.can_begin_split(proposal, person, moment) is None,
        "suggestible": person is not None and policy.can_suggest_split(proposal, person, moment) is None,
    }
