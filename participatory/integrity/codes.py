"""Addresses, devices and people as codes: HMACs under a secret of the round that is destroyed with the sealing. Pure.

Those of addresses change every day (of Paris): a vote of Monday and one of Tuesday cannot be joined by them. Whoever
holds both the database and the secret can try every address of the internet; hence its destruction.
"""

import hashlib
import hmac
from datetime import date
from ipaddress import IPv4Address, IPv6Address, ip_network

Address = IPv4Address | IPv6Address

# 128 bits are enough for codes that nobody may guess backwards without the key.
_LENGTH = 32


def day_key(secret: bytes, day: date) -> bytes:
    """The key of one day (Paris) of a round."""
    return _mac(secret, f"participatory/signals/1/day/{day.isoformat()}".encode())


def network_code(key: bytes, address: Address) -> str:
    """The code of an address on one day.

    In IPv6 it is that of the /64: one household or one telephone has at least that many addresses, and takes another
    of them every few hours.
    """
    return _code(key, "network", _of(address, 32 if address.version == 4 else 64))


def prefix_code(key: bytes, address: Address) -> str:
    """The code of the neighbourhood of an address on one day: its /24 in IPv4, its /48 in IPv6."""
    return _code(key, "prefix", _of(address, 24 if address.version == 4 else 48))


def device_code(secret: bytes, token: str) -> str:
    """The code of a device in one round: two rounds cannot be joined by it."""
    return _code(secret, "device", token)


def text_code(secret: bytes, text: str) -> str:
    """The code of a person or of what makes an act unique, in one round."""
    return _code(secret, "text", text)


def _of(address: Address, length: int) -> str:
    return str(ip_network((address.packed, length), strict=False))


def _code(key: bytes, purpose: str, text: str) -> str:
    return _mac(key, f"participatory/signals/1/{purpose}/{text}".encode(errors="replace")).hex()[:_LENGTH]


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
