"""What a voter reads and answers when a ballot of theirs is in question: found by their own slot, for them alone."""

from flask import Response
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are of an older version

from participatory.control.appeals import appeal as contest
from participatory.control.cases import case_by_public_id, rounds_with_open_cases
from participatory.control.casework import answer_case
from participatory.control.finding import OwnCase, own_cases
from participatory.control.forms import AnswerForm, AppealForm
from participatory.control.policy import appeal_until, can_answer, can_appeal
from participatory.control.rules import Wish
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, label
from participatory.identity.models import Person
from participatory.rounds.models import Round
from participatory.rounds.rulebook import SetAsideMotive
from participatory.urn.receipts import receipt_code
from participatory.web.access import signed_in
from participatory.web.filters import translated
from participatory.web.forms import option
from participatory.web.pages import notify, page, see_other
from participatory.web.settings import secret_store

_THIS, _OTHER = "this", "other"


def _me() -> Person:
    person: Person = current_user
    return person


@signed_in
def mine(public_id: str) -> Response | BaseResponse:
    """One's own case: why, until when one may answer, and the answer."""
    round_, own = _own(public_id)
    form = AnswerForm()
    form.wish.choices = _wishes(own)
    if form.validate_on_submit():
        try:
            _answer(round_, own, form)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            notify(N_("Votre réponse est enregistrée : elle sera lue avant toute décision."))
            return see_other("control.mine", public_id=public_id)
    elif not form.is_submitted():
        form.words.data = own.case.answer
        form.wish.data = own.case.wish or None
    return _show(round_, own, form, AppealForm(formdata=None))


def _show(round_: Round, own: OwnCase, form: AnswerForm, appealing: AppealForm) -> Response:
    form.wish.choices = form.wish.choices or _wishes(own)
    faulty = any(each.errors or each.form_errors for each in (form, appealing))
    return page(
        "control/mine.html",
        status=422 if faulty else 200,
        round=round_,
        own=own,
        motive=SetAsideMotive(own.case.motive),
        code=receipt_code(own.envelope.receipt),
        other_code=receipt_code(own.other.receipt) if own.other else "",
        form=form,
        appealing=appealing,
        closed=can_answer(round_, own.case, now()),
        not_appeal=can_appeal(round_, own.case, now()),
        appeal_until=appeal_until(round_, own.case),
    )


@signed_in
def appeal(public_id: str) -> Response | BaseResponse:
    """Contest, once, that one's own ballot was set aside."""
    round_, own = _own(public_id)
    form = AppealForm()
    if form.validate_on_submit():
        try:
            with transaction():
                contest(own.case, _me(), form.words.data or "", now(), secret_store())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            notify(N_("Votre recours est enregistré : une troisième personne va trancher."))
            return see_other("control.mine", public_id=public_id)
    return _show(round_, own, AnswerForm(formdata=None), form)


def _answer(round_: Round, own: OwnCase, form: AnswerForm) -> None:
    wish, keep = str(form.wish.data), ""
    if wish in {_THIS, _OTHER}:
        wish, keep = Wish.LEAVE.value, own.envelope.id if wish == _THIS else ""
    with transaction():
        store, words = secret_store(), form.words.data or ""
        answer_case(round_, own.case.public_id, _me(), wish=Wish(wish), words=words, now=now(), store=store, keep=keep)


def _wishes(own: OwnCase) -> list[SelectChoice]:
    if own.case.motive == SetAsideMotive.DUPLICATE_IDENTITY and own.other is not None:
        return [
            option(_OTHER, translated(N_("Je garde mon autre bulletin : celui-ci ne compte pas"))),
            option(_THIS, translated(N_("Je garde ce bulletin : l’autre ne compte pas"))),
            option(Wish.KEEP.value, translated(N_("Ces deux bulletins sont de deux personnes : j’explique pourquoi"))),
        ]
    return [option(wish.value, translated(label(wish))) for wish in Wish]


def _own(public_id: str) -> tuple[Round, OwnCase]:
    """The case of this address when it is about a ballot of the present person; raises Refusal (NOT_FOUND)."""
    case = case_by_public_id(public_id)
    round_ = db.session.get_one(Round, case.round_id)
    found = next((each for each in own_cases(round_, _me(), secret_store()) if each.case.id == case.id), None)
    if found is None:
        raise Refusal(N_("Ce dossier n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    return round_, found


def notices() -> list[tuple[Round, OwnCase]]:
    """The open cases about ballots of the present person, for the pages where they are told; usually one query."""
    if not current_user.is_authenticated:
        return []
    store = secret_store()
    return [
        (round_, own)
        for round_ in rounds_with_open_cases()
        for own in own_cases(round_, _me(), store)
        if not own.case.outcome or can_appeal(round_, own.case, now()) is None
    ]
