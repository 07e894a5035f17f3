"""The rules of a round in words, one by one, and what changed in them from a version to the next."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from flask_babel import format_decimal, gettext, ngettext

from participatory.core import labels
from participatory.rounds.models import RulebookVersion
from participatory.rounds.rulebook import MAIN_CONTEST_NAME, BallotKind, Rulebook
from participatory.tally.methods import RuleName
from participatory.territories.queries import sites
from participatory.web.filters import euros, locale_code, number


def _(message: str, **values: object) -> str:
    return str(gettext(message, **values))


@dataclass(frozen=True)
class Parameter:
    """One rule in words."""

    name: str
    value: str


@dataclass(frozen=True)
class Change:
    """A rule that differs between two versions; None where a version does not have it."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Revision:
    """A version with what it changed in the one before; nothing for the first."""

    version: RulebookVersion
    changes: list[Change]


def tenths_of_percent(permille: int) -> str:
    """Thousandths as a percentage, without its sign: 5 gives `0,5` in French, `0.5` in English."""
    return str(format_decimal(Decimal(permille) / 10))


def share_words(permille: int) -> str:
    """Thousandths as a percentage with its sign: `0,5 %`, `0.5%` in English."""
    return tenths_of_percent(permille) + ("\u00a0%" if locale_code() == "fr" else "%")


def step_words(book: Rulebook) -> str:
    """δ in words: a percentage of the share of a ballot, or an amount of the round's currency."""
    if book.step_cents:
        return _("%(amount)s (dans la monnaie du vote)", amount=str(format_decimal(Decimal(book.step_cents) / 100)))
    return _("%(step)s de la première part d’un bulletin", step=share_words(book.step_permille))


def parameters(book: Rulebook, *, own: bool = True) -> list[Parameter]:
    """Every rule in words, always in the same order and under the same names; of an imported round, what is known."""
    floors = [(_("Part réservée : %(name)s", name=_(floor.name)), euros(floor.amount_cents)) for floor in book.floors]
    caps = [(_(labels.label(cap.scope)), euros(cap.amount_cents)) for cap in book.caps]
    rows = [
        (_("Enveloppe"), euros(book.budget_cents)),
        *_areas(book),
        *floors,
        (_("Coût minimal d’un projet"), euros(book.project_min_cents)),
        (_("Coût maximal d’un projet"), euros(book.project_max_cents)),
        *_share(book),
        (_("Thèmes"), ", ".join(_(labels.label(theme)) for theme in book.themes)),
        (_("Bulletin"), _(labels.label(book.ballot_kind))),
        (_("Nombre minimal de projets sur un bulletin"), number(book.ballot_min)),
        (_("Nombre maximal de projets sur un bulletin"), number(book.ballot_max)),
        *_ballot(book),
        *caps,
        (_("Règle du dépouillement"), _(labels.label(book.count_rule))),
        *_equal_shares(book),
        (_("Départage des égalités"), _(labels.label(book.tie_break))),
        (_("Graine du tirage au sort"), book.tie_seed),
        (_("Nombre de votes à atteindre pour être financé"), number(book.min_votes)),
        (_("Financement en partie"), _yes_or_no(book.partial_funding)),
        (_("Dépôt réservé à la liste électorale"), _yes_or_no(book.proposers_on_roll)),
        (_("Nombre maximal de projets par personne"), number(book.max_proposals_per_person)),
        *([*_supports(book), *_answers(book)] if own else []),
        (_("Inscription sans attendre une liste"), _proofs(book)),
        *(_control(book) if own else []),
        (_("Liste électorale gardée après les résultats"), _days(book.roll_kept_days)),
        (_("Brouillons et projets retirés, gardés après la fin du dépôt"), _days(book.drafts_kept_days)),
    ]
    return [Parameter(name, value) for name, value in rows]


def _share(book: Rulebook) -> list[tuple[str, str]]:
    """The part of a project that others must pay; a budget that pays a project whole says nothing of it."""
    if book.most_share == Rulebook.most_share:
        return []
    return [(_("Part du coût d’un projet que ce budget paie au plus"), share_words(10 * book.most_share))]


