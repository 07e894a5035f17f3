"""The pages of the deeds of officers on a case: each says in numbers what will happen before anything is done."""

from collections.abc import Callable
from typing import Any

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from participatory.control.rules import Outcome, answer_until
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal
from participatory.core.labels import N_, label
from participatory.identity.holders import names_of
from participatory.identity.permissions import Permission
from participatory.integrity_desk import actions, reading, wording
from participatory.integrity_desk.forms import DecisionForm, NumbersForm, ReasonForm, SettingAsideForm, SomeForm
from participatory.integrity_desk.preparing import (
    Prepared,
    holds,
    letter_to_confirm,
    link_to_answer,
    link_to_confirm,
    prepare,
)
from participatory.integrity_desk.queries import case_digest
from participatory.integrity_desk.rules import BallotState
from participatory.integrity_desk.staff import bp, me, words
from participatory.rounds.rulebook import SetAsideMotive
from participatory.web.access import requires
from participatory.web.filters import translated
from participatory.web.forms import BaseForm
from participatory.web.limits import LOOKING_UP, limited
from participatory.web.pages import notify, page, see_other
from participatory.web.settings import secret_store

_CASE = "/integrite/dossiers/<public_id>"
_BOTH = ["GET", "POST"]


@bp.route(f"{_CASE}/classer", methods=_BOTH)
@requires(Permission.WATCH_INTEGRITY)
def dismiss(public_id: str) -> Response | BaseResponse:
    """Put a case aside, with the honest explanation."""
    form = ReasonForm()

    def do(prepared: Prepared) -> None:
        actions.dismiss(prepared.case, me(), form.reason.data or "", now=now(), store=secret_store())

    return _deed(prepare(public_id, "classer"), form, do, N_("Le dossier est classé sans suite."))


@bp.route(f"{_CASE}/rouvrir", methods=_BOTH)
@requires(Permission.WATCH_INTEGRITY)
def reopen(public_id: str) -> Response | BaseResponse:
    """Take up again a case that was dismissed."""
    form = ReasonForm()

    def do(prepared: Prepared) -> None:
        actions.reopen(prepared.case, me(), form.reason.data or "", now=now())

    return _deed(prepare(public_id, "rouvrir"), form, do, N_("Le dossier est rouvert."))


@bp.route(f"{_CASE}/confirmation", methods=_BOTH)
@requires(Permission.WATCH_INTEGRITY, recent=True)
def quarantine(public_id: str) -> Response | BaseResponse:
    """Ask the voters to confirm their ballots, with the letter as they will read it."""
    form = SomeForm()
    prepared = prepare(public_id, "confirmation", form)
    written: list[int] = []

    def do(prepared: Prepared) -> None:
        link, store = link_to_confirm(), secret_store()
        reason, numbers = form.reason.data or "", prepared.numbers
        written.append(actions.quarantine(prepared.case, me(), reason, numbers, now=now(), store=store, link=link))

    def done() -> None:
        _tell_written(written[0], len(prepared.numbers))

    until = answer_until(now(), prepared.case.round.rulebook.reconfirm_days)
    letter = letter_to_confirm(prepared.case.round, until)
    return _deed(prepared, form, do, done, until=until, letter=letter)


def _tell_written(written: int, asked: int) -> None:
    if written == asked:
        notify(N_("C’est fait : %(count)s lettres partent. Les bulletins comptent pendant ce temps."), count=written)
        return
    notify(
        N_(
            "C’est fait : %(count)s lettres partent. Pour %(others)s bulletins, aucun compte n’a d’adresse : "
            "la personne le lira si elle se connecte."
        ),
        "info",
        count=written,
        others=asked - written,
    )


@bp.route(f"{_CASE}/hors-de-cause", methods=_BOTH)
@requires(Permission.WATCH_INTEGRITY)
def lift(public_id: str) -> Response | BaseResponse:
    """Clear ballots that are known to be honest."""
    form = SomeForm()
    prepared = prepare(public_id, "hors-de-cause", form)

    def do(prepared: Prepared) -> None:
        store = secret_store()
        actions.lift(prepared.case, me(), form.reason.data or "", prepared.numbers, now=now(), store=store)

    asked = sum(each.state == BallotState.QUARANTINED for each in prepared.borne)
    return _deed(prepared, form, do, N_("Ces bulletins sont hors de cause."), asked=asked)


