"""Questionnaires for everybody: the list, answering one, its results."""

from collections.abc import Callable
from typing import Any

from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.permissions import Permission
from participatory.questionnaires import actions, holdings, policy, staff
from participatory.questionnaires.files import files_in, forget_files
from participatory.questionnaires.models import Questionnaire
from participatory.questionnaires.pages import as_file, bp, decimal_words, file_store, me, reader
from participatory.questionnaires.queries import (
    draft_at,
    has_answered,
    people_in,
    published,
    questionnaire_by,
    results_of,
    said_in_public,
)
from participatory.questionnaires.rules import LEAST, Kind, Question, Sheet, shown
from participatory.questionnaires.rules_answers import PREFIX, Problem, Reading, missing, progress, read
from participatory.questionnaires.rules_ranking import Move, moved
from participatory.questionnaires.rules_tables import codebook_csv, results_csv
from participatory.web.access import public, signed_in
from participatory.web.navigation import Entry
from participatory.web.pages import notify, page, see_other, wants_fragment

Answers = dict[str, Any]


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    app.jinja_env.filters["decimal_words"] = decimal_words
    holdings.offer(app)
    composing = frozenset({Permission.CONDUCT_ROUNDS})
    staff_menu(Entry(staff.INDEX, N_("Questionnaires"), 24, permissions=composing, prefix="/gestion/questionnaires"))


@bp.get("/questionnaires")
@public
def index() -> ResponseReturnValue:
    """The questionnaires that are open, to come or closed."""
    return page("questionnaires/index.html", questionnaires=published(), now=now())


