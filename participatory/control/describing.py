"""What each deed says before it is done: the figures that are settled, those that move, and the consequences."""

from collections import Counter
from datetime import datetime

from participatory.ballots.models import EnvelopeStatus, UrnState
from participatory.ballots.opening import opening_of
from participatory.ballots.queries import step_of
from participatory.control.cases import cases_of
from participatory.control.finding import undecided_pairs
from participatory.control.obstacles import figures
from participatory.control.reconciling import Reconciled, reconcile
from participatory.core.clock import paris
from participatory.core.labels import N_, label
from participatory.deeds.rules import Description, Sentence
from participatory.rounds.models import Round
from participatory.rounds.rulebook import SetAsideMotive
from participatory.web.settings import secret_store

Fact = tuple[str, str | int]


def of_closing(round_: Round) -> Description:
    """Closing: nobody votes any more."""
    return Description(
        _title(N_("Clore le vote de « %(round)s »"), round_),
        (*_frozen(round_), (N_("Fin du vote au calendrier (heure de Paris)"), _moment(round_.control_at))),
        (
            Sentence(
                N_("Plus personne ne pourra voter, changer de bulletin ni le retirer, même si le calendrier change.")
            ),
            Sentence(
                N_("Les nombres de signatures et d’enveloppes seront inscrits au journal, tels qu’ils sont alors.")
            ),
            Sentence(
                N_("Aucun bulletin n’est ouvert : il faut pour cela ses gardiens, et seulement après le scellement.")
            ),
        ),
        present=_live(round_),
    )


def of_control(round_: Round) -> Description:
    """Control: ballots may be set aside for a motive of the rulebook."""
    motives = round_.rulebook.set_aside_motives
    return Description(
        _title(N_("Mettre sous contrôle le vote de « %(round)s »"), round_),
        (
            *_at_closing(round_),
            (N_("Délai de réponse de la personne, en jours"), round_.rulebook.reconfirm_days),
            (N_("Motifs prévus par le règlement"), len(motives)),
        ),
        (
            Sentence(
                N_("Un bulletin pourra être mis à l’écart pour un motif du règlement, jamais pour ce qu’il contient.")
            ),
            Sentence(N_("La personne en sera prévenue et pourra répondre ; une seconde personne décidera.")),
            Sentence(N_("Rien n’est encore supprimé : tout reste en place jusqu’au scellement.")),
        ),
        present=_live(round_),
    )


def of_sealing(round_: Round) -> Description:
    """Sealing: what will be copied, deleted and destroyed."""
    pairs = _count_pairs(round_)
    return Description(
        _title(N_("Sceller l’urne de « %(round)s »"), round_),
        (
            *_at_closing(round_),
            *_set_aside(round_),
            (N_("Paires de signatures d’une même personne, sans décision"), pairs),
            *figures(round_),
        ),
        (
            Sentence(
                N_("Le nombre de bulletins et l’empreinte de leurs reçus (racine de l’arbre) sont publiés au journal.")
            ),
            Sentence(
                N_("Les bulletins qui comptent sont recopiés dans l’ordre des reçus ; les enveloppes sont effacées.")
            ),
            Sentence(
                N_("La clé qui relie une personne à son enveloppe est détruite : plus personne ne pourra le faire.")
            ),
            Sentence(
                N_("S’il manque une enveloppe à une signature, ou l’inverse, rien n’est fait et l’acte est refusé.")
            ),
        ),
        (
            Sentence(N_("Ce scellement ne se défait pas : aucun bulletin ne pourra plus être mis à l’écart.")),
            *_pairs_warning(pairs),
        ),
        present=_live(round_),
    )


def of_archives(round_: Round) -> Description:
    """Archives: nothing more will be done."""
    return Description(
        _title(N_("Archiver le vote de « %(round)s »"), round_),
        (),
        (
            Sentence(N_("Le résultat et tout ce qui permet de le recompter restent publics.")),
            Sentence(
                N_("La liste électorale et les pièces du contrôle s’effacent au terme de leur durée de conservation.")
            ),
            Sentence(N_("Aucune étape de ce vote ne pourra plus être faite.")),
        ),
    )


