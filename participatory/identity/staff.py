"""Roles and associations, for the administration of the platform."""

from flask import Blueprint, Response, request
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity import asking, granting, queries
from participatory.identity.forms import AssociationForm, GrantForm, RevokeForm, SearchForm
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.identity.policy import can_revoke
from participatory.identity.rules import Role, normalised_email
from participatory.web.access import requires
from participatory.web.filters import label
from participatory.web.i18n import LANGUAGES
from participatory.web.pages import notify, page, see_other


@requires(Permission.MANAGE_ROLES)
def roles() -> Response:
    """Who holds what, and a search by address."""
    return _screen(request.args.get("email", "")[:254].strip())


@requires(Permission.MANAGE_ROLES, recent=True)
def grant() -> Response | BaseResponse:
    """Give a role to an address."""
    form = GrantForm()
    form.offer(queries.associations())
    if form.validate_on_submit():
        try:
            return _grant(form)
        except Refusal as refusal:
            form.refuse(refusal)
    return _screen(form.email.data or "", form)


def _grant(form: GrantForm) -> BaseResponse:
    email, role = normalised_email(form.email.data or ""), Role(form.role.data)
    with transaction():
        by: Person = current_user
        chosen = form.association.data
        association = queries.association_by_slug(chosen) if chosen and role is Role.MODERATOR else None
        granting.grant(email, role, association, by, now(), locale=LANGUAGES[0])
    notify(N_("%(email)s a maintenant le rôle « %(role)s »."), email=email, role=label(role))
    return see_other("identity.roles", email=email)


@requires(Permission.MANAGE_ROLES, recent=True)
def revoke() -> BaseResponse:
    """Take a role back from a person."""
    form = RevokeForm()
    person = queries.person_by_public_id(form.person.data or "")
    if not form.validate_on_submit() or person is None or form.role.data not in set(Role):
        raise Refusal(N_("Ce rôle n’est plus tenu : rechargez la page."), Kind.NOT_FOUND)
    role = Role(form.role.data)
    with transaction():
        by: Person = current_user
        granting.revoke(person, role, by, now())
    notify(N_("%(email)s n’a plus le rôle « %(role)s »."), email=person.email, role=label(role))
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
    return _screen("", form)


def _screen(wanted: str, refused: FlaskForm | None = None) -> Response:
    """The whole screen; `refused` is the form to correct, if one was."""
    known = queries.associations()
    granting_form = refused if isinstance(refused, GrantForm) else GrantForm(formdata=None, email=wanted.lower())
    granting_form.offer(known)
    found = queries.people_like(wanted) if wanted else []
    if not granting_form.is_submitted():
        # Somebody already in an association moderates for it: leaving the list alone must not move them elsewhere.
        own = next((each.association for each in found if each.email == _address(wanted)), None)
        granting_form.association.data = own.slug if own else ""
    search = SearchForm(formdata=None, email=wanted)
    search.email.flags.hide_optional = True
    held = queries.roles_held()
    administrators = sum(each.role == Role.ADMINISTRATOR for each in held)
    by: Person = current_user
    return page(
        "identity/roles.html",
        status=422 if refused is not None else 200,
        form=refused,
        search=search,
        wanted=wanted,
        address=_address(wanted),
        found=found,
        granting=granting_form,
        founding=refused if isinstance(refused, AssociationForm) else AssociationForm(formdata=None),
        held=[(each, Role(each.role), can_revoke(each.person, Role(each.role), administrators, by)) for each in held],
        associations=known,
    )


def _address(wanted: str) -> str:
    """The complete address that was searched for, empty when it is a part of one."""
    try:
        return normalised_email(wanted)
    except Refusal:
        return ""


def open_doors(bp: Blueprint) -> None:
    """Add these pages to those of the package."""
    asking.open_doors(bp)
    bp.get("/gestion/roles")(roles)
    bp.post("/gestion/roles/donner")(grant)
    bp.post("/gestion/roles/retirer")(revoke)
    bp.post("/gestion/roles/associations")(create_association)
