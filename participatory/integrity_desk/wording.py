"""What the pages of the desk say in the page's language: sentences of the detection, hours, places, what waits."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from babel.dates import format_date
from flask_babel import format_decimal, gettext, ngettext

from participatory.control.rules import LONGEST_EVIDENCE, Outcome
from participatory.core.clock import paris
from participatory.core.labels import N_, label
from participatory.core.typography import french
from participatory.integrity.rules import Act, Family, NetworkKind
from participatory.integrity_desk.listing import Tally
from participatory.integrity_desk.models import CaseNote, SuspectCase
from participatory.integrity_desk.reading import Hours
from participatory.integrity_desk.rules import ASKED, BallotState, CaseState, Deed, Proof
from participatory.web.filters import deadline_words, locale_code, said

_PLACES = 3

# What each family looks at, in words that an officer can read out to a voter, and the honest reasons for the same.
EXPLAINED: dict[Family, tuple[str, str]] = {
    Family.DEVICE: (
        N_("Plusieurs personnes ont voté depuis le même téléphone ou le même ordinateur."),
        N_("Une famille, des colocataires, un stand que personne n’a déclaré."),
    ),
    Family.NETWORK: (
        N_("Beaucoup plus de votes que d’habitude sont venus d’un même réseau en une heure."),
        N_("Un cours où l’on vote ensemble, une résidence, une annonce au micro."),
    ),
    Family.OPERATOR: (
        N_(
            "Les votes se sont suivis un par un, chacun commençant quand le précédent finissait, comme si une seule "
            "personne les faisait."
        ),
        N_("Une file d’attente devant un seul appareil."),
    ),
    Family.ADJACENCY: (
        N_("Les personnes ont voté dans l’ordre de la liste électorale, l’une après l’autre."),
        N_("Rare : un groupe appelé par ordre alphabétique."),
    ),
    Family.SPEED: (
        N_("Le bulletin a été composé plus vite qu’on ne peut lire la page."),
        N_("Une personne qui savait déjà pour quoi elle votait ; seule, la vitesse ne suffit pas."),
    ),
    Family.CLIENT: (
        N_("Le vote vient d’un logiciel ou d’un réseau qui servent d’ordinaire à des automates."),
        N_("Une personne qui passe par un réseau privé (VPN)."),
    ),
    Family.NIGHT: (
        N_("Le vote est arrivé entre 1 h et 6 h du matin."),
        N_("Beaucoup d’étudiants veillent : la nuit ne compte que pour peu."),
    ),
    Family.RHYTHM: (
        N_("Les votes sont arrivés à une cadence trop régulière pour des personnes qui ne se concertent pas."),
        N_("Un stand avec une file d’attente."),
    ),
}

# The same in a word, for the rows of a table.
SHORT_FAMILIES: dict[Family, str] = {
    Family.DEVICE: N_("appareil"),
    Family.NETWORK: N_("afflux"),
    Family.OPERATOR: N_("sans se croiser"),
    Family.ADJACENCY: N_("liste"),
    Family.SPEED: N_("vitesse"),
    Family.CLIENT: N_("automate"),
    Family.NIGHT: N_("nuit"),
    Family.RHYTHM: N_("cadence"),
}
SHORT_KINDS: dict[NetworkKind, str] = {
    NetworkKind.CAMPUS: N_("établissement"),
    NetworkKind.MOBILE: N_("mobile"),
    NetworkKind.HOME: N_("domestique"),
    NetworkKind.HOSTING: N_("hébergeur"),
}

_COUNTED = {
    Act.BALLOT: lambda n: ngettext("%(count)s bulletin", "%(count)s bulletins", n, count=format_decimal(n)),
    Act.SUPPORT: lambda n: ngettext("%(count)s soutien", "%(count)s soutiens", n, count=format_decimal(n)),
    Act.COMMENT: lambda n: ngettext("%(count)s commentaire", "%(count)s commentaires", n, count=format_decimal(n)),
    Act.STATEMENT_VOTE: lambda n: ngettext("%(count)s avis", "%(count)s avis", n, count=format_decimal(n)),
}


def typographic(text: str) -> str:
    """A sentence with the spaces of the page's language."""
    return french(text) if locale_code() == "fr" else text


