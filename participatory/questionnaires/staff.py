"""Where staff compose a questionnaire, look at it as it will be, publish it, and take the answers away."""

from flask import make_response, request
from flask.typing import ResponseReturnValue

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind as Why
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.permissions import Permission
from participatory.questionnaires import actions, policy
from participatory.questionnaires.forms import MOVED, REMOVED, BasicsForm, ButtonForm, QuestionForm
from participatory.questionnaires.models import Questionnaire
from participatory.questionnaires.pages import as_file, bp, file_store, me
from participatory.questionnaires.queries import answers_to, comparable, people_in, questionnaire_by, questionnaires
from participatory.questionnaires.rules import LEAST, Mode, Question, faults
from participatory.questionnaires.rules_composing import free_key, put, shifted, without
from participatory.questionnaires.rules_tables import answers_csv
from participatory.web.access import requires
from participatory.web.pages import notify, page, see_other

INDEX = "questionnaires.staff"


@bp.route("/gestion/questionnaires", methods=["GET", "POST"])
@requires(Permission.CONDUCT_ROUNDS)
def staff() -> ResponseReturnValue:
    """All the questionnaires, and beginning one."""
    form = BasicsForm()
    if form.validate_on_submit():
        try:
            with transaction():
                made = actions.create(form.basics(), me(), now())
            return see_other("questionnaires.compose", public_id=made.public_id)
        except Refusal as refusal:
            form.refuse(refusal)
    return page(
        "questionnaires/staff.html",
        status=422 if form.is_submitted() else 200,
        form=form,
        questionnaires=questionnaires(),
        obstacle=policy.can_compose(me()),
        now=now(),
    )


@bp.route("/gestion/questionnaires/<public_id>", methods=["GET", "POST"])
@requires(Permission.CONDUCT_ROUNDS)
def compose(public_id: str) -> ResponseReturnValue:
    """One questionnaire: its texts and dates, its questions, what is left to correct."""
    questionnaire = questionnaire_by(public_id=public_id)
    form = BasicsForm() if request.method == "POST" else BasicsForm.showing(questionnaire)
    if form.validate_on_submit():
        try:
            with transaction():
                actions.change(public_id, form.basics(), me(), now())
            notify(N_("C’est enregistré."))
            return see_other("questionnaires.compose", public_id=public_id)
        except Refusal as refusal:
            form.refuse(refusal)
    people = people_in(questionnaire)
    return page(
        "questionnaires/compose.html",
        status=422 if form.is_submitted() else 200,
        form=form,
        questionnaire=questionnaire,
        faults=faults(questionnaire.sheet),
        obstacle=policy.can_change(questionnaire, me(), now()),
        people=people if people >= LEAST else None,
        takes=policy.can_take_answers(questionnaire, me(), now()) is None,
    )


@bp.get("/gestion/questionnaires/<public_id>/apercu")
@requires(Permission.CONDUCT_ROUNDS)
def preview(public_id: str) -> ResponseReturnValue:
    """Every question as it will be asked, those that depend on another too; nothing can be sent."""
    questionnaire = questionnaire_by(public_id=public_id)
    asked = {each.key for each in questionnaire.sheet.questions}
    return page("questionnaires/preview.html", questionnaire=questionnaire, sheet=questionnaire.sheet, asked=asked)


@bp.route("/gestion/questionnaires/<public_id>/questions/nouvelle", methods=["GET", "POST"])
@requires(Permission.CONDUCT_ROUNDS)
def add(public_id: str) -> ResponseReturnValue:
    """A question after all the others."""
    questionnaire = questionnaire_by(public_id=public_id)
    form = QuestionForm(questionnaire.sheet)
    if request.method == "GET" and questionnaire.sheet.sections:
        form.section.data = questionnaire.sheet.sections[-1].title
    return _edit(questionnaire, form, None)


@bp.route("/gestion/questionnaires/<public_id>/questions/<key>", methods=["GET", "POST"])
@requires(Permission.CONDUCT_ROUNDS)
def edit(public_id: str, key: str) -> ResponseReturnValue:
    """One question."""
    questionnaire = questionnaire_by(public_id=public_id)
    question = _question(questionnaire, key)
    sheet = questionnaire.sheet
    form = QuestionForm(sheet) if request.method == "POST" else QuestionForm.showing(sheet, question)
    return _edit(questionnaire, form, question)