@bp.get("/questionnaires/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """A questionnaire: what it is for, and its questions for who may answer them."""
    questionnaire, person = _seen(slug), reader()
    answers: Answers = {}
    if person is not None:
        draft = draft_at(holdings.own_key(questionnaire, person))
        answers = _kept(questionnaire.sheet, draft.content) if draft else {}
    return _sheet(questionnaire, answers)


def _seen(slug: str) -> Questionnaire:
    questionnaire = questionnaire_by(slug=slug)
    refuse_if(policy.can_see(questionnaire, reader()))
    return questionnaire


def _kept(sheet: Sheet, answers: Answers) -> Answers:
    """Of a draft, what the questions of today still take: they may have changed since."""
    return read(sheet, _raw(sheet, answers)).answers


def _raw(sheet: Sheet, answers: Answers) -> dict[str, list[str]]:
    raw: dict[str, list[str]] = {}
    for question in sheet.questions:
        value = answers.get(question.key)
        if isinstance(value, dict):
            raw |= {f"{PREFIX}{question.key}-{row}": [str(column)] for row, column in value.items()}
        elif value is not None:
            raw[PREFIX + question.key] = [str(each) for each in (value if isinstance(value, list) else [value])]
    return raw


def _sheet(
    questionnaire: Questionnaire,
    answers: Answers,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> ResponseReturnValue:
    person, moment = reader(), now()
    answered = person is not None and has_answered(questionnaire, person)
    return page(
        "questionnaires/show.html",
        status=status,
        questionnaire=questionnaire,
        sheet=questionnaire.sheet,
        obstacle=policy.can_answer(questionnaire, answered, moment),
        answered=answered,
        over=questionnaire.is_over(moment),
        problems=problems,
        **_facts(questionnaire, answers),
    )


def _facts(questionnaire: Questionnaire, answers: Answers) -> dict[str, Any]:
    sheet = questionnaire.sheet
    done, total = progress(sheet, answers)
    return {"answers": answers, "asked": {each.key for each in shown(sheet, answers)}, "done": done, "total": total}


@bp.post("/questionnaires/<slug>/reponse")
@signed_in
def answer(slug: str) -> ResponseReturnValue:
    """Keep what is answered so far, move a proposal of a ranking, or send all of it."""
    questionnaire, person = _seen(slug), me()
    refuse_if(policy.can_answer(questionnaire, has_answered(questionnaire, person), now()))
    key = holdings.own_key(questionnaire, person)
    draft = draft_at(key)
    before = dict(draft.content) if draft else {}
    raw, problems = _sent(questionnaire.sheet, before)
    reading = read(questionnaire.sheet, raw)
    reading = Reading(reading.answers, (*problems, *reading.problems))
    if request.form.get("act") == "send":
        return _send(questionnaire, key, reading, before)
    with transaction():
        actions.keep_draft(actions.held(questionnaire.public_id), person, key, reading.answers, now())
        forget_files(files_in([before]) - files_in([reading.answers]), file_store())
    return _answer_kept(questionnaire, before, reading)


def _sent(sheet: Sheet, before: Answers) -> tuple[dict[str, list[str]], list[Problem]]:
    """The form as it came, with the button of a ranking done; a file is the one that we hold, or the one that comes."""
    raw = {name: request.form.getlist(name) for name in request.form}
    problems: list[Problem] = []
    place, _, rest = request.form.get("move", "").partition(":")
    for question in sheet.questions:
        name = PREFIX + question.key
        if question.kind is Kind.RANKING and question.key == place:
            choice, _, move = rest.partition(":")
            if move in set(Move):
                raw[name] = moved(raw.get(name, []), choice, Move(move), question.keys)
        if question.kind is Kind.FILE:
            raw[name] = [] if request.form.get(f"{name}-off") else [before.get(question.key, "")]
            problems += _received(question, raw)
    return raw, problems


def _received(question: Question, raw: dict[str, list[str]]) -> list[Problem]:
    sent = request.files.get(f"{PREFIX}{question.key}-new")
    if sent is None or not sent.filename:
        return []
    with sent.stream as stream:
        try:
            raw[PREFIX + question.key] = [file_store().keep(stream.read())[0]]
        except Refusal as refusal:
            return [Problem(question.key, refusal.message, refusal.values)]
    return []


def _answer_kept(questionnaire: Questionnaire, before: Answers, reading: Reading) -> ResponseReturnValue:
    if not wants_fragment():
        if reading.problems:
            return _sheet(questionnaire, reading.answers, reading.problems, 422)
        if not request.form.get("move"):
            notify(N_("Vos réponses sont gardées. Elles ne comptent pas avant que vous les envoyiez."), "info")
        place = request.form.get("move", "").partition(":")[0]
        return see_other("questionnaires.show", slug=questionnaire.slug, _anchor=f"question-{place}" if place else None)
    was = {each.key for each in shown(questionnaire.sheet, before)}
    facts = _facts(questionnaire, reading.answers)
    place, _, rest = request.form.get("move", "").partition(":")
    changed = [each for each in questionnaire.sheet.questions if (each.key in was) != (each.key in facts["asked"])]
    return page(
        "questionnaires/_kept.html",
        questionnaire=questionnaire,
        changed=changed,
        ranked=next((each for each in questionnaire.sheet.questions if each.key == place), None),
        focus=rest.partition(":")[0],
        problems=reading.problems,
        **facts,
    )


def _send(questionnaire: Questionnaire, key: str, reading: Reading, before: Answers) -> ResponseReturnValue:
    sheet, answers = questionnaire.sheet, reading.answers
    known = {each.question for each in reading.problems}
    problems = (*reading.problems, *(each for each in missing(sheet, answers) if each.question not in known))
    if request.form.get("version") != str(questionnaire.latest.number):
        changed = N_("Le questionnaire a changé pendant que vous répondiez : relisez vos réponses, puis envoyez-les.")
        problems = (Problem("", changed), *problems)
    if problems:
        with transaction():
            actions.keep_draft(actions.held(questionnaire.public_id), me(), key, answers, now())
            forget_files(files_in([before]) - files_in([answers]), file_store())
        return _sheet(questionnaire, answers, problems, 422)
    named = request.form.get("named") == "1"
    with transaction():
        held = actions.held(questionnaire.public_id)
        if held.latest.number != questionnaire.latest.number:
            raise Refusal(N_("Le questionnaire a changé pendant que vous répondiez : recommencez."))
        actions.send(held, me(), key, answers, now(), named=named)
        forget_files(files_in([before]) - files_in([answers]), file_store())
    notify(N_("Vos réponses sont envoyées. Merci."))
    return see_other("questionnaires.show", slug=questionnaire.slug)


@bp.get("/questionnaires/<slug>/resultats")
@public
def results(slug: str) -> ResponseReturnValue:
    """What people answered together, once the questionnaire is closed."""
    questionnaire = _closed(slug)
    found = results_of(questionnaire)
    people = people_in(questionnaire)
    return page(
        "questionnaires/results.html",
        questionnaire=questionnaire,
        found=found,
        people=people if people == 0 or people >= LEAST else None,
        least=LEAST,
        texts={
            each.question.key: said_in_public(questionnaire, each.question.key)
            for each in found
            if each.question.kind is Kind.TEXT and each.published
        },
    )


def _closed(slug: str) -> Questionnaire:
    questionnaire = _seen(slug)
    refuse_if(policy.can_read_results(questionnaire, now()))
    return questionnaire


@bp.get("/questionnaires/<slug>/resultats.csv")
@public
def results_file(slug: str) -> ResponseReturnValue:
    """The same as a file."""
    questionnaire = _closed(slug)
    return as_file(results_csv(results_of(questionnaire)), f"{questionnaire.slug}.csv")


@bp.get("/questionnaires/<slug>/codes.csv")
@public
def codebook(slug: str) -> ResponseReturnValue:
    """What each code of the files means."""
    questionnaire = _seen(slug)
    return as_file(codebook_csv(questionnaire.sheet, gettext), f"{questionnaire.slug}-codes.csv")