def of_annulment(round_: Round, reason: str) -> Description:
    """Annulment: why, and that nothing will be counted."""
    return Description(
        _title(N_("Annuler le vote de « %(round)s »"), round_),
        ((N_("Raison, qui sera publiée"), reason), *_frozen(round_), *_at_closing(round_)),
        (
            Sentence(N_("Le vote s’arrête aussitôt, rien n’est dépouillé, et aucun résultat ne paraîtra.")),
            Sentence(
                N_("La raison est inscrite au journal public, et une lettre la donne aux personnes qui ont voté.")
            ),
            Sentence(N_("La clé qui relie une personne à son enveloppe est détruite.")),
            Sentence(
                N_("Les enveloppes et les signatures restent, fermées, jusqu’au terme de leur durée de conservation.")
            ),
        ),
        _say(N_("Une annulation ne se défait pas : il faudrait ouvrir un autre vote.")),
        present=_live(round_),
    )


def _say(*messages: str) -> tuple[Sentence, ...]:
    return tuple(Sentence(message) for message in messages)


def _title(message: str, round_: Round) -> Sentence:
    return Sentence(message, {"round": round_.title})


def _frozen(round_: Round) -> tuple[Fact, ...]:
    """What the opening of the vote froze."""
    opening = opening_of(round_)
    if opening is None:
        return ()
    return (
        (N_("Empreinte du règlement (SHA-256)"), opening.rulebook_digest),
        (N_("Empreinte de la liste des projets (SHA-256)"), opening.projects_digest),
    )


def _at_closing(round_: Round) -> tuple[Fact, ...]:
    closing = step_of(round_, UrnState.CLOSED)
    if closing is None:
        return ()
    return (
        (N_("Signatures en ligne à la clôture"), closing.figures["signatures"]),
        (N_("Enveloppes en ligne à la clôture"), closing.figures["ballots"]),
    )


def _set_aside(round_: Round) -> tuple[Fact, ...]:
    """How many ballots were set aside, for each motive of the rulebook: settled, so that a new case undoes the deed."""
    outcomes = Counter((case.motive, case.outcome) for case in cases_of(round_))
    aside = EnvelopeStatus.SET_ASIDE.value
    total = sum(count for (_motive, outcome), count in outcomes.items() if outcome == aside)
    by_motive = (
        (label(motive), outcomes[motive.value, aside]) for motive in SetAsideMotive if outcomes[motive.value, aside]
    )
    return ((N_("Bulletins mis à l’écart"), total), *by_motive)


def _count_pairs(round_: Round) -> int:
    """How many pairs would be sealed with two ballots: settled too, so that a pair found meanwhile undoes the deed."""
    return len(undecided_pairs(round_, secret_store()))


def _pairs_warning(count: int) -> tuple[Sentence, ...]:
    if not count:
        return ()
    return _say(
        N_("Des personnes ont signé deux fois et personne n’en a décidé : les deux bulletins de chacune compteraient.")
    )


def _live(round_: Round) -> tuple[Fact, ...]:
    """The reconciliation of this instant; nothing once the urn is sealed, when there is nothing left to compare."""
    if step_of(round_, UrnState.SEALED) is not None:
        return ()
    return live_facts(reconcile(round_, secret_store()))


def live_facts(figures: Reconciled) -> tuple[Fact, ...]:
    """The figures of a reconciliation, in the order in which they are read."""
    waiting = figures.awaited.signatures
    return (
        (N_("Signatures sur la liste"), figures.signatures),
        (N_("Enveloppes dans l’urne"), figures.envelopes),
        (N_("dont bulletins papier"), figures.paper_envelopes),
        (N_("Enveloppes mises à l’écart"), figures.set_aside),
        (N_("Bulletins qui seraient scellés"), figures.to_seal),
        (N_("Signatures sans enveloppe"), figures.missing),
        (N_("Enveloppes sans signature"), figures.surplus),
        *(((N_("Bulletins papier pas encore dans l’urne"), waiting),) if waiting else ()),
    )


def _moment(at: datetime) -> str:
    return paris(at).strftime("%d/%m/%Y %H:%M")
