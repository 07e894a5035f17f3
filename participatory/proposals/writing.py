"""Where a project is written: begun, saved by hand or by itself, submitted, withdrawn, followed."""

from collections.abc import Iterator

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participatory.core.clock import now, paris
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.core.storage import MAX_BYTES
from participatory.identity.models import Person
from participatory.proposals import policy
from participatory.proposals.actions import Stale, Stamp, save, stamp_of, start, submit
from participatory.proposals.actions import locked as lock_proposal
from participatory.proposals.content import Incomplete, faults
from participatory.proposals.context import helpers, leave_of, leaves_of, panels
from participatory.proposals.documents import documents_of
from participatory.proposals.drafting import Desk
from participatory.proposals.examples import examples_for
from participatory.proposals.journey import next_step, promised, way
from participatory.proposals.planning import change_rows, changes_rows
from participatory.proposals.queries import count_of, proposal_by_slug, sites, written_by
from participatory.proposals.rules import COUNTED, State
from participatory.proposals.tasks import tasks
from participatory.proposals.written import content_of
from participatory.rolls.entering import enter_roll
from participatory.rolls.models import Voter
from participatory.rolls.queries import voter_of
from participatory.rounds.models import Round
from participatory.rounds.policy import can_conduct
from participatory.rounds.policy import can_see as can_see_round
from participatory.rounds.queries import announced_rounds, round_by_slug
from participatory.rounds.rules import Phase
from participatory.web.access import public, signed_in
from participatory.web.filters import locale_code
from participatory.web.pages import absolute_url, notify, page, see_other
from participatory.web.settings import image_store, secret_store

bp = Blueprint("proposals", __name__)


def reader() -> Person | None:
    """The person who asks, None when nobody has signed in."""
    person: Person | None = current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001
    return person


def author() -> Person:
    """The person who writes, on pages that only those who have signed in may open."""
    person = reader()
    assert person is not None
    return person


def open_round(slug: str) -> Round:
    """A round that the person who asks may see; raises Refusal (NOT_FOUND)."""
    round_, person = round_by_slug(slug), reader()
    conducting = person is not None and can_conduct(person, round_) is None
    refuse_if(can_see_round(round_, conducting, now()))
    return round_


def _voter(round_: Round, person: Person) -> Voter | None:
    return voter_of(round_, secret_store().get("pepper", round_.public_id), person)


def on_roll(round_: Round, person: Person) -> bool:
    """Whether a person may propose in a round, as far as its roll is concerned."""
    return not round_.rulebook.proposers_on_roll or _voter(round_, person) is not None


@bp.get("/budgets/<slug>/projets/nouveau")
@public
def invitation(slug: str) -> ResponseReturnValue:
    """What a project needs, and the button that begins one."""
    round_, person = open_round(slug), reader()
    refusal, drafts = policy.can_propose(round_, True, 0, now()), []
    if person is not None:
        enter_roll(round_, person)
        counted = count_of(round_, person, COUNTED)
        drafts = [each for each in written_by(person) if each.round_id == round_.id and each.state is State.DRAFT]
        refusal = policy.can_start(round_, on_roll(round_, person), counted, len(drafts), now())
    off_roll = refusal is not None and refusal.kind is Kind.FORBIDDEN
    return page("proposals/new.html", round=round_, refusal=refusal, drafts=drafts, off_roll=off_roll)


@bp.post("/budgets/<slug>/projets/nouveau")
@signed_in
def create(slug: str) -> ResponseReturnValue:
    """Begin a draft and lead to the page where it is written."""
    round_ = open_round(slug)
    enter_roll(round_, author())
    with transaction():
        person = author()
        voter = _voter(round_, person)
        on_roll = voter is not None or not round_.rulebook.proposers_on_roll
        draft = start(round_, person, voter.site_id if voter else None, now(), on_roll=on_roll)
    return see_other("proposals.edit", slug=draft.slug)


def _desk(slug: str) -> Desk:
    """The project and its form; raises Refusal for another person, never for a phase that ended while typing."""
    proposal, person = proposal_by_slug(slug), author()
    refusal = policy.can_edit(proposal, person, now())
    if refusal is not None and (request.method == "GET" or refusal.kind is not Kind.CONFLICT):
        raise refusal
    return Desk(proposal, person, sites(), str(current_app.secret_key))


def _sheet(desk: Desk, status: int = 200) -> ResponseReturnValue:
    proposal, form = desk.proposal, desk.form
    papers = len(documents_of([proposal.id]))
    missing = faults(content_of(proposal), proposal.round.rulebook)
    return page(
        "proposals/edit.html",
        status=status,
        form=form,
        proposal=proposal,
        round=proposal.round,
        book=proposal.round.rulebook,
        missing=missing,
        tasks=tasks(content_of(proposal), [each.field or "" for each in missing], papers),
        papers=papers,
        examples=examples_for(proposal.round.rulebook.themes, proposal.theme),
        heaviest=MAX_BYTES,
        received=bool(form.picture.data) and not form.remove_image.data,
        helpers=helpers(proposal, author(), now()),
        late=proposal.state is State.CHANGES_REQUESTED or leave_of(proposal) is not None,
        panels=panels(proposal, author(), now()) if proposal.state is State.CHANGES_REQUESTED else [],
    )


@bp.get("/projets/<slug>/modifier")
@signed_in
def edit(slug: str) -> ResponseReturnValue:
    """The project as a form."""
    return _sheet(_desk(slug))


