"""The pages of those who connect the sign-in of establishments."""

from flask import Blueprint, Response
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import after_commit, transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_, label
from participatory.core.search import folded
from participatory.doors import going, managing, policy, queries
from participatory.doors.forms import NewSourceForm, SourceForm
from participatory.doors.kinds import CLIENT_SECRET, DoorKind, kind_of, kinds
from participatory.doors.models import IdentitySource
from participatory.doors.opening import ask_opening, waiting_opening
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.territories.models import Establishment
from participatory.territories.queries import establishments
from participatory.web.access import requires
from participatory.web.forms import option
from participatory.web.pages import absolute_url, notify, page, see_other
from participatory.web.settings import secret_store


@requires(Permission.MANAGE_SOURCES)
def sources() -> Response:
    """Every door, with its state and what to do next."""
    found = queries.sources()
    with_doors = {each.establishment_id for each in found if each.enabled_at}
    return page(
        "doors/sources.html",
        sources=found,
        without=sorted(
            (each for each in establishments() if each.id not in with_doors), key=lambda each: folded(each.name)
        ),
    )


@requires(Permission.MANAGE_SOURCES)
def new() -> Response | BaseResponse:
    """Choose an establishment and a kind, then fill in its form."""
    form = NewSourceForm()
    offered = [option(each.kind.value, gettext(label(each.kind))) for each in kinds().values()]
    form.offer(establishments(), offered)
    if form.validate_on_submit():
        return see_other("doors.create", key=form.establishment.data, kind=form.kind.data)
    status = 422 if form.is_submitted() else 200
    return page("doors/new.html", status=status, form=form, hints=[(each.kind, each.hint) for each in kinds().values()])


@requires(Permission.MANAGE_SOURCES, recent=True)
def create(key: str, kind: str) -> Response | BaseResponse:
    """The settings of a new door."""
    establishment, chosen = queries.establishment_by_key(key), kind_of(kind)
    form = chosen.form()
    if form.validate_on_submit():
        try:
            return _created(form, establishment, chosen)
        except Refusal as refusal:
            form.refuse(refusal)
    return _screen(form, chosen, establishment, None)


def _created(form: SourceForm, establishment: Establishment, chosen: DoorKind) -> BaseResponse:
    form.check_secret(kept=False)
    by: Person = current_user
    with transaction():
        source = managing.create(establishment, chosen.kind, form.name.data or "", form.settings(), by=by, now=now())
        _keep_secret(source.public_id, form.secret)
    notify(N_("La porte est enregistrée. Elle reste fermée jusqu’à un essai réussi."))
    return see_other("doors.source", source=source.public_id)


def _keep_secret(public_id: str, secret: str) -> None:
    """A secret goes to its file once the rest is safe; an empty field keeps the one that is there."""
    if secret:
        after_commit(lambda: secret_store().keep(CLIENT_SECRET, public_id, secret.encode()))


@requires(Permission.MANAGE_SOURCES)
def source(source: str) -> Response:
    """One door: its state, what to do next, what to ask of the establishment."""
    found = queries.source_by_public_id(source)
    chosen, by = kind_of(found.kind), current_user
    return page(
        "doors/source.html",
        source=found,
        kind=chosen,
        shown=chosen.form.of(found.name, found.settings).shown(),
        callback=going.callback_of(found),
        not_enable=policy.can_ask_opening(found, by),
        waiting=waiting_opening(found, now()),
    )


@requires(Permission.MANAGE_SOURCES, recent=True)
def edit(source: str) -> Response | BaseResponse:
    """The settings of a door."""
    found = queries.source_by_public_id(source)
    chosen = kind_of(found.kind)
    form = chosen.form.of(found.name, found.settings)
    if form.validate_on_submit():
        try:
            return _changed(form, found)
        except Refusal as refusal:
            form.refuse(refusal)
    return _screen(form, chosen, found.establishment, found)


def _changed(form: SourceForm, found: IdentitySource) -> BaseResponse:
    form.check_secret(kept=_has_secret(found))
    by: Person = current_user
    with transaction():
        closed = managing.change(
            found.id, form.name.data or "", form.settings(), by, now(), new_secret=bool(form.secret)
        )
        _keep_secret(found.public_id, form.secret)
    if closed:
        notify(N_("Les réglages sont enregistrés. La porte est fermée jusqu’à un nouvel essai réussi."), "info")
    else:
        notify(N_("Les réglages sont enregistrés."))
    return see_other("doors.source", source=found.public_id)


def _has_secret(found: IdentitySource) -> bool:
    return secret_store().find(CLIENT_SECRET, found.public_id) is not None


def _screen(form: SourceForm, kind: DoorKind, establishment: Establishment, found: IdentitySource | None) -> Response:
    return page(
        "doors/edit.html",
        status=422 if form.is_submitted() else 200,
        form=form,
        kind=kind,
        establishment=establishment,
        source=found,
        has_secret=found is not None and _has_secret(found),
    )


@requires(Permission.MANAGE_SOURCES)
def test(source: str) -> Response | BaseResponse:
    """Go through the door as a student would, without letting anybody in.

    Reached by a link, and without asking for the second factor again: our security policy lets no form, even one that
    leads here, lead on to another site. The outcome is shown at the return; opening the door asks again.
    """
    found = queries.source_by_public_id(source)
    by: Person = current_user
    try:
        return going.leave(found, "", tester=by)
    except Refusal as refusal:
        return going.shown(found, refusal)


@requires(Permission.MANAGE_SOURCES, recent=True)
def enable(source: str) -> BaseResponse:
    """Propose to open a door to students: another person confirms."""
    found = queries.source_by_public_id(source)
    by: Person = current_user
    with transaction():
        refuse_if(policy.can_ask_opening(queries.locked_source(found.id), by))
        ask_opening(found, by, now(), absolute_url("deeds.index"))
    notify(N_("L’ouverture est proposée : une autre personne lit ce que la porte prouvera, puis l’ouvre."))
    return see_other("doors.source", source=found.public_id)


@requires(Permission.MANAGE_SOURCES, recent=True)
def disable(source: str) -> BaseResponse:
    """Close a door."""
    found = queries.source_by_public_id(source)
    by: Person = current_user
    with transaction():
        managing.disable(found.id, by, now())
    notify(N_("La porte est fermée : elle n’est plus proposée aux étudiants."))
    return see_other("doors.source", source=found.public_id)


def open_doors(bp: Blueprint) -> None:
    """Add these pages to those of the package."""
    bp.get("/gestion/sources")(sources)
    bp.route("/gestion/sources/nouvelle", methods=["GET", "POST"])(new)
    bp.route("/gestion/sources/nouvelle/<key>/<kind>", methods=["GET", "POST"])(create)
    bp.get("/gestion/sources/<source>")(source)
    bp.route("/gestion/sources/<source>/reglages", methods=["GET", "POST"])(edit)
    bp.get("/gestion/sources/<source>/essai")(test)
    bp.post("/gestion/sources/<source>/ouvrir")(enable)
    bp.post("/gestion/sources/<source>/fermer")(disable)
