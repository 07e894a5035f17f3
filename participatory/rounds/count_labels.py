"""The rules of counting and their options in words; the tally itself has none."""

from participatory.core.labels import N_, register
from participatory.tally.methods import Completion, RuleName, Satisfaction, Stop

register(
    {
        RuleName.GREEDY: N_("Les plus votés d’abord"),
        RuleName.GREEDY_PER_COST: N_("Le plus de votes par euro d’abord"),
        RuleName.MES: N_("Parts égales"),
        RuleName.PHRAGMEN: N_("Cagnottes égales (règle de Phragmén)"),
        Stop.OVERSPEND: N_("Dès que l’enveloppe serait dépassée"),
        Stop.EXHAUSTIVE: N_("Dès que l’enveloppe serait dépassée, ou que plus rien ne tient dans le reste"),
    }
)
# In calls of their own: in one mapping, members of two enums with the same value are one key.
register(
    {
        Satisfaction.COST: N_("Son coût"),
        Satisfaction.CARDINALITY: N_("Autant que tout autre projet"),
        Satisfaction.POINTS: N_("Les points reçus"),
        Satisfaction.COST_POINTS: N_("Les points reçus, multipliés par son coût"),
    }
)
register(
    {
        Completion.NONE: N_("Il n’est pas dépensé"),
        Completion.ADD1: N_("Les parts augmentent peu à peu"),
        Completion.ADD1U: N_("Les parts augmentent peu à peu, puis il va aux plus votés"),
        Completion.GREEDY: N_("Il va aux plus votés"),
    }
)
