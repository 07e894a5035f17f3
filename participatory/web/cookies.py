"""The cookies that this site sets, each declared by the package that sets it; a test compares them with a visit."""

from dataclasses import dataclass

from flask import Flask, current_app

from participatory.core.labels import N_

_KEY = "cookies"


@dataclass(frozen=True)
class Cookie:
    """One cookie; texts are French catalogue keys. All are ours, necessary, and closed to scripts."""

    name: str
    purpose: str
    holds: str
    lasts: str


def offer_cookie(app: Flask, cookie: Cookie) -> None:
    """Declare a cookie."""
    app.extensions.setdefault(_KEY, []).append(cookie)


def cookies() -> list[Cookie]:
    """Every cookie of this installation, the session first."""
    name: str = current_app.config["SESSION_COOKIE_NAME"]
    session = Cookie(
        name,
        N_("vous garder connecté·e, protéger les formulaires, retenir votre langue"),
        N_(
            "un numéro tiré au sort qui désigne votre connexion, un jeton contre les formulaires falsifiés, la langue, "
            "l’ordre tiré au sort des listes, l’heure à laquelle vous êtes entré·e dans l’isoloir, le reçu de votre "
            "bulletin jusqu’à la déconnexion ; le tout signé"
        ),
        N_("jusqu’à la fermeture du navigateur ou la déconnexion"),
    )
    declared: list[Cookie] = current_app.extensions.get(_KEY, [])
    return [session, *declared]
