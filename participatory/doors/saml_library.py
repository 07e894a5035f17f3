"""pysaml2 and xmlsec1, loaded when somebody signs in through SAML: an installation without them works all the same.

pysaml2 signs and reads the messages; the program xmlsec1 does the arithmetic of the signatures.
"""

import logging
import shutil
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_

PROGRAM = "xmlsec1"


def missing() -> Refusal | None:
    """Why SAML cannot be used on this server, in words for its administration; None when it can."""
    if find_spec("saml2") is None:
        return Refusal(
            N_(
                "Ce serveur n’a pas la bibliothèque pysaml2, sans laquelle SAML ne fonctionne pas. "
                "Demandez à la personne qui l’administre d’installer « participatory[saml] »."
            ),
            Kind.CONFLICT,
        )
    if shutil.which(PROGRAM) is None:
        return Refusal(
            N_(
                "Ce serveur n’a pas le programme xmlsec1, sans lequel SAML ne fonctionne pas. "
                "Demandez à la personne qui l’administre d’installer le paquet Debian « xmlsec1 »."
            ),
            Kind.CONFLICT,
        )
    return None


def program() -> str:
    """The path of xmlsec1; raises Refusal (CONFLICT) when SAML cannot be used here."""
    refusal = missing()
    if refusal is not None:
        raise refusal
    return str(shutil.which(PROGRAM))


def library(name: str) -> Any:
    """A module of pysaml2 (`response`, `sigver`…); raises Refusal (CONFLICT) when SAML cannot be used here.

    pysaml2 writes whole assertions to its log: names and numbers of students. It is silenced.
    """
    program()
    logging.getLogger("saml2").setLevel(logging.CRITICAL + 1)
    return import_module(f"saml2.{name}")


def safe_parser() -> Any:
    """The XML reader that refuses entities and external references (defusedxml, which pysaml2 brings).

    Raises Refusal (CONFLICT) when SAML cannot be used here.
    """
    program()
    return import_module("defusedxml.ElementTree")
