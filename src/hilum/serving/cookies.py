"""The cookie that holds a browser's session."""

from fastapi import Request, Response

from hilum.serving.access.sessions import COOKIE, lifetime
from hilum.serving.state import serving


def set_session(request: Request, response: Response, session: str) -> None:
    """Give a browser its session; no script can read it, and no other site's page can send it."""
    settings = serving(request).settings
    response.set_cookie(
        COOKIE,
        session,
        max_age=int(lifetime(settings)[1]),
        httponly=True,
        samesite="strict",
        secure=settings.secure_cookie,
    )


def clear_session(request: Request, response: Response) -> None:
    """Take a browser's session away."""
    settings = serving(request).settings
    response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=settings.secure_cookie)
