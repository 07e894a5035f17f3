"""What a test sign-in shows to staff: which attributes came, masked, what they prove, and what to mend. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from participatory.core.errors import Refusal
from participatory.core.labels import N_
from participatory.doors.attributes import Meaning, Statement, read, values_of
from participatory.doors.claims import Home, claim_of, place_of
from participatory.doors.rules import Asserted, Claim, DoorRefusal, SourceKind
from participatory.identity.identifiers import Sealed, uai_is_coherent

_DOT = "•"
MOST_SHOWN = 8
_NUMBERS = {Sealed.INE: N_("INE, lu ou tiré de l’identifiant européen"), Sealed.NUMBER: N_("numéro étudiant")}


@dataclass(frozen=True)
class Line:
    """An attribute as the page shows it; `meaning` is what we read in it, None when it is not used."""

    name: str
    values: tuple[str, ...]
    meaning: Meaning | None


@dataclass(frozen=True)
class Report:
    """The outcome: a claim, or the refusal that a student would have met; `warnings` do not stop the door."""

    lines: tuple[Line, ...]
    claim: Claim | None
    refusal: Refusal | None
    warnings: tuple[Refusal, ...]

    @property
    def identifier_words(self) -> tuple[str, ...]:
        """The numbers that the claim holds, in words (catalogue keys), without the numbers."""
        found = self.claim.identifiers if self.claim else ()
        return tuple(dict.fromkeys(_NUMBERS[Sealed(each.partition(":")[0])] for each in found))

    @property
    def unread(self) -> tuple[Line, ...]:
        """The attributes that came for nothing: the establishment had better not send them."""
        return tuple(line for line in self.lines if line.meaning is None)

    @property
    def used(self) -> tuple[Line, ...]:
        """The attributes that are read."""
        return tuple(line for line in self.lines if line.meaning is not None)


def report(asserted: Asserted, home: Home, kind: SourceKind, pepper: bytes) -> Report:
    """What a test sign-in found; refuses nothing."""
    claim, refusal = None, None
    try:
        claim = claim_of(asserted, home, kind, pepper)
    except DoorRefusal as met:
        refusal = met
    statement = read(asserted.attributes, home.reading)
    return Report(_lines(asserted.attributes, home), claim, refusal, tuple(_warnings(statement, home, claim)))


def failed(refusal: Refusal) -> Report:
    """What a test shows when nothing that can be believed came back."""
    return Report((), None, refusal, ())


def _lines(attributes: Mapping[str, tuple[str, ...]], home: Home) -> tuple[Line, ...]:
    meanings = {}
    for meaning in Meaning:
        names = home.reading.names_of(meaning)
        meanings.update({name: meaning for name in attributes if values_of({name: ("x",)}, names)})
    order = sorted(attributes, key=lambda name: (name not in meanings, name.casefold()))
    return tuple(
        Line(
            name,
            tuple(masked(value, meanings.get(name)) for value in attributes[name][:MOST_SHOWN]),
            meanings.get(name),
        )
        for name in order
    )


def masked(value: str, meaning: Meaning | None) -> str:
    """A value as staff may read it: statuses and establishments whole, of anything else only its shape."""
    if meaning in {Meaning.AFFILIATION, Meaning.ESTABLISHMENT}:
        return value[:60]
    if meaning is Meaning.EMAIL:
        local, at, domain = value.rpartition("@")
        return f"{local[:1]}{_DOT * 5}{at}{domain[:80]}"
    if meaning is Meaning.ESI:
        head, colon, code = value.rpartition(":")
        return f"{head[:80]}{colon}{_hidden(code)}"
    return _hidden(value)


def _hidden(value: str) -> str:
    if len(value) < 8:
        return _DOT * len(value)
    return f"{value[:2]}{_DOT * min(len(value) - 3, 12)}{value[-1]}"


def _warnings(statement: Statement, home: Home, claim: Claim | None) -> list[Refusal]:
    found = list(statement.faults)
    if claim is not None and statement.ine is None:
        sentence = N_(
            "Ni INE ni identifiant européen : la même personne inscrite dans deux établissements compterait pour deux."
        )
        found.append(Refusal(sentence))
    if claim is not None and claim.email is None and statement.emails:
        domain = statement.emails[0].rpartition("@")[2]
        sentence = N_(
            "L’adresse est sur le domaine %(domain)s, qui n’est pas un de ceux de l’établissement : "
            "elle n’est pas gardée. Ajoutez ce domaine aux réglages s’il n’est donné qu’à ses membres."
        )
        found.append(Refusal(sentence, domain=domain))
    if claim is not None and not statement.emails:
        found.append(Refusal(N_("Aucune adresse électronique : ces personnes ne recevront pas de lettres.")))
    doubtful = N_("Le code UAI %(uai)s a peut-être une faute : sa lettre ne suit pas.")
    found.extend(Refusal(doubtful, uai=uai) for uai in statement.uais if not uai_is_coherent(uai))
    if claim is not None and home.own.uai and place_of(statement, home).establishment_id != home.own.establishment_id:
        found.append(Refusal(N_("Ce compte est celui d’un autre établissement, que les réglages acceptent.")))
    return found
