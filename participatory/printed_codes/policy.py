"""Who makes packages of codes, who hands sheets over, and when a code still opens the door."""

from datetime import datetime

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.identity.queries import is_account_of
from participatory.printed_codes.models import CodePackage, PrintedCode
from participatory.printed_codes.rules import MAX_ADDRESSES, CodeState, state_of
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase

_BEFORE_THE_END = frozenset({Phase.DRAFT, Phase.ANNOUNCEMENT, Phase.SUBMISSION, Phase.REVIEW, Phase.VOTING})


def can_see(person: Person, package: CodePackage) -> Refusal | None:
    """Those who make the packages of the round or hand out those of the establishment; for others there is none."""
    if person.may(Permission.ISSUE_CODES, package.round.scope) or person.may(Permission.HAND_CODES, *package.scopes):
        return None
    return Refusal(N_("Ce paquet de codes n’existe pas."), Kind.NOT_FOUND)


def can_make(person: Person, round_: Round, now: datetime) -> Refusal | None:
    """Officers of the round, until voting closes."""
    if not person.may(Permission.ISSUE_CODES, round_.scope):
        return Refusal(N_("Seules les personnes qui conduisent ce budget font imprimer des codes."), Kind.FORBIDDEN)
    return open_for_codes(round_, now)


def open_for_codes(round_: Round, now: datetime) -> Refusal | None:
    """Whether codes may still serve in a round."""
    if round_.imported or round_.phase(now) not in _BEFORE_THE_END:
        return Refusal(N_("Le vote de ce budget est clos : des codes n’y serviraient plus."), field="round")
    return None


def can_print(person: Person, package: CodePackage, now: datetime) -> Refusal | None:
    """Once: a code is never readable again after its sheet."""
    if refusal := can_make(person, package.round, now):
        return refusal
    if package.printed_at is not None:
        return Refusal(
            N_(
                "Les feuilles de ce paquet ont déjà été imprimées, et leurs codes ne se relisent pas. "
                "Si elles sont perdues, clôturez ce paquet et faites-en un autre."
            )
        )
    return _still_alive(package, now)


def can_work(person: Person, package: CodePackage) -> Refusal | None:
    """Whether somebody may act at the counter on a package."""
    if refusal := can_see(person, package):
        return refusal
    if not person.may(Permission.HAND_CODES, *package.scopes):
        return Refusal(N_("Vous ne tenez pas le guichet de cet établissement."), Kind.FORBIDDEN)
    if package.printed_at is None:
        return Refusal(N_("Les feuilles de ce paquet ne sont pas encore imprimées."))
    if package.closed_at is not None:
        return Refusal(N_("Ce paquet est clôturé : il ne change plus."))
    return None


def can_hand(person: Person, package: CodePackage, now: datetime) -> Refusal | None:
    """Whether sheets of a package may be handed over; never by who printed it, and so could use the codes alone."""
    wrong = can_work(person, package) or _another_hand(person, package) or _still_alive(package, now)
    return wrong or open_for_codes(package.round, now)


def _another_hand(person: Person, package: CodePackage) -> Refusal | None:
    if not is_account_of(package.printed_by, person):
        return None
    return Refusal(
        N_("Vous avez imprimé ce paquet, et pu en lire les codes : une autre personne remet ses feuilles."),
        Kind.FORBIDDEN,
    )


def can_hand_this(code: PrintedCode, now: datetime) -> Refusal | None:
    """Whether one sheet is still in reserve."""
    sentences = {
        CodeState.HANDED: N_("La feuille %(serial)s a déjà été remise : prenez-en une autre."),
        CodeState.EXPIRED: N_("La feuille %(serial)s a déjà été remise : prenez-en une autre."),
        CodeState.USED: N_("La feuille %(serial)s a déjà servi : prenez-en une autre."),
        CodeState.RETURNED: N_("La feuille %(serial)s a été rendue : elle ne se remet pas une seconde fois."),
        CodeState.VOID: N_("La feuille %(serial)s est annulée : prenez-en une autre."),
    }
    sentence = sentences.get(state_of(code.life, now))
    return Refusal(sentence, field="serial", serial=code.serial) if sentence else None


def can_take_back(code: PrintedCode, now: datetime, *, returned: bool) -> Refusal | None:
    """Whether a sheet may be taken out of use; only one that was handed over can be given back."""
    state = state_of(code.life, now)
    if state is CodeState.USED:
        return Refusal(
            N_("La feuille %(serial)s a déjà servi : son code ne vaut plus rien."), field="serial", serial=code.serial
        )
    if state in {CodeState.RETURNED, CodeState.VOID}:
        return Refusal(N_("La feuille %(serial)s est déjà hors d’usage."), field="serial", serial=code.serial)
    if returned and state is CodeState.STOCK:
        return Refusal(
            N_("La feuille %(serial)s n’a pas été remise : elle ne peut pas être rendue."),
            field="serial",
            serial=code.serial,
        )
    return None


def can_close(person: Person, package: CodePackage) -> Refusal | None:
    """Whoever makes or hands out the sheets may count them at the end."""
    if refusal := can_see(person, package):
        return refusal
    if package.printed_at is None:
        return Refusal(N_("Les feuilles de ce paquet ne sont pas encore imprimées."))
    if package.closed_at is not None:
        return Refusal(N_("Ce paquet est clôturé : il ne change plus."))
    return None


def can_use(code: PrintedCode, now: datetime) -> Refusal | None:
    """Whether a code still opens the door."""
    state = state_of(code.life, now)
    if state is CodeState.USED:
        return Refusal(N_("Ce code a déjà servi : il ne vaut qu’une fois. Demandez une autre feuille au guichet."))
    if state in {CodeState.RETURNED, CodeState.VOID} or code.package.closed_at is not None:
        return Refusal(N_("Ce code est annulé. Demandez une autre feuille au guichet de votre établissement."))
    if now >= code.package.expires_at:
        return Refusal(N_("Ce code valait jusqu’au %(end)s : il est périmé."), end=code.package.expires_at)
    if state is CodeState.STOCK:
        return Refusal(
            N_(
                "Cette feuille n’a pas été remise au guichet, ou pas encore : retournez-y avec votre carte "
                "d’étudiant, et la feuille."
            )
        )
    if code.wrong_addresses >= MAX_ADDRESSES:
        return Refusal(
            N_("Trop d’adresses ont été essayées avec ce code : par prudence, il ne vaut plus. Retournez au guichet.")
        )
    return open_for_codes(code.package.round, now)


def _still_alive(package: CodePackage, now: datetime) -> Refusal | None:
    if package.closed_at is not None:
        return Refusal(N_("Ce paquet est clôturé : il ne change plus."))
    if now >= package.expires_at:
        return Refusal(N_("Les codes de ce paquet valaient jusqu’au %(end)s."), end=package.expires_at)
    return None
