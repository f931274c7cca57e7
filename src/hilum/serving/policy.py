"""What browsers are told about every answer: what its pages may load, and that nobody may frame them."""

import re
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hilum.serving.settings import Settings

_PAGE = (
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",  # decoders of DICOM pictures are WebAssembly
    "worker-src 'self' blob:",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",  # widths and places that a page computes
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "connect-src 'self' blob:",
    "frame-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
PAGE_POLICY = "; ".join(_PAGE)
"""Of the workbench's own pages (Content Security Policy Level 3)."""

_NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]")

_REPORT = (
    "sandbox allow-scripts allow-downloads allow-popups; default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; frame-ancestors 'self'; "
    "base-uri 'none'; form-action 'none'"
)

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def report_headers() -> dict[str, str]:
    """Headers for a finished HTML report that a page of the workbench shows in a frame.

    The report's scripts run in an origin of their own: they reach neither the session nor the interface.

    Example:
        >>> report_headers()["Content-Security-Policy"].split(";")[0]
        'sandbox allow-scripts allow-downloads allow-popups'
    """
    return {"Content-Security-Policy": _REPORT, "Cache-Control": "no-store"}


def attached(name: str) -> dict[str, str]:
    """Headers for an answer that the browser keeps as a file (RFC 6266, section 4).

    Args:
        name: of the file; letters of any script, of which no sign can begin another header.

    Example:
        >>> attached("study-1.zip")["Content-Disposition"]
        'attachment; filename="study-1.zip"'
    """
    plain = _NOT_IN_A_NAME.sub("_", name)
    told = f'attachment; filename="{plain}"'
    if plain != name:
        told += f"; filename*=UTF-8''{quote(name, safe='')}"
    return {"Content-Disposition": told, "Cache-Control": "no-store"}


class SafeHeaders:
    """Adds the headers to every answer that does not bring its own."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._secure = settings.secure_cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with the headers added."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", _NOTHING)
                headers.setdefault("Cache-Control", "no-store")
                if self._secure:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        await self._app(scope, receive, sent)
