"""The shape of a SAML answer, looked at before any signature is.

Signature wrapping, entity bombs and comments inside names all need a document that no service sends: two assertions,
a signature in an odd place, a declaration of entities. Such a document is refused whole, here, so that what
xmlsec1 verifies and what pysaml2 reads can only be the same element. Source: SAML 2.0 core §5.4 and
« On Breaking SAML: Be Whoever You Want to Be » (2012).
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, TreeBuilder

from participatory.doors.rules import not_trusted
from participatory.doors.saml_library import safe_parser

# An answer of RENATER with an encrypted assertion takes about 15 kB.
LONGEST_RESPONSE = 200_000

PROTOCOL = "{urn:oasis:names:tc:SAML:2.0:protocol}"
ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}"
ENCRYPTION = "{http://www.w3.org/2001/04/xmlenc#}"
_KEY_ELSEWHERE = "{http://www.w3.org/2009/xmldsig11#}KeyInfoReference"

_SIGNATURES = frozenset(
    f"http://www.w3.org/2001/04/xmldsig-more#{name}"
    for name in ("rsa-sha256", "rsa-sha384", "rsa-sha512", "ecdsa-sha256", "ecdsa-sha384", "ecdsa-sha512")
)
_DIGESTS = frozenset(
    {
        "http://www.w3.org/2001/04/xmlenc#sha256",
        "http://www.w3.org/2001/04/xmldsig-more#sha384",
        "http://www.w3.org/2001/04/xmlenc#sha512",
    }
)
_TRANSFORMS = frozenset(
    {
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    }
)
# With the old padding of RSA, a server that answers differently to bad padding gives the key's secret away.
_OLD_PADDING = "http://www.w3.org/2001/04/xmlenc#rsa-1_5"
_DECLARED = re.compile(rb"""<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)["']""")


class Shape(NamedTuple):
    """What the outer look of an answer tells; `refused` when the provider says no."""

    response_signed: bool
    assertion_signed: bool
    encrypted: bool
    refused: bool = False


def read_xml(document: bytes) -> Element:
    """The tree of a document; raises DoorRefusal for one with a declaration of types, a comment or an instruction.

    Without them, every reader of XML sees the same texts and the same identifiers.
    """
    declared = _DECLARED.match(document.lstrip())
    if declared and declared[1].lower() != b"utf-8":
        raise not_trusted("the document is not in UTF-8")
    reader = safe_parser()
    # The builder keeps comments and instructions, which others drop in silence.
    builder = TreeBuilder(insert_comments=True, insert_pis=True)
    try:
        document.decode("utf-8")
        parser = reader.DefusedXMLParser(target=builder, forbid_dtd=True)
        parser.feed(document)
        root: Element = parser.close()
    except (ValueError, SyntaxError) as fault:
        # ParseError is a SyntaxError; what defusedxml forbids is a ValueError.
        raise not_trusted(f"unreadable XML: {type(fault).__name__}") from fault
    if any(not isinstance(element.tag, str) for element in root.iter()):
        raise not_trusted("the document holds a comment or a processing instruction")
    return root


def received_shape(document: bytes) -> Shape:
    """Check an answer as it came: one assertion, in its place, signatures in theirs; raises DoorRefusal."""
    if len(document) > LONGEST_RESPONSE:
        raise not_trusted("the answer is too long")
    root = read_xml(document)
    if root.tag != f"{PROTOCOL}Response":
        raise not_trusted("the document is not a Response")
    _check_everywhere(root)
    plain, sealed = root.findall(f"{ASSERTION}Assertion"), root.findall(f"{ASSERTION}EncryptedAssertion")
    status = root.find(f"{PROTOCOL}Status/{PROTOCOL}StatusCode")
    refused = status is not None and not str(status.get("Value", "")).endswith(":Success")
    if len(plain) + len(sealed) != 1 and not refused:
        raise not_trusted("an answer holds exactly one assertion")
    if _count(root, "Assertion") + _count(root, "EncryptedAssertion") != len(plain) + len(sealed):
        raise not_trusted("an assertion is hidden inside another element")
    owners = [root, *plain]
    _check_signatures(root, owners)
    return Shape(
        response_signed=root.find(f"{SIGNATURE}Signature") is not None,
        assertion_signed=any(each.find(f"{SIGNATURE}Signature") is not None for each in plain),
        encrypted=bool(sealed),
        refused=refused,
    )


def opened_shape(document: bytes) -> Shape:
    """Check an answer once its assertion is decrypted, as strictly as the one that came; raises DoorRefusal."""
    root = read_xml(document)
    _check_everywhere(root)
    found = [
        *root.findall(f"{ASSERTION}EncryptedAssertion/{ASSERTION}Assertion"),
        *root.findall(f"{ASSERTION}Assertion"),
    ]
    if len(found) != 1 or _count(root, "Assertion") != 1:
        raise not_trusted("what was encrypted is not exactly one assertion")
    if next(root.iter(f"{ENCRYPTION}EncryptedData"), None) is not None:
        raise not_trusted("something is still encrypted")
    _check_signatures(root, [root, *found])
    return Shape(
        response_signed=root.find(f"{SIGNATURE}Signature") is not None,
        assertion_signed=found[0].find(f"{SIGNATURE}Signature") is not None,
        encrypted=True,
    )


def _count(root: Element, name: str) -> int:
    return sum(1 for _ in root.iter(f"{ASSERTION}{name}"))


def _check_everywhere(root: Element) -> None:
    identifiers = Counter(value for element in root.iter() for value in _identifiers(element))
    if any(times > 1 for times in identifiers.values()):
        raise not_trusted("two elements have the same identifier")
    for name in (f"{ASSERTION}Advice", f"{SIGNATURE}Object", f"{ENCRYPTION}CipherReference", _KEY_ELSEWHERE):
        if next(root.iter(name), None) is not None:
            raise not_trusted(f"the answer holds {name.partition('}')[2]}")
    if any(_algorithm(each) not in _TRANSFORMS for each in root.iter(f"{SIGNATURE}Transform")):
        raise not_trusted("a transformation that SAML does not allow")
    if any(not each.get("URI", "").startswith("#") for each in root.iter(f"{SIGNATURE}RetrievalMethod")):
        raise not_trusted("a key is to be fetched elsewhere")
    if any(_algorithm(each) == _OLD_PADDING for each in root.iter(f"{ENCRYPTION}EncryptionMethod")):
        raise not_trusted("the assertion is encrypted with RSA 1.5")


def _identifiers(element: Element) -> Iterator[str]:
    return (value for name, value in element.attrib.items() if name.rpartition("}")[2].lower() == "id")


def _algorithm(element: Any) -> str:
    return str(element.get("Algorithm", ""))


def _check_signatures(root: Element, owners: list[Element]) -> None:
    """Each signature is a child of what it signs, alone there, with algorithms that still hold."""
    rightful = [each for owner in owners for each in owner.findall(f"{SIGNATURE}Signature")]
    if len(rightful) != sum(1 for _ in root.iter(f"{SIGNATURE}Signature")):
        raise not_trusted("a signature stands in an odd place")
    if any(len(owner.findall(f"{SIGNATURE}Signature")) > 1 for owner in owners):
        raise not_trusted("an element is signed twice")
    for method in root.iter(f"{SIGNATURE}SignatureMethod"):
        if _algorithm(method) not in _SIGNATURES:
            raise not_trusted("the algorithm of the signature is too old")
    for signature in rightful:
        for digest in signature.iter(f"{SIGNATURE}DigestMethod"):
            if _algorithm(digest) not in _DIGESTS:
                raise not_trusted("the algorithm of the digest is too old")
