"""The parameters of detection in words: for the page on which officers set them, and for the public after the vote.

Every field of `Parameters` has a line: what it is, and its unit. A test fails for a field without words.
"""

from participatory.core.labels import N_

# A score of surprise: 1 is what one honest vote in ten shows by chance, 2 one in a hundred, 4 one in ten thousand.
SCORE = N_("points de surprise")
_BALLOTS = N_("bulletins")
_FAMILIES = N_("façons de regarder")
_PEOPLE = N_("personnes")
_SESSIONS = N_("passages")

# field of Parameters -> (what it is, its unit), French catalogue keys.
PARAMETER_WORDS: dict[str, tuple[str, str]] = {
    "flag_at": (N_("Total à partir duquel un bulletin est signalé"), SCORE),
    "families_at_least": (N_("Façons de regarder qui doivent s’étonner ensemble, au moins"), _FAMILIES),
    "family_above": (N_("Une façon de regarder s’étonne au-dessus de"), SCORE),
    "smallest_case": (N_("Plus petit groupe qui fait un dossier"), _BALLOTS),
    "most": (N_("Le plus que donne une façon de regarder"), SCORE),
    "most_network": (N_("Le plus que donne un afflux sur un réseau"), SCORE),
    "most_shared": (N_("Le plus que donne un réseau partagé par des milliers de personnes (campus, mobile)"), SCORE),
    "most_speed": (N_("Le plus que donne un vote trop rapide"), SCORE),
    "device_hour": (N_("Personnes qui peuvent voter sur un même appareil en une heure sans que rien ne compte"),
                    _PEOPLE),
    "device_free": (N_("Personnes qui peuvent voter sur un même appareil dans la journée sans que rien ne compte"),
                    _PEOPLE),
    "device_step": (N_("Personnes de plus sur un appareil, dans la journée, qui valent un point"), _PEOPLE),
    "device_slow": (N_("Personnes de plus sur un appareil, en plusieurs semaines, qui valent un point"), _PEOPLE),
    "network_offset": (N_("Hasard retiré d’un afflux sur un réseau"), SCORE),
    "hosted_offset": (N_("Hasard retiré d’un afflux chez un hébergeur"), SCORE),
    "operator_offset": (N_("Hasard retiré de votes qui se suivent sans se croiser"), SCORE),
    "adjacency_offset": (N_("Hasard retiré de votes dans l’ordre de la liste"), SCORE),
    "client_offset": (N_("Hasard retiré d’un navigateur d’automates"), SCORE),
    "rhythm_offset": (N_("Hasard retiré d’une cadence trop régulière"), SCORE),
    "speed_offset": (N_("Hasard retiré d’un vote trop rapide"), SCORE),
    "client_score": (N_("Ce que donne un navigateur d’automates ou un hébergeur"), SCORE),
    "night_score": (N_("Ce que donne un vote entre 1 h et 6 h"), SCORE),
    "together": (N_("Le plus que donnent des noms qui se suivent quand les votes se croisent"), SCORE),
    "smallest_chain": (N_("Passages qui se suivent sans se croiser, au moins"), _SESSIONS),
    "smallest_run": (N_("Votes qui se suivent dans l’ordre de la liste, au moins"), _BALLOTS),
}  # fmt: skip
