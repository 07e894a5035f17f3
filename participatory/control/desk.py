"""The desk of the control: the cases of a round, opening one, deciding one. No page here names a voter or a choice."""

from flask import Response
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.ballots.models import SettingAside
from participatory.control import finding, policy
from participatory.control.cases import case_by_public_id, cases_of
from participatory.control.casework import case_digest, decide_case, open_case
from participatory.control.forms import DecideForm, PairForm, SoughtForm
from participatory.control.lookup import account_sought, envelope_of_person
from participatory.control.rules import Outcome, answer_until
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_, label
from participatory.identity.holders import names_of
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.printed_codes.secret import installation_pepper
from participatory.privacy.readings import note_reading
from participatory.privacy.rules import Task, reason_fault
from participatory.rounds.models import Round
from participatory.rounds.queries import round_by_slug
from participatory.rounds.rulebook import SetAsideMotive
from participatory.web.access import requires
from participatory.web.filters import translated
from participatory.web.forms import option
from participatory.web.limits import LOOKING_UP, limited
from participatory.web.pages import absolute_url, notify, page, see_other
from participatory.web.settings import secret_store


def _me() -> Person:
    person: Person = current_user
    return person


def _round(slug: str) -> Round:
    """The round of an address; raises Refusal for whoever may not control it."""
    round_ = round_by_slug(slug)
    refuse_if(policy.can_read_cases(_me(), round_))
    return round_


@requires(Permission.SET_ASIDE)
def cases(slug: str) -> Response:
    """The cases of a round, and the pairs of signatures that nobody decides about yet."""
    round_ = _round(slug)
    held = cases_of(round_)
    return page(
        "control/cases.html",
        round=round_,
        cases=held,
        names=names_of({name for case in held for name in (case.author, case.second_by)}),
        pairs=[pair for pair in finding.pairs_of(round_, secret_store()) if pair.waits],
        closed=policy.under_control(round_),
    )


@requires(Permission.SET_ASIDE, recent=True)
def new_of_pair(slug: str, pair: str) -> Response | BaseResponse:
    """Open a case about the last of two ballots of one person, who may then say that the other shall not count."""
    round_, form = _round(slug), PairForm()
    found = next((each for each in finding.pairs_of(round_, secret_store()) if each.key == pair), None)
    if found is None or not found.envelopes:
        raise Refusal(N_("Cette paire de signatures n’a pas de bulletin en ligne à mettre en cause."), Kind.NOT_FOUND)
    if form.validate_on_submit():
        try:
            envelope = found.to_question or found.envelopes[0]
            return _opened(round_, envelope.id, SetAsideMotive.DUPLICATE_IDENTITY, form)
        except Refusal as refusal:
            form.refuse(refusal)
    return _new_page(round_, form, pair=found)


@requires(Permission.SET_ASIDE, recent=True)
@limited(LOOKING_UP)
def new_of_person(slug: str) -> Response | BaseResponse:
    """Open a case about the ballot of somebody whom the officer names, with a reason that the person will read."""
    round_, form = _round(slug), SoughtForm()
    motives = round_.rulebook.set_aside_motives
    form.motive.choices = [option(motive.value, translated(label(motive))) for motive in motives]
    if form.validate_on_submit():
        try:
            refuse_if(policy.can_set_aside(_me(), round_))
            envelope = envelope_of_person(round_, _read(form), secret_store())
            return _opened(round_, envelope.id, SetAsideMotive(form.motive.data), form)
        except Refusal as refusal:
            form.refuse(refusal)
    return _new_page(round_, form)


def _read(form: SoughtForm) -> Person:
    """The account that is looked up; the reading is written down in a transaction of its own, whatever follows."""
    # Before anything is looked for: a reason that is none would otherwise tell, unseen, who has an account.
    refuse_if(reason_fault(form.reason.data or ""))
    with transaction():
        person = account_sought(form.sought.data or "", installation_pepper())
        note_reading(_me(), person, form.reason.data or "", Task.BALLOT, now())
    return person


def _opened(round_: Round, envelope_id: str, motive: SetAsideMotive, form: PairForm) -> BaseResponse:
    moment = now()
    link = _own_link()
    with transaction():
        case = open_case(
            round_,
            envelope_id,
            motive,
            evidence=form.evidence.data or "",
            author=_me(),
            until=answer_until(moment, round_.rulebook.reconfirm_days),
            now=moment,
            store=secret_store(),
            told=form.told.data or "",
            link=link,
        )
    notify(
        N_("Le dossier est ouvert et la personne prévenue : une autre personne décidera, après sa réponse ou le délai.")
    )
    return see_other("control.case", slug=round_.slug, public_id=case.public_id)


def _own_link() -> str:
    """Where voters read their case, with `{case}` in the place of its name."""
    return absolute_url("control.mine", public_id="0").removesuffix("0") + "{case}"


def _new_page(round_: Round, form: PairForm, pair: finding.Pair | None = None) -> Response:
    return page(
        "control/new.html",
        status=422 if form.errors or form.form_errors else 200,
        round=round_,
        form=form,
        pair=pair,
        refused=policy.can_set_aside(_me(), round_),
        until=answer_until(now(), round_.rulebook.reconfirm_days),
    )


@requires(Permission.SET_ASIDE)
def case(slug: str, public_id: str) -> Response:
    """One case: the motive, the evidence, what the voter answered, and what the present person may do about it."""
    round_ = _round(slug)
    return _case_page(round_, _case(round_, public_id), DecideForm(formdata=None))


@requires(Permission.SET_ASIDE, recent=True)
def decide(slug: str, public_id: str) -> Response | BaseResponse:
    """Decide a case that another person opened."""
    round_, form = _round(slug), DecideForm()
    _case(round_, public_id)
    if form.validate_on_submit():
        outcome, seen = Outcome(form.outcome.data), form.seen.data or ""
        try:
            with transaction():
                store, link = secret_store(), _own_link()
                decide_case(round_, public_id, outcome, by=_me(), now=now(), store=store, seen=seen, link=link)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            notify(N_("La décision est prise, et la personne prévenue."))
            return see_other("control.case", slug=slug, public_id=public_id)
    return _case_page(round_, _case(round_, public_id), form)


def _case_page(round_: Round, found: SettingAside, form: DecideForm) -> Response:
    form.seen.data = case_digest(found)
    return page(
        "control/case.html",
        status=422 if form.errors or form.form_errors else 200,
        round=round_,
        case=found,
        motive=SetAsideMotive(found.motive),
        names=names_of({found.author, found.second_by}),
        form=form,
        refused=policy.can_decide(_me(), round_, found, now()),
    )


def _case(round_: Round, public_id: str) -> SettingAside:
    """A case of this round; raises Refusal (NOT_FOUND) for those of others."""
    found = case_by_public_id(public_id)
    if found.round_id != round_.id:
        raise Refusal(N_("Ce dossier n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    return found
