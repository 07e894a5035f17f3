"""Who may confirm, withdraw or renew a deed; nobody confirms what they proposed."""

from datetime import datetime

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.deeds.models import Deed
from participatory.deeds.rules import DeedState
from participatory.identity.models import Person
from participatory.identity.permissions import Permission, Scope
from participatory.identity.queries import is_account_of

_OVER = {
    DeedState.CONFIRMED: N_("Cet acte est déjà confirmé."),
    DeedState.WITHDRAWN: N_("Cet acte a été retiré."),
    DeedState.EXPIRED: N_("Personne n’a confirmé cet acte à temps : il est périmé."),
}


def is_waiting(deed: Deed, now: datetime) -> Refusal | None:
    """Why nothing more can be done about a deed."""
    state = deed.state(now)
    return None if state is DeedState.WAITING else Refusal(_OVER[state])


def can_confirm(
    deed: Deed, permission: Permission, scopes: tuple[Scope, ...], person: Person, now: datetime
) -> Refusal | None:
    """Another person than the one who proposed, who holds the permission of this kind of deed on what it bears on."""
    over = is_waiting(deed, now)
    if over is not None:
        return over
    if not person.may(permission, *scopes):
        return Refusal(N_("Vos rôles ne permettent pas de confirmer cet acte."), Kind.FORBIDDEN)
    if is_account_of(deed.proposed_by, person):
        return Refusal(N_("Vous avez proposé cet acte : une autre personne doit le confirmer."), Kind.FORBIDDEN)
    return None


def can_withdraw(
    deed: Deed, permission: Permission, scopes: tuple[Scope, ...], person: Person, now: datetime
) -> Refusal | None:
    """Whoever proposed may think again; whoever may confirm may say no."""
    over = is_waiting(deed, now)
    if over is not None or is_account_of(deed.proposed_by, person) or person.may(permission, *scopes):
        return over
    return Refusal(N_("Vos rôles ne permettent pas de retirer cet acte."), Kind.FORBIDDEN)


def has_changed(deed: Deed, shown: str) -> Refusal | None:
    """What would happen is no longer what was shown when the deed was proposed: `shown` is its digest now."""
    if deed.shown == shown:
        return None
    return Refusal(
        N_(
            "Depuis la proposition, ce qui arriverait a changé. Relisez, puis proposez à nouveau : "
            "une autre personne confirmera."
        )
    )
