"""Who may do what: permissions, the roles that give them, and what a role may be limited to. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from participatory.core.labels import N_, register
from participatory.identity.rules import Role


class Permission(StrEnum):
    """One thing that somebody may be allowed to do; every staff page asks for one of them."""

    MODERATE = "moderate"
    ARBITRATE = "arbitrate"
    APPRAISE = "appraise"
    READ_UNPUBLISHED = "read_unpublished"
    KEEP_CATALOGUE = "keep_catalogue"
    COLLECT_PROPOSALS = "collect_proposals"
    CONDUCT_ROUNDS = "conduct_rounds"
    CREATE_KEY = "create_key"
    CLOSE_VOTE = "close_vote"
    SET_ASIDE = "set_aside"
    WATCH_INTEGRITY = "watch_integrity"
    COUNT = "count"
    PUBLISH = "publish"
    READ_TURNOUT = "read_turnout"
    READ_ROLL = "read_roll"
    SUBMIT_ROLL = "submit_roll"
    APPROVE_ROLL = "approve_roll"
    ISSUE_CODES = "issue_codes"
    HAND_CODES = "hand_codes"
    OPEN_STANDS = "open_stands"
    ENTER_PAPER = "enter_paper"
    MANAGE_NETWORKS = "manage_networks"
    MANAGE_SOURCES = "manage_sources"
    OPEN_SOURCES = "open_sources"
    MANAGE_ROLES = "manage_roles"
    READ_RIGHTS = "read_rights"
    READ_PERSONAL = "read_personal"
    READ_DEEDS = "read_deeds"
    MANAGE_RETENTION = "manage_retention"
    RECEIVE_CHECKPOINTS = "receive_checkpoints"
    DECIDE_NOTICES = "decide_notices"
    BLOCK_PEOPLE = "block_people"


class ScopeKind(StrEnum):
    """What a role may be limited to."""

    ROUND = "round"
    TERRITORY = "territory"
    ASSOCIATION = "association"
    ESTABLISHMENT = "establishment"


register(
    {
        Permission.MODERATE: N_("Dire si un projet est recevable, au nom d’une association"),
        Permission.ARBITRATE: N_("Trancher quand deux associations sont en désaccord ou en retard"),
        Permission.APPRAISE: N_("Dire si un projet est faisable et ce qu’il coûte"),
        Permission.COLLECT_PROPOSALS: N_("Entrer des projets recueillis en atelier ou sur papier"),
        Permission.KEEP_CATALOGUE: N_("Tenir la grille des coûts de la Région"),
        Permission.READ_UNPUBLISHED: N_("Lire les projets déposés avant qu’ils soient publics"),
        Permission.CONDUCT_ROUNDS: N_("Créer un budget, écrire son règlement et son calendrier"),
        Permission.CREATE_KEY: N_("Créer la clé d’un vote avec ses gardiens"),
        Permission.CLOSE_VOTE: N_("Clore, contrôler et sceller le vote"),
        Permission.SET_ASIDE: N_("Proposer ou confirmer la mise à l’écart d’un bulletin"),
        Permission.WATCH_INTEGRITY: N_("Lire les dossiers d’intégrité et prévenir les personnes"),
        Permission.COUNT: N_("Dépouiller"),
        Permission.PUBLISH: N_("Publier le résultat"),
        Permission.READ_TURNOUT: N_("Lire la participation avant les résultats"),
        Permission.READ_ROLL: N_("Lire les effectifs de la liste électorale"),
        Permission.SUBMIT_ROLL: N_("Envoyer la liste d’un établissement"),
        Permission.APPROVE_ROLL: N_("Approuver une liste envoyée par une autre personne"),
        Permission.ISSUE_CODES: N_("Faire imprimer des codes"),
        Permission.HAND_CODES: N_("Remettre des codes imprimés au guichet"),
        Permission.OPEN_STANDS: N_("Ouvrir un stand de vote, imprimer et rapprocher des bulletins papier"),
        Permission.ENTER_PAPER: N_("Saisir des bulletins papier"),
        Permission.MANAGE_NETWORKS: N_("Déclarer les réseaux d’un établissement"),
        Permission.MANAGE_SOURCES: N_("Relier la connexion d’un établissement"),
        Permission.OPEN_SOURCES: N_("Ouvrir la porte qu’une autre personne a préparée"),
        Permission.MANAGE_ROLES: N_("Donner et retirer des rôles, créer des associations"),
        Permission.READ_RIGHTS: N_("Lire qui peut quoi"),
        Permission.READ_PERSONAL: N_("Lire les données d’une personne, avec un motif"),
        Permission.READ_DEEDS: N_("Lire les actes qui attendent une seconde personne"),
        Permission.MANAGE_RETENTION: N_("Suivre les durées de conservation et les suppressions"),
        Permission.DECIDE_NOTICES: N_("Décider des textes signalés"),
        Permission.BLOCK_PEOPLE: N_("Empêcher une personne de publier pour un temps"),
        Permission.RECEIVE_CHECKPOINTS: N_("Recevoir chaque heure l’empreinte du journal"),
    }
)
# In a call of its own: in one mapping, members of two enums with the same value are one key.
register(
    {
        ScopeKind.ROUND: N_("Un budget"),
        ScopeKind.TERRITORY: N_("Un territoire"),
        ScopeKind.ASSOCIATION: N_("Une association"),
        ScopeKind.ESTABLISHMENT: N_("Un établissement"),
    }
)

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.MODERATOR: frozenset({Permission.MODERATE, Permission.DECIDE_NOTICES, Permission.READ_UNPUBLISHED}),
    Role.APPRAISER: frozenset({Permission.APPRAISE, Permission.KEEP_CATALOGUE, Permission.READ_UNPUBLISHED}),
    Role.REFERENT: frozenset(
        {
            Permission.SUBMIT_ROLL,
            Permission.READ_ROLL,
            Permission.HAND_CODES,
            Permission.ENTER_PAPER,
            Permission.MANAGE_NETWORKS,
        }
    ),
    Role.OFFICER: frozenset(
        {
            Permission.ARBITRATE,
            Permission.READ_UNPUBLISHED,
            Permission.KEEP_CATALOGUE,
            Permission.COLLECT_PROPOSALS,
            Permission.CONDUCT_ROUNDS,
            Permission.CREATE_KEY,
            Permission.CLOSE_VOTE,
            Permission.SET_ASIDE,
            Permission.WATCH_INTEGRITY,
            Permission.DECIDE_NOTICES,
            Permission.BLOCK_PEOPLE,
            Permission.OPEN_STANDS,
            Permission.ENTER_PAPER,
            Permission.MANAGE_NETWORKS,
            Permission.COUNT,
            Permission.PUBLISH,
            Permission.READ_TURNOUT,
            Permission.READ_ROLL,
            Permission.SUBMIT_ROLL,
            Permission.APPROVE_ROLL,
            Permission.ISSUE_CODES,
            Permission.HAND_CODES,
            Permission.OPEN_SOURCES,
            Permission.READ_RIGHTS,
            Permission.READ_PERSONAL,
            Permission.READ_DEEDS,
            Permission.MANAGE_RETENTION,
        }
    ),
    Role.OBSERVER: frozenset({Permission.RECEIVE_CHECKPOINTS}),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.CONDUCT_ROUNDS,
            Permission.READ_ROLL,
            Permission.MANAGE_NETWORKS,
            Permission.MANAGE_SOURCES,
            Permission.OPEN_SOURCES,
            Permission.MANAGE_ROLES,
            Permission.READ_RIGHTS,
            Permission.READ_PERSONAL,
            Permission.READ_DEEDS,
            Permission.MANAGE_RETENTION,
        }
    ),
}

# What each role may be limited to; a role in NEEDS_SCOPE cannot be held without a limit.
SCOPES: dict[Role, frozenset[ScopeKind]] = {
    Role.MODERATOR: frozenset({ScopeKind.ASSOCIATION}),
    Role.APPRAISER: frozenset({ScopeKind.ROUND, ScopeKind.TERRITORY}),
    Role.REFERENT: frozenset({ScopeKind.ESTABLISHMENT}),
    Role.OFFICER: frozenset({ScopeKind.ROUND}),
    Role.ADMINISTRATOR: frozenset(),
    Role.OBSERVER: frozenset({ScopeKind.ASSOCIATION}),
}
NEEDS_SCOPE = frozenset({Role.MODERATOR, Role.REFERENT})


@dataclass(frozen=True)
class Scope:
    """What a grant is limited to, or what a deed bears on.

    `key` is a round's public identifier, a site's short name or a department's code, an
    association's short name, an establishment's key.
    """

    kind: ScopeKind
    key: str


@dataclass(frozen=True)
class Held:
    """A role as it is held: its limit, None for everywhere, and from when to when (UTC)."""

    role: Role
    scope: Scope | None
    starts_at: datetime
    ends_at: datetime | None

    def is_present(self, now: datetime) -> bool:
        """Whether the role is held at this instant."""
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


def gives(held: Iterable[Held], permission: Permission, targets: Iterable[Scope], now: datetime) -> bool:
    """Whether one of these roles allows this permission on a thing that belongs to these scopes.

    A moderator's association is the one in whose name they act: it limits nothing that they judge.
    """
    within = reach(held, permission, now)
    return within is None or not within.isdisjoint(targets)


def reach(held: Iterable[Held], permission: Permission, now: datetime) -> frozenset[Scope] | None:
    """How far these roles allow this permission: None for everywhere, else the scopes that they are limited to.

    Nothing in the set means nowhere: lists that are limited show what belongs to one of these scopes.
    """
    limits = {each.scope for each in held if each.is_present(now) and permission in PERMISSIONS[each.role]}
    if any(scope is None or scope.kind is ScopeKind.ASSOCIATION for scope in limits):
        return None
    return frozenset(scope for scope in limits if scope is not None)
