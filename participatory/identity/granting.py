"""Giving and taking back roles, and creating the associations that moderate."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.identifiers import slugify
from participatory.core.labels import N_
from participatory.identity import policy, queries
from participatory.identity.actions import welcome
from participatory.identity.models import Association, Person, RoleGrant
from participatory.identity.permissions import ScopeKind
from participatory.identity.rules import LONGEST_ASSOCIATION, Role, clean_name
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb


def grant(
    email: str, role: Role, association: Association | None, by: Person | None, now: datetime, *, locale: str = "fr"
) -> Person:
    """Give a role to a normalised address; `by` is None when the operator runs the command.

    The account is created when nobody has signed in with this address yet: the role waits
    there. A moderator acts for one association, which becomes theirs. Raises Refusal.
    """
    actor = _actor(by)
    person = queries.person_by_email(email)
    if person is None:
        refuse_if(policy.can_manage_roles(by) if by else None)
        person = welcome(email, locale, actor, now)
    refuse_if(policy.can_grant(person, role, association, by))
    moderates = association if role is Role.MODERATOR else None
    if moderates is not None:
        person.association_id, person.association = moderates.id, moderates
    limits = {"scope_kind": ScopeKind.ASSOCIATION.value, "scope_key": moderates.slug} if moderates else {}
    person.grants.append(RoleGrant(role=role.value, granted_by=actor, granted_at=now, **limits))
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refusal(N_("Cette personne a déjà ce rôle."), field="role") from error
    scope = moderates.slug if moderates else ""
    record(Verb.ROLE_GRANTED, actor, now, person=person.public_id, role=role.value, scope=scope)
    return person


def revoke(person: Person, role: Role, by: Person | None, now: datetime) -> None:
    """Take a role back, from now on; raises Refusal, and always keeps one administrator."""
    administrators = queries.locked_administrators()
    refuse_if(policy.can_revoke(person, role, administrators, by))
    for held in person.grants:
        if held.role == role and held.revoked_at is None:
            held.revoked_at = now
    scope = person.association.slug if role is Role.MODERATOR and person.association else ""
    record(Verb.ROLE_REVOKED, _actor(by), now, person=person.public_id, role=role.value, scope=scope)


def create_association(name: str, by: Person | None, now: datetime) -> Association:
    """Create an association; raises Refusal when its name is empty or taken."""
    refuse_if(policy.can_manage_roles(by) if by else None)
    written = clean_name(name)[:LONGEST_ASSOCIATION]
    if not written:
        raise Refusal(N_("Écrivez le nom de l’association."), Kind.INVALID, "name")
    association = Association(name=written, slug=slugify(written, "association"))
    db.session.add(association)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refusal(N_("Une association porte déjà ce nom, ou presque."), field="name") from error
    record(Verb.ASSOCIATION_CREATED, _actor(by), now, association=association.slug)
    return association


def _actor(by: Person | None) -> str:
    return by.public_id if by else SYSTEM