def _question(questionnaire: Questionnaire, key: str) -> Question:
    try:
        return questionnaire.sheet.question(key)
    except KeyError as error:
        raise Refusal(N_("Il n’y a pas de question à cette adresse."), Why.NOT_FOUND) from error


def _edit(questionnaire: Questionnaire, form: QuestionForm, question: Question | None) -> ResponseReturnValue:
    refuse_if(policy.can_change(questionnaire, me(), now()))
    if form.validate_on_submit():
        sheet = questionnaire.sheet
        typed = form.question(sheet, question.key if question else free_key(sheet), question)
        section = form.section.data or ""
        after = put(sheet, section, typed)
        wrong = [each for each in faults(after) if each.question == typed.key]
        for fault in wrong:
            form.refuse(Refusal(fault.message, Why.INVALID, None, **fault.values))
        if not wrong:
            try:
                with transaction():
                    actions.rewrite(questionnaire.public_id, lambda present: put(present, section, typed), me(), now())
                notify(N_("La question est enregistrée."))
                return see_other("questionnaires.compose", public_id=questionnaire.public_id, _anchor="questions")
            except Refusal as refusal:
                form.refuse(refusal)
    status = 422 if form.is_submitted() else 200
    return page("questionnaires/question.html", None, status, form=form, questionnaire=questionnaire, question=question)


@bp.post("/gestion/questionnaires/<public_id>/questions/<key>/bouger")
@requires(Permission.CONDUCT_ROUNDS)
def move(public_id: str, key: str) -> ResponseReturnValue:
    """Raise a question, lower it or take it out."""
    questionnaire, act = questionnaire_by(public_id=public_id), request.form.get("act", "")
    refuse_if(policy.can_change(questionnaire, me(), now()))
    _question(questionnaire, key)
    if not ButtonForm().validate_on_submit() or act not in {*MOVED, "remove"}:
        raise Refusal(N_("Rechargez la page, puis recommencez."), Why.INVALID)
    with transaction():
        if act == "remove":
            actions.rewrite(public_id, lambda sheet: without(sheet, key), me(), now())
        else:
            actions.rewrite(public_id, lambda sheet: shifted(sheet, key, MOVED[act]), me(), now())
    if act == "remove":
        notify(REMOVED)
    return see_other("questionnaires.compose", public_id=public_id, _anchor="questions")


@bp.post("/gestion/questionnaires/<public_id>/publier")
@requires(Permission.CONDUCT_ROUNDS)
def publish(public_id: str) -> ResponseReturnValue:
    """Show a questionnaire to everybody."""
    with transaction():
        questionnaire = actions.publish(public_id, me(), now())
    notify(N_("Le questionnaire est publié : il ouvre et se clôt à ses dates."))
    return see_other("questionnaires.compose", public_id=questionnaire.public_id)


@bp.post("/gestion/questionnaires/<public_id>/reponses.csv")
@requires(Permission.CONDUCT_ROUNDS)
def answers_file(public_id: str) -> ResponseReturnValue:
    """Every answer, in the order of random keys; names where people agreed. The journal keeps that it was read."""
    with transaction():
        questionnaire = actions.take_answers(public_id, me(), now())
    rows = answers_to(questionnaire)
    names = [each.person.display_name if each.person and each.named else "" for each in rows]
    signed = questionnaire.mode is Mode.SIGNED
    text = answers_csv(questionnaire.sheet, comparable(questionnaire, rows), names if signed else None)
    return as_file(text, f"{questionnaire.slug}-reponses.csv", private=True)


@bp.get("/gestion/questionnaires/<public_id>/fichiers/<key>")
@requires(Permission.CONDUCT_ROUNDS)
def file(public_id: str, key: str) -> ResponseReturnValue:
    """A file that somebody joined to an answer; never shown as a page of this site."""
    questionnaire = questionnaire_by(public_id=public_id)
    refuse_if(policy.can_take_answers(questionnaire, me(), now()))
    unknown = Refusal(N_("Il n’y a pas de document à cette adresse."), Why.NOT_FOUND)
    if not any(key in row.content.values() for row in answers_to(questionnaire)):
        raise unknown
    try:
        data = file_store().read(key)
    except FileNotFoundError as error:
        raise unknown from error
    response = make_response(data)
    response.headers["Content-Type"] = "application/pdf" if key.endswith(".pdf") else "image/webp"
    response.headers["Content-Disposition"] = f'attachment; filename="{key}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