@bp.route(f"{_CASE}/ecarter", methods=_BOTH)
@requires(Permission.SET_ASIDE, recent=True)
def propose(public_id: str) -> Response | BaseResponse:
    """Propose that ballots be set aside, with a motive of the rulebook and what was seen, in words to correct."""
    form = SettingAsideForm()
    prepared = prepare(public_id, "ecarter", form)
    round_ = prepared.case.round
    form.offer([(motive.value, translated(label(motive))) for motive in round_.rulebook.set_aside_motives])
    if not form.is_submitted():
        form.evidence.data = wording.evidence(prepared.case)

    def do(prepared: Prepared) -> None:
        actions.propose(
            prepared.case,
            me(),
            SetAsideMotive(form.motive.data),
            evidence=form.evidence.data or "",
            numbers=prepared.numbers,
            now=now(),
            store=secret_store(),
            link=link_to_answer(),
            told=form.told.data or "",
        )

    done = N_("La mise à l’écart est proposée et les personnes prévenues : une autre personne que vous décidera.")
    early = sum(each.answer_until is not None and each.answer_until > now() for each in prepared.borne)
    return _deed(prepared, form, do, done, until=answer_until(now(), round_.rulebook.reconfirm_days), early=early)


@bp.route(f"{_CASE}/decider", methods=_BOTH)
@requires(Permission.SET_ASIDE, recent=True)
def decide(public_id: str) -> Response | BaseResponse:
    """Decide, as the second officer, about ballots that another one proposed."""
    form = DecisionForm()
    prepared = prepare(public_id, "decider", form)

    def do(prepared: Prepared) -> None:
        actions.decide(
            prepared.case,
            me(),
            Outcome(form.outcome.data),
            numbers=prepared.numbers,
            now=now(),
            store=secret_store(),
            seen=form.seen.data or "",
            link=link_to_answer(),
        )

    read = [(each, prepared.proposals[each.setting_aside]) for each in prepared.borne if each.setting_aside]
    return _deed(
        prepared,
        form,
        do,
        N_("La décision est prise et les personnes prévenues."),
        before=lambda: setattr(form.seen, "data", case_digest(prepared.case)),
        read=read,
        answers=[(ballot, proposal) for ballot, proposal in read if proposal.answered_at],
        names=names_of({proposal.author for _ballot, proposal in read}),
    )


@bp.route(f"{_CASE}/retablir", methods=_BOTH)
@requires(Permission.SET_ASIDE, recent=True)
def propose_undo(public_id: str) -> Response | BaseResponse:
    """Propose that ballots set aside count again."""
    form = SomeForm()

    def do(prepared: Prepared) -> None:
        store, numbers = secret_store(), prepared.numbers
        actions.propose_undo(prepared.case, me(), form.reason.data or "", numbers, now=now(), store=store)

    done = N_("Le rétablissement est proposé : une autre personne que vous le confirmera.")
    return _deed(prepare(public_id, "retablir", form), form, do, done)


@bp.route(f"{_CASE}/confirmer-retablissement", methods=_BOTH)
@requires(Permission.SET_ASIDE, recent=True)
def undo(public_id: str) -> Response | BaseResponse:
    """Have ballots that another officer proposed to restore count again."""
    form = SomeForm()

    def do(prepared: Prepared) -> None:
        store, numbers = secret_store(), prepared.numbers
        actions.undo(prepared.case, me(), form.reason.data or "", numbers, now=now(), store=store)

    done = N_("Ces bulletins comptent de nouveau, et les personnes sont prévenues.")
    return _deed(prepare(public_id, "confirmer-retablissement", form), form, do, done)


@bp.route(f"{_CASE}/personnes", methods=_BOTH)
@requires(Permission.SET_ASIDE, recent=True)
@limited(LOOKING_UP)
def identify(public_id: str) -> Response | BaseResponse:
    """Whose ballots these are, after a reason that the persons will read; nothing of the answer is kept anywhere."""
    form = SomeForm()
    prepared = prepare(public_id, "personnes", form)
    if holds(form, prepared.numbers):
        try:
            with transaction():
                found = actions.identify(
                    prepared.case, prepared.numbers, me(), form.reason.data or "", now=now(), store=secret_store()
                )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            answer = page("integrity_desk/persons.html", prepared=prepared, found=found, **words())
            answer.headers["Cache-Control"] = "no-store"
            return answer
    return _page(prepared, form)


def _deed(
    prepared: Prepared,
    form: BaseForm,
    do: Callable[[Prepared], None],
    done: str | Callable[[], None],
    before: Callable[[], None] | None = None,
    **shown: Any,
) -> Response | BaseResponse:
    """Do what a form asks and go back to the case; else show the page. `before` fills what a fresh page carries."""
    ready = holds(form, prepared.numbers) if isinstance(form, NumbersForm) else form.validate_on_submit()
    if ready:
        try:
            with transaction():
                do(prepared)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            notify(done) if isinstance(done, str) else done()
            return see_other("integrity_desk.case", public_id=prepared.case.public_id)
    if before is not None:
        before()
    return _page(prepared, form, **shown)


def _page(prepared: Prepared, form: BaseForm, **shown: Any) -> Response:
    status = 422 if form.is_submitted() else 200
    count = len(prepared.numbers) or prepared.case.size
    more: dict[str, Any] = {"compact": reading.compact} | words() | shown
    return page("integrity_desk/deed.html", status=status, prepared=prepared, form=form, count=count, **more)
