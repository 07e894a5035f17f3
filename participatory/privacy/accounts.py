"""What the account itself holds about a person: address, name, identifiers, sessions, second factors, roles, codes."""

from datetime import UTC, datetime, time

import sqlalchemy as sa
from flask import Flask

from participatory.core.database import db
from participatory.core.labels import N_, label
from participatory.identity.models import Person, RecoveryCode, RoleGrant, SecondFactor, SignInCode
from participatory.identity.queries import sessions_of
from participatory.identity.rules import Role
from participatory.identity.sessions import LASTS, STAFF_LASTS
from participatory.privacy.holdings import Holding, Processing, offer_holdings
from participatory.privacy.models import AddressChange
from participatory.privacy.rules import DELAYS, Task
from participatory.privacy.wording import day, duration, moment_text, said

_EVERYBODY = frozenset(Task) - {Task.BALLOT}
_KINDS = {
    "ine": N_("Empreinte de votre numéro étudiant national (INE), que personne ne peut relire"),
    "num": N_("Empreinte de votre numéro d’étudiant dans votre établissement, que personne ne peut relire"),
}
_ADDRESS = "address"
_DOORS = {
    "mail": N_("par une lettre électronique"),
    "oidc": N_("par votre établissement"),
    "cas": N_("par votre établissement"),
    "saml": N_("par votre établissement"),
    "printed": N_("par un code imprimé"),
    "demo": N_("par la démonstration"),
}
_FACTORS = {"totp": N_("application de codes"), "webauthn": N_("clé d’accès")}


def last_seen(person: Person) -> datetime:
    """The last visit that is known, as an instant (UTC): the clock of an unused account starts there."""
    if person.active_on is None:
        return person.created_at
    return max(person.created_at, datetime.combine(person.active_on, time(), UTC))


def _account(person: Person, now: datetime) -> Holding:
    nothing = said(N_("aucune"))
    rows = (
        (said(N_("Adresse électronique")), person.email or nothing),
        (said(N_("Nom affiché")), person.display_name),
        (said(N_("Langue")), "English" if person.locale == "en" else "Français"),
        (said(N_("Association étudiante")), person.association.name if person.association else nothing),
        (said(N_("Votre code public")), person.public_id),
        (said(N_("Compte créé le")), day(person.created_at)),
        (said(N_("Dernière visite")), day(last_seen(person))),
    )
    data = {
        "email": person.email,
        "display_name": person.display_name,
        "language": person.locale,
        "association": person.association.name if person.association else None,
        "public_code": person.public_id,
        "created_at": moment_text(person.created_at),
        "last_visit_on": last_seen(person).date().isoformat(),
    }
    if person.held:
        until = said(N_("Tant que vous tenez un rôle, et deux ans sans visite ensuite."))
    else:
        ends = day(last_seen(person) + DELAYS.inactive)
        until = said(N_("Jusqu’au %(day)s si vous ne revenez pas ; chaque visite repousse cette date."), day=ends)
    return Holding(until, rows, data=data)


def _account_kept() -> str:
    delays = {"unused": duration(DELAYS.inactive), "warned": duration(DELAYS.warned)}
    return said(N_("%(unused)s sans visite ; une lettre prévient %(warned)s avant"), **delays)


def _identifiers(person: Person, now: datetime) -> Holding | None:
    known = person.known_as
    if not known:
        return None
    rows = tuple((_named(each.value), _given(each.source, each.added_at)) for each in known)
    data = [
        {
            "kind": _kind(each.value),
            "address": each.value if _kind(each.value) == _ADDRESS else None,
            "source": each.source,
            "added_at": moment_text(each.added_at),
        }
        for each in known
    ]
    return Holding(said(N_("Autant que le compte.")), rows, data=data)


def _kind(value: str) -> str:
    return _ADDRESS if "@" in value else value.partition(":")[0]


def _named(value: str) -> str:
    if _kind(value) == _ADDRESS:
        return said(N_("Autre adresse : %(address)s"), address=value)
    return said(_KINDS[_kind(value)])


def _given(source: str, moment: datetime) -> str:
    how = said(_DOORS.get(source, N_("par votre établissement")))
    return said(N_("donnée %(how)s, le %(day)s"), how=how, day=day(moment))


def _sessions(person: Person, now: datetime) -> Holding | None:
    found = sessions_of(person, now)
    if not found:
        return None
    rows = tuple(
        (
            each.device or said(N_("Appareil inconnu")),
            said(N_("depuis le %(start)s, jusqu’au %(end)s"), start=day(each.created_at), end=day(each.expires_at)),
        )
        for each in found
    )
    data = [
        {
            "device": each.device,
            "door": each.door,
            "opened_at": moment_text(each.created_at),
            "seen_at": moment_text(each.seen_at),
            "expires_at": moment_text(each.expires_at),
        }
        for each in found
    ]
    return Holding(
        said(N_("Jusqu’à la déconnexion, et au plus tard au jour écrit à côté de chacune.")), rows, data=data
    )


