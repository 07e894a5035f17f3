"""The pages where projects are shared among those who appraise: the table of a round, and the groups."""

from dataclasses import dataclass

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participatory.appraisal import assigning
from participatory.appraisal.models import AppraisalGroup, Assignment
from participatory.appraisal.policy import can_assign
from participatory.appraisal.queries import Reach, proposal_to_appraise, rounds_to_appraise, waiting_in
from participatory.appraisal.work import bp
from participatory.appraisal.work_forms import AssignForm, ButtonForm, GroupForm
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.proposals.models import Proposal
from participatory.rounds.models import Round
from participatory.rounds.rulebook import Theme
from participatory.territories.queries import sites
from participatory.web.access import requires
from participatory.web.pages import absolute_url, notify, page, see_other


@dataclass(frozen=True)
class Row:
    """A project that waits, who has it or who could, and the form that hands it to somebody."""

    proposal: Proposal
    held: Assignment | None
    late: bool
    suggested: assigning.Hands | None
    form: AssignForm
    obstacle: Refusal | None


def round_of(slug: str) -> Round | None:
    """The round of this address among those that the person appraises, the first when none is asked for."""
    rounds = rounds_to_appraise(now(), _reach())
    found = next((each for each in rounds if not slug or each.slug == slug), None)
    if found is None and slug:
        raise Refusal(N_("Il n’y a pas de budget à cette adresse."), Kind.NOT_FOUND)
    return found


@bp.route("/instruction/repartition", methods=["GET", "POST"])
@requires(Permission.APPRAISE)
def share() -> ResponseReturnValue:
    """Who has which project of a round; a POST hands out those that nobody has, as suggested."""
    round_ = round_of(request.values.get("budget", ""))
    if round_ is None:
        return page("appraisal/none.html")
    if ButtonForm().validate_on_submit():
        number = _hand_out(round_)
        notify(N_("Projets confiés : %(number)s. Les personnes sont prévenues."), number=number) if number else notify(
            N_("Rien n’a été confié : chaque projet a déjà quelqu’un, ou aucun groupe ne le prend."), "info"
        )
        return see_other("appraisal_work.share", budget=round_.slug)
    return _table(round_)


def _table(round_: Round, typed: tuple[Proposal, AssignForm] | None = None, status: int = 200) -> Response:
    waiting, held, moment = waiting_in(round_, _reach()), assigning.assignments_of(round_), now()
    suggested = assigning.suggestions([each for each in waiting if each.id not in held])
    groups, people = assigning.groups(), assigning.appraisers()
    rows = []
    for each in waiting:
        form = typed[1] if typed and typed[0].id == each.id else _form(each, held.get(each.id), groups, people)
        late = each.id in held and assigning.is_late(held[each.id], each, moment)
        obstacle = can_assign(_person(), each, moment)
        rows.append(Row(each, held.get(each.id), late, suggested.get(each.id), form, obstacle))
    return page(
        "appraisal/share.html",
        status=status,
        round=round_,
        rounds=rounds_to_appraise(moment, _reach()),
        rows=rows,
        groups=groups,
        late=sum(row.late for row in rows),
        without=sum(row.held is None for row in rows),
        form=typed[1] if typed else None,
    )


def _form(
    proposal: Proposal, held: Assignment | None, groups: list[AppraisalGroup], people: list[Person]
) -> AssignForm:
    form = AssignForm(formdata=None, prefix=f"{proposal.public_id}-")
    form.offer(groups, people)
    form.due.data = held.due_at if held else assigning.due_at(proposal.round, now())
    if held is not None:
        form.to.data = (
            f"p:{held.person.public_id}" if held.person else f"g:{held.group.public_id}" if held.group else ""
        )
    return form


def _hand_out(round_: Round) -> int:
    moment = now()
    with transaction():
        held = assigning.assignments_of(round_)
        free = [each for each in waiting_in(round_, _reach()) if each.id not in held]
        found = assigning.suggestions(free)
        for proposal in free:
            if proposal.id in found:
                due = assigning.due_at(round_, moment)
                assigning.assign(
                    proposal.public_id, found[proposal.id], _person(), moment, due=due, link=_link(proposal.public_id)
                )
    return len(found)


@bp.post("/instruction/<public_id>/confier")
@requires(Permission.APPRAISE)
def hand(public_id: str) -> ResponseReturnValue:
    """Hand one project to a group or to somebody."""
    form = AssignForm(prefix=f"{public_id}-")
    form.offer(assigning.groups(), assigning.appraisers())
    proposal, status = proposal_to_appraise(public_id), 422
    if form.validate_on_submit():
        held = db.session.get(Assignment, proposal.id)
        try:
            with transaction():
                hands = form.hands(held.group if held else None)
                assigning.assign(public_id, hands, _person(), now(), due=form.due.data or now(), link=_link(public_id))
        except Refusal as refused:
            form.refuse(refused)
            status = int(refused.kind)
        else:
            notify(N_("« %(title)s » est confié. La personne est prévenue."), title=proposal.title)
            return see_other("appraisal_work.share", budget=proposal.round.slug)
    refuse_if(can_assign(_person(), proposal, now()))
    return _table(proposal.round, (proposal, form), status)


@bp.route("/instruction/groupes", methods=["GET", "POST"])
@requires(Permission.APPRAISE)
def groups() -> ResponseReturnValue:
    """The groups, and the form of a new one or of the one that the address names."""
    asked = request.args.get("groupe", "")
    group = assigning.group_named(asked) if asked else None
    form, status = GroupForm(), 200
    form.offer(assigning.appraisers(), sites())
    if form.validate_on_submit():
        try:
            with transaction():
                assigning.keep_group(form.words(), group, _person(), now())
        except Refusal as refused:
            form.refuse(refused)
            status = int(refused.kind)
        else:
            notify(N_("Le groupe est enregistré."))
            return see_other("appraisal_work.groups")
    elif form.is_submitted():
        status = 422
    elif group is not None:
        form.begin(group)
    return page(
        "appraisal/groups.html",
        status=status,
        form=form,
        group=group,
        groups=assigning.groups(),
        sites={each.slug: each.name for each in sites()},
        themes={each.value: each for each in Theme},
        may_change=_person().may(Permission.APPRAISE),
    )


def _link(public_id: str) -> str:
    return absolute_url("appraisal.case", public_id=public_id)


def _reach() -> Reach:
    return _person().reach(Permission.APPRAISE)


def _person() -> Person:
    person: Person = current_user
    return person
