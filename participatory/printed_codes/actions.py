"""The life of a package: made, printed, handed over sheet by sheet, used, taken back, counted and closed.

Signing in with a code that fails must stay counted: it is answered with a Refusal that is returned, not raised.
"""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participatory.core.clock import paris
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.doors.actions import let_in
from participatory.doors.rules import Claim, SourceKind
from participatory.identity.codes import same
from participatory.identity.models import Person
from participatory.identity.rules import normalised_email
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.printed_codes import policy, queries
from participatory.printed_codes.models import CodePackage, PrintedCode
from participatory.printed_codes.rules import (
    LARGEST_PACKAGE,
    MAIL,
    CodeState,
    Difference,
    Outcome,
    Shown,
    code_mac,
    differences,
    new_code,
    new_label,
    position_in,
    readings,
    sealed_mail,
    serial_of,
    well_formed,
)
from participatory.rolls.models import Voter
from participatory.rolls.rules import pseudonym
from participatory.rounds.models import Round
from participatory.territories.models import Establishment


def make_package(
    round_: Round, establishment: Establishment, by: Person, now: datetime, *, size: int, expires_at: datetime
) -> CodePackage:
    """Plan `size` sheets; raises Refusal for another size or a time that is over or later than the vote."""
    refuse_if(policy.can_make(by, round_, now))
    if not 1 <= size <= LARGEST_PACKAGE:
        raise Refusal(N_("Un paquet compte de 1 à %(most)s feuilles."), Kind.INVALID, "size", most=LARGEST_PACKAGE)
    end = round_.control_at
    if not now < expires_at <= end:
        raise Refusal(
            N_("Les codes valent jusqu’à la fin du vote au plus tard : le %(end)s."),
            Kind.INVALID,
            "expires_at",
            end=end,
        )
    package = CodePackage(
        label=new_label(),
        round=round_,
        establishment=establishment,
        size=size,
        expires_at=expires_at,
        made_by=by.public_id,
        made_at=now,
    )
    db.session.add(package)
    db.session.flush()
    record(
        Verb.CODES_PLANNED,
        by.public_id,
        now,
        package=package.public_id,
        round=round_.public_id,
        establishment=establishment.key,
        size=size,
    )
    return package


def draw_codes(package: CodePackage) -> list[tuple[str, str]]:
    """Codes for the sheets of a package: pairs of a number and a code. Nothing is kept of them yet."""
    return [(serial_of(package.label, place), new_code()) for place in range(1, package.size + 1)]


def keep_codes(package: CodePackage, codes: list[tuple[str, str]], key: bytes, by: Person, now: datetime) -> None:
    """Keep the MACs of the codes that were printed, once for a package; nobody can read a code afterwards."""
    held = queries.locked_package(package.id)
    refuse_if(policy.can_print(by, held, now))
    db.session.execute(
        sa.insert(PrintedCode),
        [
            {
                "package_id": held.id,
                "round_id": held.round_id,
                "position": place,
                "code_mac": code_mac(key, code),
                "wrong_addresses": 0,
            }
            for place, (_serial, code) in enumerate(codes, start=1)
        ],
    )
    held.printed_by, held.printed_at = by.public_id, now
    record(Verb.CODES_PRINTED, by.public_id, now, package=held.public_id, size=held.size)


def hand_over(
    package: CodePackage, by: Person, now: datetime, *, serial: str, identifier: str, peppers: tuple[bytes, bytes]
) -> PrintedCode:
    """Bind a sheet to the student whose card the clerk has in hand, who must be on the roll of the round.

    `peppers` are those of the installation and of the round. Raises Refusal, among others when the
    student already holds a live sheet.
    """
    held = queries.locked_package(package.id)
    refuse_if(policy.can_hand(by, held, now))
    code = queries.locked_code(held, position_in(held.label, serial))
    refuse_if(policy.can_hand_this(code, now))
    _bind(code, held, *_on_roll(held, identifier, *peppers), now)
    record(Verb.CODE_HANDED, by.public_id, now, package=held.public_id, sheet=code.serial)
    return code


def _on_roll(package: CodePackage, identifier: str, of_installation: bytes, of_round: bytes) -> tuple[Shown, Voter]:
    """What was shown, as the line of the roll that it names; raises Refusal (INVALID, field `identifier`)."""
    for shown in readings(identifier, package.establishment.uai, of_installation):
        voter = queries.voter_at(package.round, package.establishment, pseudonym(of_round, shown.on_roll))
        if voter is not None:
            return shown, voter
    raise Refusal(
        N_(
            "Cette personne n’est pas sur la liste électorale de votre établissement. Vérifiez ce que vous avez "
            "écrit ; sinon, la liste est peut-être à compléter."
        ),
        Kind.INVALID,
        "identifier",
    )


def _bind(code: PrintedCode, package: CodePackage, shown: Shown, voter: Voter, now: datetime) -> None:
    live = queries.live_code_of(package.round, voter.pseudonym)
    if live is not None:
        sentence = N_(
            "La feuille %(serial)s a déjà été remise à cette personne et n’a pas servi. "
            "Si elle est perdue, annulez-la d’abord."
        )
        raise Refusal(sentence, Kind.INVALID, "identifier", serial=live.serial)
    code.holder, code.voter, code.handed_on = shown.kept, voter.pseudonym, paris(now).date()
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refusal(
            N_("Une feuille vient d’être remise à cette personne ailleurs."), Kind.CONFLICT, "identifier"
        ) from error