def seen_words(seen: Mapping[str, Any], part: str = "said") -> str:
    """What a family saw (`said`), or what is normal there (`normal`), with its values."""
    values = {name: _value(value) for name, value in seen["values"].items()}
    return said({"message": seen[part], "values": values}) if seen[part] else ""


def _value(value: object) -> object:
    return format_decimal(round(value, 1 if abs(value) >= 1 else 3)) if isinstance(value, float) else value


def headline(case: SuspectCase) -> str:
    """A case in a few words: what its strongest family looks at."""
    if not case.seen:
        return typographic(gettext("Dossier %(name)s", name=case.public_id))
    return typographic(gettext(label(Family(case.seen[0]["family"]))))


def sentence(case: SuspectCase) -> str:
    """A case in one sentence: what its strongest family saw."""
    return seen_words(case.seen[0]) if case.seen else ""


def counted(case: SuspectCase) -> str:
    """How many ballots, or other acts, there are in a case."""
    return typographic(str(_COUNTED[Act(case.act)](case.size)))


def act_of(case: SuspectCase) -> Act:
    """What a case is about."""
    return Act(case.act)


def places(slugs: Sequence[str], names: Mapping[str, str]) -> str:
    """The sites of a case, the first ones by name."""
    named = [names.get(slug, slug) for slug in slugs if slug]
    if not named:
        return typographic(gettext("Site inconnu"))
    listed = ", ".join(named[:_PLACES])
    rest = len(named) - _PLACES
    if rest <= 0:
        return listed
    return typographic(
        ngettext("%(sites)s et %(num)s autre site", "%(sites)s et %(num)s autres sites", rest, sites=listed)
    )


def clock(moment: datetime) -> str:
    """An hour in Paris: `14 h 05`, `14:05`."""
    local = paris(moment)
    return f"{local:%H:%M}" if locale_code() == "en" else f"{local.hour}\u00a0h\u00a0{local:%M}"


def day(moment: datetime, *, short: bool = False) -> str:
    """A day in Paris without its year: `lundi 23 novembre`, or `lun. 23 nov.`."""
    local = paris(moment).date()
    if locale_code() == "en":
        return format_date(local, "EEE d MMM" if short else "EEEE d MMMM", locale="en_GB")
    return format_date(local, "EEE d MMM" if short else "EEEE d MMMM", locale="fr")


def span_words(first: datetime, last: datetime) -> str:
    """From when to when, in Paris: with the hours within a day, with the days beyond."""
    if paris(first).date() == paris(last).date():
        return typographic(
            gettext("%(day)s, de %(first)s à %(last)s", day=day(first), first=clock(first), last=clock(last))
        )
    return typographic(
        gettext(
            "du %(first_day)s, %(first)s, au %(last_day)s, %(last)s",
            first_day=day(first),
            first=clock(first),
            last_day=day(last),
            last=clock(last),
        )
    )


def waits_for(case: SuspectCase, tally: Tally, mine: Collection[str], now: datetime) -> str:
    """What a case waits for, and from whom; `mine` are the codes under which the person who reads may have proposed."""
    state = CaseState(case.state)
    if state is CaseState.NEW:
        return typographic(
            gettext("Attend que quelqu’un le lise, puis le classe ou demande aux personnes de confirmer.")
        )
    if state is CaseState.PROPOSED:
        if tally.authors and tally.authors <= set(mine):
            return typographic(gettext("Vous avez proposé la mise à l’écart : une autre personne doit décider."))
        return typographic(gettext("Attend la décision d’une seconde personne : ce peut être vous."))
    if state is CaseState.QUARANTINED:
        return _answers(tally, now)
    return _ended(tally)


