"""What the supporters of a project had towards its cost, in words: under equal shares and Phragmén."""

from participatory.tally.cases import Case, Means, Words, joined


def towards_cost(case: Case, words: Words) -> str:
    """What the supporters had towards the cost, under equal shares and Phragmén."""
    means = case.means
    assert means is not None
    if not case.votes:
        return words.gettext("Personne ne l’a choisi.")
    if case.too_dear:
        return words.gettext(
            "Plus cher que l’enveloppe : il coûte %(cost)s, et il y avait %(budget)s.",
            cost=words.money(case.cost),
            budget=words.money(case.most),
        )
    if case.rule == "phragmen":
        return _gathered(case, means, words)
    return joined(_shared(case, means, words), _afterwards(case, words))


def _shared(case: Case, means: Means, words: Words) -> str:
    values = _amounts(case, means, words)
    if means.once:
        said = words.ngettext(
            "À la fin, la personne qui l’a choisi n’avait plus que %(had)s, pour un coût de %(cost)s : il manquait"
            " %(missing)s.",
            "À la fin, les personnes qui l’ont choisi n’avaient plus que %(had)s ensemble, pour un coût de %(cost)s :"
            " il manquait %(missing)s.",
            case.votes,
            **values,
        )
        return joined(said, _takers(means, words))
    return words.ngettext(
        "La personne qui l’a choisi disposait en tout de %(had)s, pour un coût de %(cost)s : même sans financer rien"
        " d’autre, il manquait %(missing)s.",
        "Les %(count)s personnes qui l’ont choisi disposaient en tout de %(had)s, pour un coût de %(cost)s : même sans"
        " financer rien d’autre, il manquait %(missing)s.",
        case.votes,
        count=words.number(case.votes),
        **values,
    )


def _afterwards(case: Case, words: Words) -> str:
    """What greedy could not do with the remainder either."""
    if not case.completed:
        return ""
    return words.gettext("Ensuite, à son tour, ce qui restait de l’enveloppe n’y suffisait pas.")


def _gathered(case: Case, means: Means, words: Words) -> str:
    cost = words.money(case.cost)
    if means.had >= case.cost:
        return words.gettext(
            "Les personnes qui l’ont choisi avaient réuni son coût de %(cost)s, mais il ne restait que %(rest)s dans"
            " l’enveloppe.",
            cost=cost,
            rest=words.money(case.rest),
        )
    said = words.ngettext(
        "Quand le dépouillement s’est arrêté, la personne qui l’a choisi avait %(had)s, pour un coût de %(cost)s : il"
        " manquait %(missing)s.",
        "Quand le dépouillement s’est arrêté, les personnes qui l’ont choisi avaient réuni %(had)s, pour un coût de"
        " %(cost)s : il manquait %(missing)s.",
        case.votes,
        **_amounts(case, means, words),
    )
    return joined(said, _takers(means, words))


def _amounts(case: Case, means: Means, words: Words) -> dict[str, str]:
    missing = case.cost - means.had
    return {"had": words.money(means.had), "cost": words.money(case.cost), "missing": words.money(missing)}


def _takers(means: Means, words: Words) -> str:
    named = [
        words.gettext("à « %(title)s » (%(amount)s)", title=words.title(project), amount=words.money(amount))
        for project, amount in means.takers
    ]
    if not named:
        return ""
    if len(named) == 1:
        return words.gettext("Le reste était allé surtout %(to)s.", to=named[0])
    return words.gettext("Le reste était allé surtout %(to)s et %(last)s.", to=", ".join(named[:-1]), last=named[-1])
