"""Giving and taking back roles, with their limits and dates, and creating the associations that moderate."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.identifiers import slugify
from participatory.core.labels import N_
from participatory.identity import grants, policy, queries
from participatory.identity.actions import welcome
from participatory.identity.models import Association, Person, RoleGrant
from participatory.identity.permissions import Scope
from participatory.identity.rules import LONGEST_ASSOCIATION, Role, clean_name
from participatory.identity.terms import Term
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb

ALWAYS = Term()


def grant(
    email: str,
    role: Role,
    scope: Scope | None,
    by: Person | None,
    now: datetime,
    *,
    term: Term = ALWAYS,
    locale: str = "fr",
) -> Person:
    """Give a role to a normalised address; `by` is None when the operator runs the command.

    The account is created when nobody has signed in with this address yet: the role waits
    there. Raises Refusal.
    """
    person = queries.person_by_email(email)
    if person is None:
        refuse_if(policy.can_manage_roles(by) if by else None)
        person = welcome(email, locale, _actor(by), now)
    elif person.email != email:
        # An establishment has asserted it of whoever holds the account: nobody has shown that this mailbox is theirs.
        raise Refusal(
            N_(
                "Cette adresse est une seconde adresse d’un compte qui en a une autre : cherchez ce compte par son "
                "nom, vérifiez que c’est bien cette personne, puis donnez-lui le rôle."
            ),
            field="email",
        )
    grant_to(person, role, scope, by, now, term=term)
    return person


def grant_to(
    person: Person, role: Role, scope: Scope | None, by: Person | None, now: datetime, *, term: Term = ALWAYS
) -> RoleGrant:
    """Give a role, within a limit when one is given and for a term; a role that ends may be given again for longer.

    A moderator acts for one association, which becomes theirs. Raises Refusal.
    """
    grants.locked_grants(role, person)
    refuse_if(policy.can_grant(person, role, scope, term, by=by, now=now))
    before = grants.grant_of(person, role, scope)
    if before is not None:
        term = _replace(before, term, now)
    association = queries.association_by_slug(scope.key) if scope and role is Role.MODERATOR else None
    if association is not None:
        person.association_id, person.association = association.id, association
    given = RoleGrant(role=role.value, granted_by=_actor(by), granted_at=now)
    given.starts_at, given.ends_at = term.starts_at, term.ends_at
    given.scope_kind, given.scope_key = (scope.kind.value, scope.key) if scope else ("", "")
    person.grants.append(given)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refusal(N_("Cette personne a déjà ce rôle."), field="role") from error
    if before is not None and before.revoked_at == now:
        _record(Verb.ROLE_REVOKED, before, by, now)
    _record(Verb.ROLE_GRANTED, given, by, now)
    return given


def _replace(before: RoleGrant, term: Term, now: datetime) -> Term:
    """Close the grant that another one prolongs; the new one leaves no gap after a role that is held now."""
    over = before.ends_at is not None and before.ends_at <= now
    before.revoked_at = before.ends_at if over else now
    db.session.flush()
    return Term(None, term.ends_at) if before.held.is_present(now) else term


def revoke(person: Person, role: Role, scope: Scope | None, by: Person | None, now: datetime) -> None:
    """Take a role back within its limit, from now on; raises Refusal, and always keeps one administrator."""
    of_the_role = grants.locked_grants(role, person)
    held = grants.grant_of(person, role, scope)
    refuse_if(policy.can_revoke(held, of_the_role, by, now))
    assert held is not None
    held.revoked_at = now
    db.session.flush()
    _record(Verb.ROLE_REVOKED, held, by, now)


def _record(verb: Verb, grant: RoleGrant, by: Person | None, now: datetime) -> None:
    """Journal a grant with its limit and its dates (ISO 8601; an empty `ends` is no end)."""
    record(
        verb,
        _actor(by),
        now,
        person=grant.person.public_id,
        role=grant.role,
        scope_kind=grant.scope_kind,
        scope_key=grant.scope_key,
        starts=grant.held.starts_at.isoformat(),
        ends=grant.ends_at.isoformat() if grant.ends_at else "",
    )


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
