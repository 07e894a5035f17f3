"""The addresses of establishments' services: which may be typed, and which may be talked to. Pure."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_

LONGEST_ADDRESS = 300
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62}))+")
_LOCAL = frozenset({"localhost", "127.0.0.1"})
_DEFAULT_PORTS = {"https": 443, "http": 80}


def service_address(text: str, field: str, *, local: bool = False) -> str:
    """An address that staff typed, if it can be that of a service on the public network.

    `local` also allows plain http on this very machine, for tests and trials. Raises Refusal (INVALID, `field`).
    """
    address = text.strip()
    parts = _split(address)
    if parts is None or len(address) > LONGEST_ADDRESS:
        raise Refusal(
            N_("Cette adresse n’est pas lisible : copiez-la telle qu’on vous l’a donnée."), Kind.INVALID, field
        )
    if parts.query or parts.fragment or parts.username is not None:
        raise Refusal(
            N_("Cette adresse ne doit contenir ni « ? », ni « # », ni identifiant : gardez seulement le chemin."),
            Kind.INVALID,
            field,
        )
    if local and parts.scheme in _DEFAULT_PORTS and parts.hostname in _LOCAL:
        return address
    if parts.scheme != "https":
        raise Refusal(N_("Cette adresse doit commencer par https://."), Kind.INVALID, field)
    if _is_number(parts.hostname or "") or _NAME.fullmatch(parts.hostname or "") is None:
        raise Refusal(
            N_("Cette adresse doit porter un nom public complet, comme idp.universite.exemple.fr."), Kind.INVALID, field
        )
    return address


def origin_of(address: str) -> str:
    """Scheme, host and port of an address, as `https://host:443`; raises ValueError when it has none of ours."""
    parts = _split(address)
    if parts is None or parts.username is not None or parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError("not the address of a service")
    return f"{parts.scheme}://{parts.hostname}:{parts.port or _DEFAULT_PORTS[parts.scheme]}"


def _split(address: str) -> SplitResult | None:
    if not address.isprintable() or "\\" in address or " " in address:
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    return None if port == 0 else parts


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.replace(".", "").isdecimal()
    return True
