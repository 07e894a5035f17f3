"""The pages where a finding is prepared: notes, the grid, opinions asked elsewhere, a conflict declared."""

from collections.abc import Callable

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participatory.appraisal.assigning import due_at, is_late
from participatory.appraisal.grid import QUESTIONS, Answer, Answers, read_answers, unanswered
from participatory.appraisal.models import AppraisalGrid, Assignment
from participatory.appraisal.opinions import LASTS, ask, requests_on, revoke, state_of
from participatory.appraisal.policy import can_prepare, can_read, conflict
from participatory.appraisal.preparing import Faults, declare_interest, fill_grid, grid_of, note, notes_on
from participatory.appraisal.queries import proposal_to_appraise
from participatory.appraisal.work_forms import AskForm, ButtonForm, InterestForm, NoteForm
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.proposals.models import Proposal
from participatory.territories.queries import establishments
from participatory.web.access import requires
from participatory.web.filters import refusal as refusal_words
from participatory.web.forms import BaseForm
from participatory.web.pages import absolute_url, notify, page, see_other
from participatory.web.settings import secret_store

bp = Blueprint("appraisal_work", __name__)


def address(token: str) -> str:
    """Where whoever has a link answers."""
    return absolute_url("opinions.answer_page", token=token)


def summary(proposal: Proposal) -> dict[str, object]:
    """What the case page says of the work: who has it, until when, how far it is."""
    held, moment = db.session.get(Assignment, proposal.id), now()
    asked = [(each, state_of(each, moment)) for each in requests_on(proposal)]
    answers = grid_of(proposal)
    return {
        "assignment": held,
        "late": held is not None and is_late(held, proposal, moment),
        "asked": asked,
        "answered": sum(each.answer is not None for each, _state in asked),
        "notes": len(notes_on(proposal)),
        "grid": answers,
        "questions": len(QUESTIONS),
        "left": len(unanswered(answers)),
        "conflict": conflict(_person(), proposal),
    }


@bp.get("/instruction/<public_id>/dossier")
@requires(Permission.APPRAISE)
def file(public_id: str) -> ResponseReturnValue:
    """Notes, opinions asked, what ties the reader to the project."""
    return _file(proposal_to_appraise(public_id), 200)


def _file(proposal: Proposal, status: int, **forms: BaseForm) -> Response:
    refuse_if(can_read(_person(), proposal))
    moment = now()
    asking = forms.get("asking") or AskForm(formdata=None)
    if isinstance(asking, AskForm) and not asking.is_submitted():
        asking.due.data = due_at(proposal.round, moment, LASTS)
    return page(
        "appraisal/file.html",
        status=status,
        proposal=proposal,
        obstacle=can_prepare(_person(), proposal, moment),
        work=summary(proposal),
        notes=notes_on(proposal),
        noting=forms.get("noting") or NoteForm(formdata=None),
        asking=asking,
        yielding=forms.get("yielding") or InterestForm(formdata=None),
        establishments=establishments(),
    )


@bp.post("/instruction/<public_id>/dossier/note")
@requires(Permission.APPRAISE)
def leave_note(public_id: str) -> ResponseReturnValue:
    """Leave a note for those who appraise."""
    form = NoteForm()
    return _done(
        public_id, "noting", form, N_("Votre note est gardée."),
        lambda: note(public_id, form.text.data or "", _person(), now()),
    )  # fmt: skip


@bp.post("/instruction/<public_id>/dossier/conflit")
@requires(Permission.APPRAISE)
def declare(public_id: str) -> ResponseReturnValue:
    """Declare a conflict of interest."""
    form = InterestForm()
    return _done(
        public_id, "yielding", form, N_("C’est noté : une autre personne instruira ce projet."),
        lambda: declare_interest(public_id, form.reason.data or "", _person(), now()),
    )  # fmt: skip


@bp.post("/instruction/<public_id>/dossier/avis")
@requires(Permission.APPRAISE)
def ask_opinion(public_id: str) -> ResponseReturnValue:
    """Ask a body for its opinion."""
    form = AskForm()
    return _done(
        public_id, "asking", form, N_("La demande est partie, avec un lien pour répondre sans compte."),
        lambda: ask(public_id, form.asked(), _person(), now(), store=secret_store(), address=address),
    )  # fmt: skip


def _done(public_id: str, name: str, form: BaseForm, told: str, deed: Callable[[], object]) -> ResponseReturnValue:
    """Do what a form of the page asks, else show the page again with what was typed."""
    status = 422
    if form.validate_on_submit():
        try:
            with transaction():
                deed()
        except Refusal as refused:
            form.refuse(refused)
            status = int(refused.kind)
        else:
            notify(told)
            return see_other("appraisal_work.file", public_id=public_id)
    return _file(proposal_to_appraise(public_id), status, **{name: form})


@bp.post("/instruction/avis-demandes/<request_id>/retirer")
@requires(Permission.APPRAISE)
def take_back(request_id: str) -> ResponseReturnValue:
    """Take a request for an opinion back."""
    with transaction():
        taken = revoke(request_id, _person(), now())
        public_id = taken.proposal.public_id
    notify(N_("La demande est retirée : son lien n’ouvre plus rien."))
    return see_other("appraisal_work.file", public_id=public_id)


@bp.route("/instruction/<public_id>/grille", methods=["GET", "POST"])
@requires(Permission.APPRAISE)
def grid(public_id: str) -> ResponseReturnValue:
    """The grid of admissibility, article by article."""
    form = ButtonForm()
    proposal = proposal_to_appraise(public_id)
    refuse_if(can_read(_person(), proposal))
    if not form.validate_on_submit():
        return _grid(proposal, grid_of(proposal), {}, 422 if form.is_submitted() else 200)
    answers, seen = read_answers(request.form), request.form.get("seen", "")
    try:
        with transaction():
            fill_grid(public_id, answers, int(seen) if seen.isascii() and seen.isdecimal() else -1, _person(), now())
    except Faults as faults:
        return _grid(
            proposal_to_appraise(public_id), answers, {fault.field or "": fault for fault in faults.faults}, 422
        )
    except Refusal as refused:
        return _grid(proposal_to_appraise(public_id), answers, {"": refused}, int(refused.kind))
    left = len(unanswered(answers))
    notify(N_("La grille est gardée. Questions sans réponse : %(left)s."), left=left) if left else notify(
        N_("La grille est complète : elle sera publiée avec l’avis.")
    )
    return see_other("appraisal.case", public_id=public_id)


def _grid(proposal: Proposal, answers: Answers, faults: dict[str, Refusal], status: int) -> Response:
    kept = db.session.get(AppraisalGrid, proposal.id)
    return page(
        "appraisal/grid.html",
        status=status,
        proposal=proposal,
        questions=QUESTIONS,
        answers=answers,
        choices=Answer,
        faults={name: refusal_words(fault) for name, fault in faults.items()},
        seen=kept.saved if kept else 0,
        obstacle=can_prepare(_person(), proposal, now()),
    )


def _person() -> Person:
    person: Person = current_user
    return person