def _factors(person: Person, now: datetime) -> Holding | None:
    keys = db.session.scalars(sa.select(SecondFactor).where(SecondFactor.person_id == person.id)).all()
    wanted = sa.select(sa.func.count()).where(RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))
    codes = db.session.scalar(wanted) or 0
    if not keys and not codes:
        return None
    rows = [(each.name, f"{said(_FACTORS[each.kind])}, {day(each.created_at)}") for each in keys]
    rows.append((said(N_("Codes de secours qui restent")), str(codes)))
    data = {
        "keys": [
            {
                "name": each.name,
                "kind": each.kind,
                "added_at": moment_text(each.created_at),
                "used_at": moment_text(each.used_at),
            }
            for each in keys
        ],
        "recovery_codes_left": codes,
    }
    return Holding(
        said(N_("Jusqu’à ce que vous les retiriez, et au plus autant que le compte.")), tuple(rows), data=data
    )


def _roles(person: Person, now: datetime) -> Holding | None:
    if not person.grants:
        return None
    rows = tuple((said(label(Role(each.role))), _held(each)) for each in person.grants)
    data = [
        {
            "role": each.role,
            "limited_to": {each.scope_kind: each.scope_key} if each.scope_kind else None,
            "granted_at": moment_text(each.granted_at),
            "ends_at": moment_text(each.ends_at),
            "taken_back_at": moment_text(each.revoked_at),
        }
        for each in person.grants
    ]
    return Holding(said(N_("Autant que le compte ; le journal garde ensuite le code, sans le nom.")), rows, data=data)


def _held(grant: RoleGrant) -> str:
    if grant.revoked_at is not None:
        dates = {"start": day(grant.granted_at), "end": day(grant.revoked_at)}
        return said(N_("du %(start)s au %(end)s"), **dates)
    return said(N_("depuis le %(start)s"), start=day(grant.granted_at))


def _codes(person: Person, now: datetime) -> Holding | None:
    sent = list(db.session.scalars(sa.select(SignInCode.created_at).where(SignInCode.email == person.email)))
    changes = sa.select(AddressChange.created_at).where(AddressChange.person_id == person.id)
    sent += list(db.session.scalars(changes))
    if not sent:
        return None
    rows = tuple((said(N_("Code envoyé")), day(moment)) for moment in sorted(sent))
    ends = day(max(sent) + DELAYS.codes)
    return Holding(
        said(N_("Quinze minutes pour servir ; la trace s’efface après une journée, vers le %(day)s."), day=ends),
        rows,
        data=[moment_text(moment) for moment in sorted(sent)],
    )


def offer(app: Flask) -> None:
    """Enter what identity holds into the register."""
    you_and_admin = N_("vous ; une personne habilitée de la Région, avec un motif que vous lisez dans « Mes données »")
    lines = (
        (Processing("account", N_("Votre compte"), N_("Adresse électronique, nom d’usage choisi, langue, association"),
                    N_("vous reconnaître et vous écrire"), you_and_admin, _account_kept, tasks=_EVERYBODY), _account),
        (Processing("identifiers", N_("Ce qui prouve qui vous êtes"),
                    N_("Empreintes de numéros d’étudiant, sans les numéros"),
                    N_("savoir que deux connexions sont la même personne, pour que chacune ne vote qu’une fois"),
                    you_and_admin, lambda: said(N_("autant que le compte")),
                    tasks=frozenset({Task.SIGN_IN, Task.ROLL, Task.RIGHTS})), _identifiers),
        (Processing("sessions", N_("Vos connexions ouvertes"), N_("Nom du navigateur, dates de début et de fin"),
                    N_("vous garder connecté·e, et vous laisser fermer une connexion oubliée"), you_and_admin,
                    _sessions_kept, tasks=frozenset({Task.SIGN_IN, Task.INCIDENT, Task.RIGHTS})), _sessions),
        (Processing("second_factors", N_("Vos clés de double vérification"),
                    N_("Nom et date de chaque clé, codes de secours sous forme d’empreintes"),
                    N_("protéger les comptes qui tiennent un rôle"), you_and_admin,
                    lambda: said(N_("jusqu’au retrait de la clé, au plus autant que le compte")),
                    tasks=frozenset({Task.SIGN_IN, Task.INCIDENT, Task.RIGHTS})), _factors),
        (Processing("roles", N_("Vos rôles"), N_("Rôles tenus, leurs limites et leurs dates"),
                    N_("savoir qui modère, instruit ou conduit un budget, et écarter les conflits d’intérêts"),
                    N_("l’administration de la plateforme et les responsables du budget"),
                    lambda: said(N_("autant que le compte")), tasks=frozenset({Task.INCIDENT, Task.RIGHTS})), _roles),
        (Processing("codes", N_("Codes de connexion"), N_("Adresse, empreinte du code, heure de l’envoi"),
                    N_("vous laisser entrer sans mot de passe"), N_("aucune personne"), _codes_kept,
                    tasks=frozenset({Task.SIGN_IN})), _codes),
    )  # fmt: skip
    for processing, holder in lines:
        offer_holdings(app, processing, holder)


def _sessions_kept() -> str:
    return said(
        N_("%(usual)s au plus ; %(staff)s pour qui tient un rôle"), usual=duration(LASTS), staff=duration(STAFF_LASTS)
    )


def _codes_kept() -> str:
    return said(N_("valables quinze minutes, oubliés %(delay)s après"), delay=duration(DELAYS.codes))
