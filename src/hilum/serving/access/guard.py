"""What every request must be before any route sees it: meant for this server, not made by another site."""

import hmac
import ipaddress
import re
import socket

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from hilum.serving.access.secrets_kept import csrf_token
from hilum.serving.failures import answer
from hilum.serving.settings import Settings

_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9A-Za-z._-]{1,253}))(?::[0-9]{1,5})?")  # RFC 9110, 7.2
CSRF_HEADER = "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Refuses requests for other names (DNS rebinding), and changes that another site's page asks for."""

    def __init__(self, app: ASGIApp, settings: Settings, cookie: str) -> None:
        self._app = app
        self._cookie = cookie
        self._names = settings.names
        self._anywhere = settings.listens_anywhere
        self._public = settings.public.rstrip("/").lower() if settings.public else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] == "http" and (refused := self._refused(scope)) is not None:
            await answer(*refused)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._is_ours(host):
            return 400, "this server does not answer under this name: use the address that hilum serve prints"
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            return 400, "the address holds a sign that no name has: correct it"
        if scope["method"] in SAFE:
            return None
        if not self._is_from_here(headers, host):
            return 403, "the change was asked for by a page of another site: it was not made"
        return _csrf(headers, self._cookie)

    def _is_ours(self, host: str) -> bool:
        name = _name_of(host)
        if name is None:
            return False
        if name in self._names:
            return True
        return self._anywhere and (_is_number(name) or name == socket.gethostname().lower())

    def _is_from_here(self, headers: Headers, host: str) -> bool:
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "none") in ("same-origin", "none")
        origin = origin.lower()
        own = {f"http://{host.lower()}", f"https://{host.lower()}"}
        return origin in own or (self._public is not None and origin == self._public)


def _csrf(headers: Headers, cookie: str) -> tuple[int, str] | None:
    if "authorization" in headers:  # a page of another site cannot send one; the cookie is not looked at
        return None
    session = cookie_parser(headers.get("cookie", "")).get(cookie)
    if not session:
        return None
    given = headers.get(CSRF_HEADER, "").encode("utf-8", "replace")
    if hmac.compare_digest(given, csrf_token(session).encode("ascii")):
        return None
    return 403, "the change came without the page's own mark (X-CSRF-Token): load the page again"


def _name_of(host: str) -> str | None:
    """The name in a Host header, without its port; None where there is none.

    Example:
        >>> _name_of("[::1]:8470")
        '::1'
    """
    found = _HOST.fullmatch(host)
    return (found[1] or found[2]).lower() if found else None


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
