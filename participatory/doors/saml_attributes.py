"""The attributes that we ask of an establishment in SAML: their OIDs and why we need them. Pure.

Sources: SupAnn schema (arc 1.3.6.1.4.1.7135), eduPerson (arc 1.3.6.1.4.1.5923), SCHAC (arc 1.3.6.1.4.1.25178),
RFC 4524 (mail). RENATER carries each attribute as `urn:oid:…` in the URI name format.
"""

from collections.abc import Mapping
from dataclasses import dataclass

URI_FORMAT = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
BASIC_FORMAT = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"


@dataclass(frozen=True)
class Wanted:
    """An attribute as our metadata ask for it: nothing else is read, and no name of a person is among them."""

    name: str
    oid: str
    required: bool = False

    @property
    def urn(self) -> str:
        """The name that travels."""
        return f"urn:oid:{self.oid}"


WANTED = (
    Wanted("eduPersonAffiliation", "1.3.6.1.4.1.5923.1.1.1.1", required=True),
    Wanted("eduPersonScopedAffiliation", "1.3.6.1.4.1.5923.1.1.1.9"),
    Wanted("supannEtablissement", "1.3.6.1.4.1.7135.1.2.1.14", required=True),
    Wanted("supannCodeINE", "1.3.6.1.4.1.7135.1.2.1.9", required=True),
    Wanted("supannEtuId", "1.3.6.1.4.1.7135.1.2.1.10"),
    Wanted("schacPersonalUniqueCode", "1.3.6.1.4.1.25178.1.2.14"),
    Wanted("mail", "0.9.2342.19200300.100.1.3"),
)


def attribute_maps() -> tuple[Mapping[str, object], ...]:
    """The maps that pysaml2 reads answers with: OIDs in the URI format, plain names in the basic one."""
    return (
        {"identifier": URI_FORMAT, "fro": {each.urn: each.name for each in WANTED}},
        {"identifier": BASIC_FORMAT, "fro": {each.name: each.name for each in WANTED}},
    )
