"""Why each project is funded or not, in a sentence or two that its author understands.

The French sentences are messages of the catalogue. Who shows them gives the words: how
money, numbers and titles are written, and into which language messages are translated.
"""

from participatory.tally.cases import Case, Words, joined, votes
from participatory.tally.outcome import Part, Reason, State
from participatory.tally.sentences_of_means import towards_cost


def why(case: Case, words: Words) -> str:
    """Why a project is not funded, and what it missed; or what it receives when that is a part of its cost."""
    if case.state is State.PARTLY_FUNDED:
        return _in_part(case, words)
    if case.reason in (Reason.CAP, Reason.INCOMPATIBLE, Reason.REQUIRES):
        return joined(_kept_out(case, words), _remedy(case, words))
    if case.reason is Reason.THRESHOLD:
        return _threshold(case, words)
    missed = towards_cost(case, words) if case.means else ""
    if case.reason is Reason.OUTSIDE_FLOOR:
        return joined(_outside(case, words), missed or _despite(case, words))
    return missed or _turn(case, words)


def _kept_out(case: Case, words: Words) -> str:
    """What forbade the project, whatever money there was."""
    if case.reason is Reason.CAP:
        return _bounded(case, words)
    title = words.title(case.by or "")
    if case.reason is Reason.INCOMPATIBLE:
        return words.gettext("Il ne peut pas se faire avec « %(title)s », qui est financé.", title=title)
    return words.gettext("Il ne peut pas se faire sans « %(title)s », qui n’est pas financé.", title=title)


def how(case: Case, words: Words) -> str:
    """What funded a project, where the rule says more than its rank; else an empty text."""
    if case.state is State.PARTLY_FUNDED:
        return _in_part(case, words)
    if case.part is Part.COMPLETION:
        return words.gettext("Financé avec ce que les parts laissaient : l’un des plus votés qui y tenaient.")
    if case.price is None:
        return ""
    amount = words.price(case.price)
    if case.rule == "phragmen":
        return words.gettext("Financé quand chaque bulletin avait reçu %(amount)s.", amount=amount)
    if case.per_point:
        return words.gettext("Chaque personne qui l’a choisi a payé au plus %(amount)s par point donné.", amount=amount)
    return words.gettext("Chaque personne qui l’a choisi a payé au plus %(amount)s.", amount=amount)


def received(case: Case, words: Words) -> str:
    """What the project received from voters: `12 votes`, `12 points`."""
    return votes(case.score if case.by_points else case.votes, case, words)


def _more(case: Case, words: Words) -> str:
    """The votes that were missing, empty where none or no number would do."""
    n = case.votes_missing
    if not n:
        return ""
    if case.by_points:
        return words.ngettext("%(count)s point de plus", "%(count)s points de plus", n, count=words.number(n))
    return words.ngettext("%(count)s vote de plus", "%(count)s votes de plus", n, count=words.number(n))


def _lower(case: Case, words: Words) -> str:
    return words.money(case.cost_would_pass) if case.cost_would_pass else ""


def _in_part(case: Case, words: Words) -> str:
    return words.gettext(
        "Financé en partie : il reçoit %(paid)s sur %(cost)s, tout ce qui restait de l’enveloppe. Il avait été convenu"
        " d’avance qu’il pouvait se faire à partir de %(least)s.",
        paid=words.money(case.paid),
        cost=words.money(case.cost),
        least=words.money(case.least),
    )


def _threshold(case: Case, words: Words) -> str:
    least, more = votes(case.threshold, case, words), _more(case, words)
    if not case.along_a_list:
        return words.gettext(
            "Sous le seuil de %(least)s : il en a reçu %(count)s.", least=least, count=words.number(case.score)
        )
    if more:
        return words.gettext(
            "Sous le seuil de %(least)s : il aurait été financé avec %(more)s.", least=least, more=more
        )
    if case.too_dear:
        return words.gettext(
            "Sous le seuil de %(least)s, et plus cher que l’enveloppe à laquelle il pouvait prétendre.", least=least
        )
    return words.gettext(
        "Sous le seuil de %(least)s ; l’atteindre n’aurait pas suffi, à cause d’un plafond ou d’un autre projet.",
        least=least,
    )


def _bounded(case: Case, words: Words) -> str:
    bound = case.bound
    assert bound is not None
    values = {"cap": words.money(bound.most), "spent": words.money(bound.spent), "cost": words.money(case.cost)}
    if bound.name:
        return words.gettext(
            "Plafond de %(cap)s pour « %(name)s » : les projets financés en prennent %(spent)s, et celui-ci coûte"
            " %(cost)s.",
            name=bound.name,
            **values,
        )
    return words.gettext(
        "Plafond de %(cap)s pour un même porteur : ses projets financés en prennent %(spent)s, et celui-ci coûte"
        " %(cost)s.",
        **values,
    )


def _outside(case: Case, words: Words) -> str:
    names = [words.floor(key) for key in (case.by or "").split(",")]
    return words.ngettext(
        "Sans la part réservée « %(names)s », il aurait été financé.",
        "Sans les parts réservées « %(names)s », il aurait été financé.",
        len(names),
        names=", ".join(names),
    )


def _remedy(case: Case, words: Words) -> str:
    """The votes or the cost with which a greedy rule would have funded the project."""
    more, cost = _more(case, words), _lower(case, words)
    if more and cost:
        return words.gettext(
            "Il aurait été financé avec %(more)s, ou pour un coût de %(cost)s au plus.", more=more, cost=cost
        )
    if more:
        return words.gettext("Il aurait été financé avec %(more)s.", more=more)
    return words.gettext("Il aurait été financé pour un coût de %(cost)s au plus.", cost=cost) if cost else ""


def _despite(case: Case, words: Words) -> str:
    """The same for a project that a reserved part kept out."""
    more, cost = _more(case, words), _lower(case, words)
    if more and cost:
        return words.gettext("Tel quel, il lui fallait %(more)s, ou un coût de %(cost)s au plus.", more=more, cost=cost)
    if more:
        return words.gettext("Tel quel, il lui fallait %(more)s.", more=more)
    return words.gettext("Tel quel, il lui fallait un coût de %(cost)s au plus.", cost=cost) if cost else ""


def _turn(case: Case, words: Words) -> str:
    """What a project met when its turn came in a list."""
    more, cost = _more(case, words), _lower(case, words)
    if more and cost:
        return words.gettext(
            "À son tour, il ne restait pas assez : il aurait été financé avec %(more)s, ou pour un coût de %(cost)s"
            " au plus.",
            more=more,
            cost=cost,
        )
    if more:
        return words.gettext("À son tour, il ne restait rien : il aurait été financé avec %(more)s.", more=more)
    if cost and case.too_dear:
        return words.gettext(
            "Plus cher que l’enveloppe : aucun vote de plus n’aurait suffi ; il aurait été financé pour un coût de"
            " %(cost)s au plus.",
            cost=cost,
        )
    if cost:
        return words.gettext(
            "Aucun vote de plus n’aurait suffi ; il aurait été financé pour un coût de %(cost)s au plus.", cost=cost
        )
    if case.too_dear:
        return words.gettext("Plus cher que l’enveloppe, et il ne restait rien à son tour.")
    return words.gettext("Il ne restait rien à son tour.")