def _answers(tally: Tally, now: datetime) -> str:
    waiting, confirmed = tally.of(*ASKED), tally.of(BallotState.CONFIRMED)
    said_yes = ngettext("%(count)s a confirmé", "%(count)s ont confirmé", confirmed, count=format_decimal(confirmed))
    if not confirmed:
        said_yes = gettext("aucune n’a encore confirmé")
    if tally.answer_until is not None and tally.answer_until > now:
        silent = ngettext(
            "%(count)s personne peut encore répondre, jusqu’au %(until)s",
            "%(count)s personnes peuvent encore répondre, jusqu’au %(until)s",
            waiting,
            count=format_decimal(waiting),
            until=deadline_words(tally.answer_until),
        )
        return typographic(f"{silent} ; {said_yes}.")
    over = ngettext(
        "Délai passé : %(count)s personne n’a pas répondu",
        "Délai passé : %(count)s personnes n’ont pas répondu",
        waiting,
        count=format_decimal(waiting),
    )
    return typographic(f"{over} ; {said_yes}.")


def _ended(tally: Tally) -> str:
    told = {
        BallotState.CONFIRMED: ngettext("%(num)s confirmé", "%(num)s confirmés", tally.of(BallotState.CONFIRMED)),
        BallotState.CLEARED: ngettext("%(num)s hors de cause", "%(num)s hors de cause", tally.of(BallotState.CLEARED)),
        BallotState.SET_ASIDE: ngettext(
            "%(num)s mis à l’écart", "%(num)s mis à l’écart", tally.of(BallotState.SET_ASIDE)
        ),
        BallotState.RESTORED: ngettext("%(num)s rétabli", "%(num)s rétablis", tally.of(BallotState.RESTORED)),
    }
    parts = [str(words) for state, words in told.items() if tally.of(state)]
    ended = gettext("N’attend plus rien.")
    return typographic(f"{ended} {', '.join(parts)}." if parts else ended)


def seconds_words(seconds: float | None) -> str:
    """The time in the booth: seconds below two minutes, minutes above; a dash where nobody knows."""
    if seconds is None:
        return "–"
    if seconds < 120:
        return f"{format_decimal(round(seconds))}\u00a0s"
    return f"{format_decimal(round(seconds / 60))}\u00a0min"


def client_words(client: str) -> str:
    """The family of the browser, as it was kept."""
    return client or gettext("inconnu")


def drawing_words(case: SuspectCase, hours: Hours) -> str:
    """The drawing in one sentence, for those who do not see it."""
    drawing = hours.drawing
    lanes = ", ".join(f"{row.name or '–'} ({row.size})" for row in drawing.rows)
    return typographic(
        gettext(
            "%(count)s, %(span)s. %(kind)s : %(lanes)s. Le tableau plus bas dit la même chose.",
            count=counted(case),
            span=span_words(case.first_at, case.last_at),
            kind=gettext(label(drawing.kind)),
            lanes=lanes,
        )
    )


def note_words(note: CaseNote) -> str:
    """What was written about a deed; what is kept as a code is said in words."""
    deed = Deed(note.deed)
    if deed is Deed.CONFIRMED and note.words in set(Proof):
        return typographic(gettext(label(Proof(note.words))))
    if deed is Deed.DECIDED and note.words in set(Outcome):
        return typographic(gettext(label(Outcome(note.words))))
    return typographic(note.words)


def evidence(case: SuspectCase) -> str:
    """What was seen, in words that the second officer and the voters may read; the officer corrects them.

    It counts the whole case, as the sentences of the detection do, whichever ballots are proposed.
    """
    opening = ngettext(
        "%(count)s bulletin reçu %(span)s (%(zone)s).",
        "%(count)s bulletins reçus %(span)s (%(zone)s).",
        case.size,
        count=format_decimal(case.size),
        span=span_words(case.first_at, case.last_at),
        zone=gettext("heure de Paris"),
    )
    text = str(opening)
    for seen in case.seen:
        longer = f"{text} {seen_words(seen)}"
        if len(longer) > LONGEST_EVIDENCE:
            break
        text = longer
    return text
