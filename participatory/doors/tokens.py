"""Believing an identity token: signed by a key of the issuer, meant for us, fresh, and an answer to our request.

Source: OpenID Connect Core 1.0, sections 3.1.3.7 and 10.1.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import Key, KeySet
from joserfc.jws import JWSRegistry

from participatory.doors.rules import not_trusted

# Public-key signatures only: with `none` nothing is signed, with HS256 the public key would be the secret.
_KEY_TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
# Seconds by which two clocks may differ.
LEEWAY = 120
LONGEST_TOKEN = 32 * 1024


def public_keys(document: object) -> KeySet:
    """The keys of a JWKS document that can verify a signature; raises DoorRefusal when there is none."""
    listed = document.get("keys") if isinstance(document, dict) else None
    usable = [each for each in listed if _may_sign(each)] if isinstance(listed, list) else []
    try:
        return KeySet.import_key_set({"keys": usable})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise not_trusted("no usable key in the JWKS document") from error


def _may_sign(key: object) -> bool:
    return isinstance(key, dict) and key.get("kty") in {"RSA", "EC", "OKP"} and key.get("use", "sig") == "sig"


def verified(
    token: str,
    expected: Mapping[str, str],
    keys: KeySet,
    renewed: Callable[[], KeySet | None],
    now: datetime,
) -> dict[str, Any]:
    """The claims of an identity token that can be believed.

    `expected` holds `issuer`, `client_id`, `nonce` and, if there is one, `access_token`. `renewed` fetches the keys
    again, for a token signed with a key that we do not know yet, or gives None. Raises DoorRefusal (NOT_TRUSTED).
    """
    if len(token) > LONGEST_TOKEN:
        raise not_trusted("identity token too long")
    try:
        try:
            decoded = _decoded(token, keys)
        except (InvalidKeyIdError, BadSignatureError):
            fresh = renewed()
            if fresh is None:
                raise
            decoded = _decoded(token, fresh)
        return _checked(decoded, expected, now)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise not_trusted(f"identity token: {type(error).__name__} {getattr(error, 'claim', '')}".strip()) from error


def _decoded(token: str, keys: KeySet) -> jwt.Token:
    def choose(signed: Any) -> Key:
        header = signed.headers()
        if header.get("kid") is not None:
            return keys.get_by_kid(header["kid"], {"alg": header["alg"], "use": "sig"})
        wanted = _KEY_TYPES.get(str(header.get("alg"))[:2])
        fitting = [each for each in keys if each.key_type == wanted]
        if len(fitting) != 1:
            # A provider with several keys must say which one signed (Core, 10.1).
            raise InvalidKeyIdError("no key identifier")
        return fitting[0]

    return jwt.decode(token, choose, registry=JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False))


def _checked(token: jwt.Token, expected: Mapping[str, str], now: datetime) -> dict[str, Any]:
    options: dict[str, Any] = {
        "iss": {"essential": True, "value": expected["issuer"]},
        "aud": {"essential": True, "value": expected["client_id"]},
    }
    params = {
        "nonce": expected["nonce"],
        "client_id": expected["client_id"],
        "access_token": expected.get("access_token"),
    }
    claims = CodeIDToken(token.claims, token.header, options, params)
    claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    if not isinstance(claims["sub"], str) or not claims["sub"]:
        raise not_trusted("identity token: sub is not a text")
    return dict(claims)