def take_back(package: CodePackage, serial: str, outcome: Outcome, by: Person, now: datetime) -> PrintedCode:
    """Take a sheet out of use: given back by its student, or lost, spoilt, handed over by mistake."""
    held = queries.locked_package(package.id)
    refuse_if(policy.can_work(by, held))
    code = queries.locked_code(held, position_in(held.label, serial))
    refuse_if(policy.can_take_back(code, now, returned=outcome is Outcome.RETURNED))
    _retire(code, outcome, now)
    record(Verb.CODE_TAKEN_BACK, by.public_id, now, package=held.public_id, sheet=code.serial, outcome=outcome.value)
    return code


def _retire(code: PrintedCode, outcome: Outcome, now: datetime) -> None:
    code.holder = code.voter = None
    if outcome is Outcome.RETURNED:
        code.returned_on = paris(now).date()
    else:
        code.voided_on = paris(now).date()
    db.session.flush()


def close_package(
    package: CodePackage, counted: Mapping[CodeState, int], note: str, by: Person, now: datetime
) -> list[Difference]:
    """Close a package once its sheets were counted; gives the differences with the register.

    A difference needs a note. Raises Refusal (field `note`) without one. Whatever is still in
    reserve or in hands opens nothing any more.
    """
    held = queries.locked_package(package.id)
    refuse_if(policy.can_close(by, held))
    found = differences(queries.figures_of([held], now)[held.id], counted)
    if found and not note.strip():
        raise Refusal(
            N_(
                "Vos chiffres ne sont pas ceux du registre. Comptez encore, ou dites ici ce qui explique la différence."
            ),
            Kind.INVALID,
            "note",
        )
    held.closed_at, held.closed_by, held.note = now, by.public_id, note.strip()
    held.counted = {state.value: number for state, number in counted.items()}
    bound = sa.update(PrintedCode).where(PrintedCode.package_id == held.id, PrintedCode.holder.is_not(None))
    db.session.execute(bound.values(holder=None, voter=None))
    db.session.flush()
    record(
        Verb.CODES_CLOSED,
        by.public_id,
        now,
        package=held.public_id,
        counted=held.counted,
        differences={each.state.value: each.counted - each.register for each in found},
        note=held.note,
    )
    return found


def use_code(
    typed: str, address: str, now: datetime, *, key: bytes, pepper: bytes, locale: str
) -> tuple[Person, PrintedCode] | Refusal:
    """Sign in with a code: the person and their sheet, or why the code did not open the door.

    `address` is needed for a sheet that was handed over on the sight of an address: what is
    kept of it cannot be read. Like every sign-in it leaves no row in the journal.
    """
    if not well_formed(typed):
        return Refusal(
            N_("Le code compte douze lettres et chiffres, en trois groupes de quatre."), Kind.INVALID, "code"
        )
    code = queries.locked_code_with(code_mac(key, typed))
    if code is None:
        return Refusal(
            N_("Nous ne connaissons pas ce code. Vérifiez chaque signe : il n’y a ni O, ni I, ni L, ni U."),
            Kind.INVALID,
            "code",
        )
    refusal = policy.can_use(code, now)
    if refusal is not None:
        return refusal
    claim = _claim(code, address, pepper)
    if isinstance(claim, Refusal):
        return policy.can_use(code, now) or claim
    code.used_on, code.holder, code.voter = paris(now).date(), None, None
    db.session.flush()
    return let_in(claim, locale, now), code


def _claim(code: PrintedCode, address: str, pepper: bytes) -> Claim | Refusal:
    """What the counter has proven; a wrong address is counted on the sheet."""
    assert code.holder is not None
    place = code.package.establishment_id
    if not code.holder.startswith(f"{MAIL}:"):
        return Claim((code.holder,), None, place, None, SourceKind.PRINTED, "")
    if not address.strip():
        return Refusal(
            N_("Au guichet, vous avez montré votre adresse d’étudiant : écrivez-la aussi."), Kind.INVALID, "address"
        )
    try:
        email = normalised_email(address)
    except Refusal as refusal:
        return Refusal(refusal.message, Kind.INVALID, "address", **refusal.values)
    if not same(sealed_mail(pepper, email), code.holder):
        code.wrong_addresses += 1
        db.session.flush()
        return Refusal(
            N_("Ce n’est pas l’adresse que vous avez montrée au guichet en recevant cette feuille."),
            Kind.INVALID,
            "address",
        )
    return Claim((), email, place, None, SourceKind.PRINTED, "")


def forget_bindings(now: datetime, most: int) -> int:
    """Forget what was shown at the counter for codes whose time is over; gives how many, at most `most`."""
    over = (
        sa.select(PrintedCode.id)
        .join(CodePackage, CodePackage.id == PrintedCode.package_id)
        .where(PrintedCode.holder.is_not(None), CodePackage.expires_at <= now)
        .limit(most)
    )
    numbers = list(db.session.scalars(over))
    db.session.execute(sa.update(PrintedCode).where(PrintedCode.id.in_(numbers)).values(holder=None, voter=None))
    return len(numbers)