def _supports(book: Rulebook) -> list[tuple[str, str]]:
    """How many supports a project should gather; what was never asked is not said."""
    rows = [(_("Soutiens souhaités pour un projet avant le vote"), number(book.supports_needed))]
    if book.supports_permille:
        rows.append((_("Soutiens souhaités selon le site"), _students_share(book)))
    if book.supports_required:
        rows.append((_("Soutiens exigés"), _yes_or_no(book.supports_required)))
    return rows


def _answers(book: Rulebook) -> list[tuple[str, str]]:
    """How long each side of moderation has."""
    return [
        (_("Temps promis pour la réponse d’une association"), _days(book.moderation_days)),
        (_("Temps pour compléter un projet ou contester un refus"), _days(book.answer_days)),
        (_("Temps d’un réexamen, avant que la Région réponde"), _days(book.appeal_days)),
    ]


def _students_share(book: Rulebook) -> str:
    return _("%(share)s des étudiants du site du projet", share=share_words(book.supports_permille))


def _areas(book: Rulebook) -> list[tuple[str, str]]:
    """The envelopes of areas, and what they leave; nothing where everybody votes in one envelope."""
    if not book.contests:
        return []
    names = {each.slug: each.name for each in sites()}
    rows = [
        (
            _("Enveloppe de territoire : %(name)s", name=area.name),
            _("%(amount)s, pour %(sites)s", amount=euros(area.amount_cents),
              sites=", ".join(names.get(slug, slug) for slug in area.site_slugs)),
        )
        for area in book.contests
    ]  # fmt: skip
    return [*rows, (_(MAIN_CONTEST_NAME), euros(book.main_cents))]


def _ballot(book: Rulebook) -> list[tuple[str, str]]:
    """The options of ballots that give points or ranks; they say nothing of another kind."""
    if book.ballot_kind is BallotKind.POINTS:
        cap = number(book.points_cap) if book.points_cap else _("non limité")
        return [(_("Points à partager"), number(book.points_budget)), (_("Points pour un projet, au plus"), cap)]
    if book.ballot_kind is BallotKind.RANKING:
        return [(_("Ce que vaut chaque rang"), ", ".join(number(weight) for weight in book.weights))]
    return []


def _control(book: Rulebook) -> list[tuple[str, str]]:
    return [
        (_("Code secret pour retrouver son bulletin"), _yes_or_no(book.trackers)),
        (_("Motifs de mise à l’écart d’un bulletin"), _labels(book.set_aside_motives)),
        (_("Temps pour répondre avant une mise à l’écart"), _days(book.reconfirm_days)),
        *([(_("Empreinte des paramètres de la détection, publiés après le vote"), book.detection)]
          if book.detection else []),
    ]  # fmt: skip


def _days(count: int) -> str:
    return str(ngettext("%(num)s jour", "%(num)s jours", count))


def _yes_or_no(answer: bool) -> str:
    return _("oui") if answer else _("non")


def _proofs(book: Rulebook) -> str:
    return _labels(book.proofs) or _("non")


def _labels(members: Iterable[StrEnum]) -> str:
    return ", ".join(_(labels.label(member)) for member in members)


def _equal_shares(book: Rulebook) -> list[tuple[str, str]]:
    """The options of equal shares; they say nothing under another rule."""
    if book.count_rule is not RuleName.MES:
        return []
    rows = [
        (_("Parts égales : ce que vaut un projet pour qui le choisit"), _(labels.label(book.satisfaction))),
        (_("Parts égales : ce que devient l’argent qui reste"), _(labels.label(book.completion))),
    ]
    if book.completion.raises_endowment:
        rows += [
            (_("Parts égales : pas de l’augmentation"), step_words(book)),
            (_("Parts égales : fin de l’augmentation"), _(labels.label(book.stop))),
        ]
    return rows


def changes(before: Rulebook, after: Rulebook) -> list[Change]:
    """What differs between two rulebooks, rule by rule."""
    old = {rule.name: rule.value for rule in parameters(before)}
    new = {rule.name: rule.value for rule in parameters(after)}
    names = [*new, *(name for name in old if name not in new)]
    return [Change(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]


def revisions(versions: Iterable[RulebookVersion]) -> list[Revision]:
    """The versions, latest first, each with what it changed."""
    ordered = list(versions)
    followed = [Revision(new, changes(old.rulebook, new.rulebook)) for old, new in pairwise(ordered)]
    return [*reversed(followed), Revision(ordered[0], [])]
