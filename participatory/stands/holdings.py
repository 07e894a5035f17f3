"""What stands and paper ballots hold about people, until when, and the cookie of an enrolled device."""

from flask import Flask

from participatory.core.labels import N_
from participatory.privacy.holdings import Processing, offer_processing
from participatory.privacy.wording import said
from participatory.stands.reading import COOKIE
from participatory.web.cookies import Cookie, offer_cookie


def offer(app: Flask) -> None:
    """Enter the processing into the register, and declare the cookie; voters are in the roll and its signatures."""
    paper = Processing(
        "paper_ballots",
        N_("Bulletins papier"),
        N_("L’empreinte du numéro imprimé et le bulletin chiffré ; ni nom, ni lien avec une personne"),
        N_("compter aussi les bulletins remis à un bureau, après deux saisies séparées"),
        N_("les deux personnes qui saisissent chaque bulletin ; ensuite personne avant le dépouillement"),
        lambda: said(N_("effacés à la clôture du lot, quand les bulletins chiffrés entrent dans l’urne")),
    )
    offer_processing(app, paper)
    purpose = N_("reconnaître l’appareil d’un stand de vote, où l’on se déconnecte vite")
    offer_cookie(
        app, Cookie(COOKIE, purpose, N_("un jeton tiré au sort, celui de l’appareil"), N_("jusqu’à la fin du stand"))
    )
