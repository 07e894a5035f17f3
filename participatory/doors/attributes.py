"""What the attributes of an establishment mean: eduPerson, supann and schac names, in OIDC, CAS or SAML spelling. Pure.

Sources: SupAnn 2021 (supannCodeINE, supannEtuId, supannEtablissement), eduPerson 202208 (eduPersonAffiliation,
eduPersonScopedAffiliation), SCHAC 1.5 (schacPersonalUniqueCode, which carries the ESI).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from participatory.core.errors import Refusal
from participatory.core.labels import N_, register
from participatory.doors.rules import DoorRefusal, Trouble
from participatory.identity.identifiers import ine_from_esi, is_esi, normalised_ine, normalised_uai, numbered
from participatory.identity.rules import normalised_email

# An honest attribute is far smaller; the rest of a hostile one is not even looked at.
LONGEST_VALUE = 400
LONGEST_NAME = 120
MOST_VALUES = 50
MOST_ATTRIBUTES = 100

Normaliser = Callable[[str], str]


class Meaning(StrEnum):
    """What we read in the attributes, whatever an establishment calls them."""

    AFFILIATION = "affiliation"
    INE = "ine"
    ESI = "esi"
    STUDENT_NUMBER = "student_number"
    ESTABLISHMENT = "establishment"
    EMAIL = "email"


register(
    {
        Meaning.AFFILIATION: N_("Statut (étudiant, personnel…)"),
        Meaning.INE: N_("INE"),
        Meaning.ESI: N_("Identifiant étudiant européen (ESI)"),
        Meaning.STUDENT_NUMBER: N_("Numéro étudiant"),
        Meaning.ESTABLISHMENT: N_("Établissement (code UAI)"),
        Meaning.EMAIL: N_("Adresse électronique"),
    }
)

# Compared without case, dashes and underscores: `eduperson_affiliation` of OIDC is the eduPersonAffiliation of LDAP.
DEFAULT_NAMES: dict[Meaning, tuple[str, ...]] = {
    Meaning.AFFILIATION: (
        "eduPersonAffiliation",
        "eduPersonScopedAffiliation",
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.1",
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.9",
    ),
    Meaning.INE: ("supannCodeINE", "urn:oid:1.3.6.1.4.1.7135.1.2.1.9"),
    Meaning.ESI: ("schacPersonalUniqueCode", "urn:oid:1.3.6.1.4.1.25178.1.2.14"),
    Meaning.STUDENT_NUMBER: ("supannEtuId", "urn:oid:1.3.6.1.4.1.7135.1.2.1.10"),
    Meaning.ESTABLISHMENT: ("supannEtablissement", "urn:oid:1.3.6.1.4.1.7135.1.2.1.14"),
    Meaning.EMAIL: ("mail", "email", "urn:oid:0.9.2342.19200300.100.1.3"),
}
STUDENT = "student"
# What eduPerson calls people who work there; `member` and `affiliate` say nothing of that.
_STAFF = frozenset({"staff", "employee", "faculty", "teacher", "researcher", "emeritus", "retired"})


@dataclass(frozen=True)
class Reading:
    """How the attributes of one source are read.

    `names` replaces the default names of a meaning; `student_values` are the affiliations that mean "student here";
    `scopes`, when there are any, are the only ones after the @ of a scoped affiliation that count.
    """

    names: Mapping[Meaning, tuple[str, ...]] = field(default_factory=dict)
    student_values: tuple[str, ...] = (STUDENT,)
    scopes: tuple[str, ...] = ()

    def names_of(self, meaning: Meaning) -> tuple[str, ...]:
        """The names under which a meaning is looked for."""
        return self.names.get(meaning) or DEFAULT_NAMES[meaning]


@dataclass(frozen=True)
class Statement:
    """What the attributes say, normalised but not sealed: it lives as long as the request.

    `ine` is normalised (from supannCodeINE, else from the ESI); `esi` is an ESI that holds no INE, in lower case.
    `faults` are sentences for the test page about values that could not be used.
    """

    affiliations: tuple[str, ...]
    is_student: bool
    ine: str | None
    esi: str | None
    student_number: str | None
    uais: tuple[str, ...]
    emails: tuple[str, ...]
    faults: tuple[Refusal, ...] = ()


def tidied(raw: Mapping[Any, object]) -> dict[str, tuple[str, ...]]:
    """Attributes as a service sent them, as names with texts: what is not text or is too long is left out.

    A list is kept as its texts; a list inside a list, a mapping, a text with a control character are not.
    """
    kept: dict[str, tuple[str, ...]] = {}
    for name, value in raw.items():
        if len(kept) == MOST_ATTRIBUTES:
            break
        texts = _texts(value)
        if isinstance(name, str) and _is_plain(name, LONGEST_NAME) and texts:
            kept[name] = texts
    return kept


def _texts(value: object) -> tuple[str, ...]:
    several = value if isinstance(value, list | tuple) else [value]
    # A student number may come as a JSON number; a truth value is no text.
    worded = [
        str(each) if isinstance(each, int) and not isinstance(each, bool) else each for each in several[:MOST_VALUES]
    ]
    return tuple(each.strip() for each in worded if isinstance(each, str) and _is_plain(each, LONGEST_VALUE))


def _is_plain(text: str, longest: int) -> bool:
    return bool(text.strip()) and len(text) <= longest and text.isprintable()


def values_of(attributes: Mapping[str, Sequence[str]], names: Iterable[str]) -> tuple[str, ...]:
    """The values under any of these names, in the order of the names, each once."""
    found: dict[str, None] = {}
    for wanted in map(_bare, names):
        for name, values in attributes.items():
            if _bare(name) == wanted:
                found.update(dict.fromkeys(values))
    return tuple(found)


def _bare(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")


def read(attributes: Mapping[str, Sequence[str]], reading: Reading) -> Statement:
    """What the attributes say of a person; refuses nothing: see `refuse_unless_student` and `identifying`."""
    faults: list[Refusal] = []

    def of(meaning: Meaning) -> tuple[str, ...]:
        return values_of(attributes, reading.names_of(meaning))

    affiliations = tuple(each.casefold() for each in of(Meaning.AFFILIATION))
    esis = [each for each in of(Meaning.ESI) if is_esi(each)]
    ine = _first(of(Meaning.INE), normalised_ine, faults) or _first(_french(esis), ine_from_esi, faults)
    return Statement(
        affiliations=affiliations,
        is_student=any(_means_student(each, reading) for each in affiliations),
        ine=ine,
        esi=next((each.casefold() for each in esis if ":esi:" in each.casefold() and each not in _french(esis)), None),
        student_number=next(iter(of(Meaning.STUDENT_NUMBER)), None),
        uais=_uais(of(Meaning.ESTABLISHMENT)),
        emails=_all(of(Meaning.EMAIL), normalised_email, faults),
        faults=tuple(faults),
    )


def _french(esis: Iterable[str]) -> tuple[str, ...]:
    return tuple(each for each in esis if ":esi:fr:" in each.casefold())


def _first(values: Iterable[str], normalise: Normaliser, faults: list[Refusal]) -> str | None:
    return next(iter(_all(values, normalise, faults)), None)


def _all(values: Iterable[str], normalise: Normaliser, faults: list[Refusal]) -> tuple[str, ...]:
    kept = []
    for value in values:
        try:
            kept.append(normalise(value))
        except Refusal as refusal:
            faults.append(refusal)
    return tuple(kept)


def _uais(values: Iterable[str]) -> tuple[str, ...]:
    # supannEtablissement also holds other codes, each with its label: {SIRET}, {CNRS}, {RNSR}.
    labelled = [each for each in values if each[:5].upper() == "{UAI}" or not each.startswith("{")]
    return _all((each[5:] if each.startswith("{") else each for each in labelled), normalised_uai, [])


def _means_student(affiliation: str, reading: Reading) -> bool:
    value, at, scope = affiliation.partition("@")
    if value not in {each.casefold() for each in reading.student_values}:
        return False
    return not at or not reading.scopes or scope in {each.casefold() for each in reading.scopes}


def refuse_unless_student(statement: Statement) -> None:
    """Raise DoorRefusal (NOT_STUDENT) in the words that fit what the service said instead."""
    if statement.is_student:
        return
    values = {each.partition("@")[0] for each in statement.affiliations}
    if not values:
        sentence = N_("Votre établissement vous a reconnu·e, mais ne nous a pas dit que vous y êtes étudiant·e.")
    elif values & _STAFF:
        sentence = N_("Votre compte est celui d’un membre du personnel, et cette porte est celle des étudiants.")
    elif "alum" in values:
        sentence = N_(
            "Votre compte est celui d’un·e ancien·ne étudiant·e, et cette porte est celle des étudiants inscrits."
        )
    else:
        sentence = N_("Votre établissement vous a reconnu·e, mais pas comme étudiant·e.")
    raise DoorRefusal(Trouble.NOT_STUDENT, sentence, detail=f"affiliation without student: {len(values)} values")


def identifying(statement: Statement, uai: str) -> tuple[tuple[str, str], ...]:
    """The stable numbers of a person, as pairs (`ine` or `num`, value to seal), the strongest first.

    `uai` is the code of the establishment that gives the student number, empty when it has none.
    Raises DoorRefusal (NO_IDENTIFIER) when there is none: an address changes, and a transient name
    is new at every visit.
    """
    found = [("ine", statement.ine)] if statement.ine else []
    if statement.esi:
        found.append(("num", statement.esi))
    if statement.student_number and uai:
        found.extend(("num", each) for each in _all([statement.student_number], lambda text: numbered(uai, text), []))
    if found:
        return tuple((kind, value) for kind, value in found if value)
    raise DoorRefusal(
        Trouble.NO_IDENTIFIER,
        N_(
            "Votre établissement ne nous a pas transmis de numéro stable pour vous reconnaître : "
            "ni INE, ni identifiant européen, ni numéro étudiant."
        ),
        detail="none of supannCodeINE, schacPersonalUniqueCode (ESI), supannEtuId was released",
    )
