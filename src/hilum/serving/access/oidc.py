"""Sign-in by a provider: OpenID Connect, authorization code with PKCE (RFC 7636), state and nonce."""

import hmac
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from sqlalchemy import Column, Float, Table, delete, insert, select

from hilum.archive.words import Words
from hilum.serving import tables
from hilum.serving.access.id_token import Known, known_by
from hilum.serving.access.secrets_kept import digest, new_secret
from hilum.serving.failures import Refusal
from hilum.serving.settings import OidcSettings
from hilum.serving.state import Serving

__all__ = ["LASTS", "Answered", "Known", "begin", "finish"]

LASTS = 600.0
"""Seconds that somebody may take to sign in at the provider."""
_MOST_BEGUN = 2_000
_TIMEOUT, _LARGEST = 10.0, 1_000_000
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

ATTEMPTS = Table(
    "oidc_attempts",
    tables.metadata,
    Column("state", Words(), primary_key=True),
    Column("browser", Words(), nullable=False),
    Column("nonce", Words(), nullable=False),
    Column("verifier", Words(), nullable=False),
    Column("made", Float, nullable=False),
)
"""Sign-ins that were begun and not finished."""


@dataclass(frozen=True)
class Answered:
    """What the provider's page sent back by the browser.

    Attributes:
        code: to be exchanged for the tokens.
        state: names the attempt.
        browser: what the cookie of the browser holds that began the attempt.
        issuer: who answers (RFC 9207); None where the provider does not say.
        error: why nobody was signed in; None where somebody was.
    """

    code: str
    state: str
    browser: str
    issuer: str | None
    error: str | None


def begin(serving: Serving, provider: OidcSettings, back: str) -> tuple[str, str]:
    """Begin a sign-in.

    Args:
        serving: the server.
        provider: who signs in.
        back: the address that the provider shall send the browser back to.

    Returns:
        The provider's address for the browser, and what the browser's cookie shall hold.

    Raises:
        Refusal: the provider does not answer.
    """
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    endpoint = _discovered(provider)["authorization_endpoint"]
    state, browser, nonce, verifier = (new_secret() for _ in range(4))
    now = time.time()
    with serving.writing() as connection:
        connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.made < now - LASTS))
        connection.execute(
            insert(ATTEMPTS).values(
                state=digest(state), browser=digest(browser), nonce=nonce, verifier=verifier, made=now
            )
        )
        newest = select(ATTEMPTS.c.made).order_by(ATTEMPTS.c.made.desc())
        oldest = connection.execute(newest.offset(_MOST_BEGUN).limit(1)).scalar()
        if oldest is not None:  # whoever begins thousands fills no disk: those that wait longest are given up
            connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.made <= oldest))
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": " ".join(dict.fromkeys(("openid", *provider.scopes))),
        "state": state,
        "nonce": nonce,
        "code_challenge": create_s256_code_challenge(verifier),
        "code_challenge_method": "S256",
    }
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}", browser


def finish(serving: Serving, provider: OidcSettings, back: str, answered: Answered) -> Known:
    """Finish a sign-in: exchange the code, check the ID token.

    Returns:
        Whom the provider knows, with the roles that its claim is mapped to.

    Raises:
        Refusal: 401 where anything does not fit, 403 where no role is given to the person.
    """
    with serving.writing() as connection:
        chosen = (ATTEMPTS.c.state == digest(answered.state)) & (ATTEMPTS.c.made > time.time() - LASTS)
        attempt = connection.execute(select(ATTEMPTS).where(chosen)).first()
        if attempt is not None and hmac.compare_digest(attempt.browser, digest(answered.browser)):
            connection.execute(delete(ATTEMPTS).where(chosen))
        else:
            attempt = None
    if attempt is None:
        raise Refusal(401, "the sign-in took too long or was begun in another browser: begin it again")
    if answered.error or not answered.code:
        raise Refusal(401, "the provider signed nobody in: begin again")
    if answered.issuer is not None and answered.issuer != provider.issuer:
        raise Refusal(401, "another provider answered than was asked: nobody was signed in")
    found = _discovered(provider)
    token = _exchanged(provider, found["token_endpoint"], back, answered.code, attempt.verifier)
    return known_by(provider, token, _json(found["jwks_uri"]), attempt.nonce)


def _exchanged(provider: OidcSettings, endpoint: str, back: str, code: str, verifier: str) -> str:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": provider.client_id,
        "code_verifier": verifier,
    }
    secret = (provider.client_id, provider.client_secret) if provider.client_secret else None
    token = _json(endpoint, form, secret).get("id_token")
    if not isinstance(token, str):
        raise Refusal(401, "the provider confirmed nobody: begin the sign-in again")
    return token


def _discovered(provider: OidcSettings) -> dict[str, str]:
    """Where the provider's doors are (OpenID Connect Discovery 1.0)."""
    found = _json(provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    doors = {name: found.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
    if found.get("issuer") != provider.issuer or not all(_is_safe(door) for door in doors.values()):
        raise Refusal(
            503, "the provider describes itself otherwise than [serve.oidc] in hilum.toml: see to it"
        )
    return {name: str(door) for name, door in doors.items()}


def _json(
    address: str, form: dict[str, str] | None = None, secret: tuple[str, str] | None = None
) -> dict[str, Any]:
    import httpx

    try:
        with httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False, auth=secret) as client:
            response = client.get(address) if form is None else client.post(address, data=form)
            found = response.json() if len(response.content) <= _LARGEST else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        raise Refusal(503, "the provider that signs people in does not answer: try again later") from None
    if response.status_code != 200 or not isinstance(found, dict):
        raise Refusal(401, "the provider did not accept the sign-in: begin it again")
    return found


def _is_safe(address: object) -> bool:
    """Whether an address is reached over TLS, or is on this machine."""
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
