"""The ID token of a provider: who signed it, for whom, when, and what it says of the person."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hilum.serving.failures import Refusal
from hilum.serving.settings import OidcSettings

_SIGNED_WITH = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
_CLOCKS = 60.0  # seconds that two clocks may differ


@dataclass(frozen=True)
class Known:
    """A person as a provider knows that person.

    Attributes:
        issuer: the provider.
        subject: what the provider calls the person, for ever.
        name: to show.
        roles: roles of the workbench.
    """

    issuer: str
    subject: str
    name: str
    roles: frozenset[str]


def known_by(provider: OidcSettings, token: str, keys: dict[str, Any], nonce: str) -> Known:
    """Check an ID token (OpenID Connect Core 1.0, section 3.1.3.7).

    Args:
        provider: who must have signed it.
        token: the token.
        keys: the provider's public keys (RFC 7517).
        nonce: what the sign-in was begun with.

    Raises:
        Refusal: 401 where it is not what was asked for, 403 where no role is given to the person.
    """
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        claims = jwt.decode(token, KeySet.import_key_set(_public(keys)), algorithms=_SIGNED_WITH).claims
    except (JoseError, ValueError, KeyError, TypeError):
        raise _not_accepted("its signature") from None
    _demand(claims, provider, nonce)
    roles = _roles(provider, claims)
    if not roles:
        raise Refusal(403, "the provider knows you, but no role here is meant for you: ask an administrator")
    subject = str(claims["sub"])
    name = claims.get(provider.name_claim)
    return Known(provider.issuer, subject, str(name or subject)[:100], roles)


def _demand(claims: Mapping[str, Any], provider: OidcSettings, nonce: str) -> None:
    now = time.time()
    audience = claims.get("aud")
    meant = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp", provider.client_id if len(meant) == 1 else None)
    checks = {
        "who issued it": claims.get("iss") == provider.issuer,
        "whom it is meant for": provider.client_id in meant and party == provider.client_id,
        "the attempt it belongs to": claims.get("nonce") == nonce,
        "its time": _number(claims.get("exp"), 0) > now - _CLOCKS
        and _number(claims.get("iat"), now + 1e9) < now + _CLOCKS
        and _number(claims.get("nbf", 0), now + 1e9) < now + _CLOCKS,
        "whom it names": isinstance(claims.get("sub"), str) and 0 < len(claims["sub"]) <= 255,
    }
    for what, fits in checks.items():
        if not fits:
            raise _not_accepted(what)


def _not_accepted(what: str) -> Refusal:
    return Refusal(401, f"what the provider sent cannot be accepted ({what} does not fit): begin again")


def _public(keys: dict[str, Any]) -> Any:
    """The keys that verify signatures; a shared secret among them could be used to forge one."""
    listed = keys.get("keys")
    found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return {
        "keys": [one for one in found if one.get("kty") in ("RSA", "EC") and one.get("use", "sig") == "sig"]
    }


def _number(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else otherwise


def _roles(provider: OidcSettings, claims: Mapping[str, Any]) -> frozenset[str]:
    value: Any = claims
    for step in provider.role_claim.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    given = value if isinstance(value, list) else [value]
    return frozenset(provider.roles[one] for one in given if isinstance(one, str) and one in provider.roles)
