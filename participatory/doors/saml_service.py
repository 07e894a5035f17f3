"""Our site as a service provider: its name, its addresses, its keys."""

from urllib.parse import urlsplit

from participatory.core.clock import now
from participatory.doors.saml_keys import KeyRing, Pair
from participatory.doors.saml_profile import Service
from participatory.web.pages import absolute_url
from participatory.web.settings import config, secret_store


def key_ring() -> KeyRing:
    """The keys of SAML, in the folder of secrets."""
    return KeyRing(secret_store().folder)


def key_pairs() -> list[Pair]:
    """The pairs of keys, the one in service first."""
    return key_ring().pairs(host(), now())


def host() -> str:
    """The name that the certificates carry."""
    return urlsplit(config().public_url).hostname or "localhost"


def our_service() -> Service:
    """What the door needs to know of this site."""
    return Service(entity_id(), absolute_url("doors_saml.consume"), [pair.path for pair in key_pairs()])


def entity_id() -> str:
    """The name of this site in federations: the address of its metadata, unless SAML_ENTITY_ID says otherwise."""
    return config().saml_entity_id or absolute_url("doors_saml.metadata")
