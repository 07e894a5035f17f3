"""Roles and associations, for the administration of the platform."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from flask import Blueprint, Flask, Response, request
from flask.sansio.blueprints import BlueprintSetupState
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity import granting, grants, queries, rights
from participatory.identity.forms import AssociationForm, GrantForm, RevokeForm, SearchForm
from participatory.identity.listing import line_of
from participatory.identity.models import Person
from participatory.identity.permissions import Permission, ScopeKind
from participatory.identity.policy import can_revoke
from participatory.identity.rules import Role, masked_email, normalised_email
from participatory.identity.scopes import Named, known_scopes, offer_own
from participatory.identity.terms import term_of
from participatory.web.access import requires
from participatory.web.filters import label
from participatory.web.i18n import LANGUAGES
from participatory.web.pages import notify, page, see_other


@requires(Permission.MANAGE_ROLES)
def roles() -> Response:
    """Who holds what, and a search by address or name; `?person=` opens one account."""
    return _screen(request.args.get("email", "")[:254].strip(), request.args.get("person", "").replace("\0", "")[:20])


@requires(Permission.MANAGE_ROLES, recent=True)
def grant() -> Response | BaseResponse:
    """Give a role to an account, or to an address that has none."""
    form = GrantForm()
    form.offer(known_scopes())
    if form.validate_on_submit():
        try:
            return _grant(form)
        except Refusal as refusal:
            form.refuse(refusal)
    return _screen(form.email.data or "", form.person.data or "", form)


def _grant(form: GrantForm) -> BaseResponse:
    role, moment = Role(form.role.data), now()
    term = term_of(form.starts.data, form.ends.data, moment)
    with transaction():
        by: Person = current_user
        if form.person.data:
            person = _account(form.person.data)
            granting.grant_to(person, role, form.chosen_scope, by, moment, term=term)
        else:
            email = normalised_email(form.email.data or "")
            person = granting.grant(email, role, form.chosen_scope, by, moment, term=term, locale=LANGUAGES[0])
    if term.starts_at is None:
        notify(N_("%(name)s a maintenant le rôle « %(role)s »."), name=person.display_name, role=label(role))
    else:
        notify(N_("%(name)s aura le rôle « %(role)s » au jour dit."), name=person.display_name, role=label(role))
    return see_other("identity.roles", person=person.public_id)


def _account(public_id: str) -> Person:
    person = queries.person_by_public_id(public_id)
    if person is None:
        raise Refusal(N_("Ce compte n’existe plus : cherchez à nouveau."))
    return person


@requires(Permission.MANAGE_ROLES, recent=True)
def revoke() -> BaseResponse:
    """Take a role back from a person."""
    form = RevokeForm()
    person = queries.person_by_public_id(form.person.data or "")
    if not form.validate_on_submit() or person is None or form.role.data is None:
        raise Refusal(N_("Ce rôle n’est plus tenu : rechargez la page."), Kind.NOT_FOUND)
    role = Role(form.role.data)
    with transaction():
        by: Person = current_user
        granting.revoke(person, role, form.scope, by, now())
    notify(N_("%(name)s n’a plus le rôle « %(role)s »."), name=person.display_name, role=label(role))
    if person.id == by.id and role is Role.ADMINISTRATOR:
        return see_other("identity.account")
    return see_other("identity.roles")


@requires(Permission.MANAGE_ROLES, recent=True)
def create_association() -> Response | BaseResponse:
    """Create an association, which can then carry projects and moderate."""
    form = AssociationForm()
    if form.validate_on_submit():
        try:
            with transaction():
                by: Person = current_user
                created = granting.create_association(form.name.data or "", by, now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            notify(N_("L’association « %(name)s » est créée."), name=created.name)
            return see_other("identity.roles", _anchor="associations")
    return _screen("", "", form)


def _screen(wanted: str, chosen: str, refused: FlaskForm | None = None) -> Response:
    """The whole screen: what was searched for, the account that was chosen; `refused` is the form to correct."""
    known, moment = known_scopes(), now()
    address = _address(wanted)
    found = queries.people_like(wanted) if wanted and not chosen else []
    person = queries.person_by_public_id(chosen) if chosen else _owner(found, address)
    giving = refused if isinstance(refused, GrantForm) else GrantForm(formdata=None)
    giving.offer(known)
    giving.person.data, giving.email.data = (person.public_id, "") if person else ("", address)
    return page(
        "identity/roles.html",
        status=422 if refused is not None else 200,
        form=refused,
        search=_search(wanted),
        wanted=wanted,
        address=address,
        person=person,
        found=found,
        granting=giving,
        founding=refused if isinstance(refused, AssociationForm) else AssociationForm(formdata=None),
        associations=queries.associations(),
        **_lists(known, moment),
    )


def _search(wanted: str) -> SearchForm:
    search = SearchForm(formdata=None, email=wanted)
    search.email.flags.hide_optional = True
    return search


def _lists(known: Mapping[ScopeKind, Sequence[Named]], moment: datetime) -> dict[str, Any]:
    """The roles held or to come, each with why it cannot be taken back, and those that are over."""
    held, by = grants.roles_held(moment), current_user
    administrators = [each for each in held if each.role == Role.ADMINISTRATOR]
    lines = [(line_of(each, known, moment), can_revoke(each, administrators, by, moment)) for each in held]
    return {
        "held": lines,
        "ending": [line for line, _refusal in lines if line.is_ending],
        "over": [line_of(each, known, moment) for each in grants.roles_over(moment)],
    }


def _owner(found: list[Person], address: str) -> Person | None:
    """The one whose whole address was typed."""
    return next((each for each in found if each.email == address), None) if address else None


def _address(wanted: str) -> str:
    """The complete address that was searched for, empty when it is a part of one."""
    try:
        return normalised_email(wanted)
    except Refusal:
        return ""


def _offer_names(state: BlueprintSetupState) -> None:
    # The type of a blueprint's setup does not say which application it sets up.
    offer_own(cast("Flask", state.app))


def open_doors(bp: Blueprint) -> None:
    """Add these pages to those of the package."""
    rights.open_doors(bp)
    bp.record(_offer_names)
    bp.app_template_filter("masked_email")(masked_email)
    bp.get("/gestion/roles")(roles)
    bp.post("/gestion/roles/donner")(grant)
    bp.post("/gestion/roles/retirer")(revoke)
    bp.post("/gestion/roles/associations")(create_association)