@bp.post("/projets/<slug>/modifier")
@signed_in
def keep(slug: str) -> ResponseReturnValue:
    """Save what is typed, even incomplete; or add or remove an expense, which saves nothing yet."""
    desk = _desk(slug)
    alone = request.form.get("act") == "autosave"
    if changes_rows(request.form):
        return _other_rows(desk)
    if not _readable(desk, with_picture=not alone):
        return _unsaved(desk, 422, alone)
    try:
        with transaction():
            held = lock_proposal(desk.proposal.public_id)
            save(held, author(), desk.content(), desk.stamp, now())
    except Refusal as refusal:
        return _refused(desk, refusal, alone)
    if alone:
        local = paris(held.updated_at)
        hour = f"{local.hour} h {local:%M}" if locale_code() == "fr" else f"{local:%H:%M}"
        missing = faults(desk.content(), held.round.rulebook)
        papers = len(documents_of([held.id]))
        ticked = tasks(desk.content(), [each.field or "" for each in missing], papers)
        return page("proposals/_saved.html", form=desk.form, hour=hour, missing=missing, tasks=ticked)
    notify(N_("Brouillon enregistré."))
    return see_other("proposals.edit", slug=held.slug)


def _readable(desk: Desk, with_picture: bool = True) -> bool:
    """Whether each field means something; the picture is received even when another field does not."""
    valid: bool = desk.form.validate()
    return (not with_picture or desk.receive_picture(image_store())) and valid


def _other_rows(desk: Desk) -> ResponseReturnValue:
    desk.receive_picture(image_store())
    change_rows(desk.form, request.form)
    return _sheet(desk)


def _unsaved(desk: Desk, status: int, alone: bool = False) -> ResponseReturnValue:
    if alone:
        return page("proposals/_saved.html", status=status, form=desk.form, reasons=list(_reasons(desk.form.errors)))
    return _sheet(desk, status)


def _reasons(errors: object) -> Iterator[str]:
    """Every sentence in the errors of a form, however deep."""
    if isinstance(errors, str):
        yield errors
    elif isinstance(errors, dict | list | tuple):
        for each in errors.values() if isinstance(errors, dict) else errors:
            yield from _reasons(each)


def _refused(desk: Desk, refusal: Refusal, alone: bool = False) -> ResponseReturnValue:
    """Show why, with all that was typed; after a warning about another tab, the next save replaces its text."""
    if refusal.kind in {Kind.FORBIDDEN, Kind.NOT_FOUND} and not isinstance(refusal, Incomplete):
        raise refusal
    for fault in refusal.faults if isinstance(refusal, Incomplete) else [refusal]:
        desk.form.refuse(fault)
    if isinstance(refusal, Stale) and not alone:
        desk.form.updated_at.data = refusal.stamp
    return _unsaved(desk, int(refusal.kind), alone)


@bp.get("/projets/<slug>/deposer")
@signed_in
def back_to_edit(slug: str) -> ResponseReturnValue:
    """Where a reload or a change of language leads from the answer to a submission."""
    return see_other("proposals.edit", slug=slug)


@bp.post("/projets/<slug>/deposer", endpoint="submit")
@signed_in
def deposit(slug: str) -> ResponseReturnValue:
    """Submit the project, or a new version of it, with everything to correct said at once."""
    desk = _desk(slug)
    if not _readable(desk):
        _add_what_is_missing(desk)
        return _unsaved(desk, 422)
    try:
        changed = _save_and_submit(desk)
    except Refusal as refusal:
        return _refused(desk, refusal)
    if changed:
        notify(N_("Votre projet est déposé. Nous vous écrirons dès qu’il aura été lu."))
    else:
        notify(N_("Rien n’a changé : votre projet est déjà déposé."), "info")
    return see_other("proposals.show", slug=proposal_by_slug(desk.proposal.public_id).slug)


def _add_what_is_missing(desk: Desk) -> None:
    """Beside what cannot be read, say what the rulebook misses, so that nothing is learnt only at the next try."""
    try:
        content = desk.content()
    except ValueError:
        return
    for fault in faults(content, desk.proposal.round.rulebook):
        if fault.field and not desk.form.faulty(fault.field):
            desk.form.refuse(fault)


def _save_and_submit(desk: Desk) -> bool:
    """Keep the text first, so that it is safe even when it cannot be submitted yet."""
    identifier, content, stamp = desk.proposal.public_id, desk.content(), desk.stamp
    enter_roll(desk.proposal.round, author())
    with transaction():
        held = lock_proposal(identifier)
        if held.state in {State.DRAFT, State.CHANGES_REQUESTED}:
            save(held, author(), content, stamp, now())
            stamp = Stamp(stamp.editor, stamp_of(held))
    desk.form.updated_at.data = stamp.read_at
    link = absolute_url("proposals.show", slug=identifier)
    with transaction():
        held, person = lock_proposal(identifier), author()
        able = on_roll(held.round, person)
        return submit(held, person, content, stamp, now(), on_roll=able, link=link)


@bp.get("/mes-projets")
@signed_in
def mine() -> ResponseReturnValue:
    """The person's own projects: where each stands, why, what comes next and by when."""
    moment, rows, written = now(), [], written_by(author())
    leaves = leaves_of(written)
    for proposal in written:
        editable = policy.can_edit(proposal, author(), moment, leaves) is None
        split = editable and proposal.id in leaves
        coming = next_step(proposal.state, proposal.round.phase(moment), split=split)
        until = proposal.round.calendar.starts(coming.until) if coming.until else None
        row = {"proposal": proposal, "next": coming.sentence, "until": until, "editable": editable}
        due = promised(proposal.state, proposal.submitted_at, proposal.round.rulebook)
        rows.append(row | {"way": way(proposal.state, proposal.round.phase(moment)), "promised": due})
    open_rounds = [each for each in announced_rounds(moment) if each.phase(moment) is Phase.SUBMISSION]
    return page("proposals/mine.html", rows=rows, open_rounds=open_rounds)
