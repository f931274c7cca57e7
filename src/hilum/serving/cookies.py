"""The cookie that holds a browser's session."""

from fastapi import Request, Response

from hilum.serving.access.sessions import lifetime
from hilum.serving.state import serving


def set_session(request: Request, response: Response, session: str) -> None:
    """Give a browser its session; no script can read it, and no other site's page can send it."""
    here = serving(request)
    response.set_cookie(
        here.cookie,
        session,
        max_age=int(lifetime(here.settings)[1]),
        httponly=True,
        samesite="strict",
        secure=here.settings.secure_cookie,
        path="/",
    )


def clear_session(request: Request, response: Response) -> None:
    """Take a browser's session away."""
    here = serving(request)
    secure = here.settings.secure_cookie
    response.delete_cookie(here.cookie, path="/", httponly=True, samesite="strict", secure=secure)
