"""Where the single user of an own machine enters: the address that `hilum serve` prints."""

import re

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from hilum.serving.access.asking import whoever
from hilum.serving.access.entry import exchange
from hilum.serving.cookies import set_session
from hilum.serving.state import serving
from hilum.serving.studies_store import SLUG
from hilum.serving.told import sentence_page

router = APIRouter()


@router.get("/enter")
def enter(request: Request, token: str = "", study: str = "") -> Response:
    """Exchange the one-time token for a session, and leave the address that holds it for a page's."""
    session = exchange(serving(request), token) if token else None
    if session is None and whoever(request) is None:
        return _worthless()
    page = f"/studies/{study}" if re.fullmatch(SLUG, study) else "/"
    response = RedirectResponse(page, status_code=303)
    if session is not None:
        set_session(request, response, session)
    return response


def _worthless() -> HTMLResponse:
    return sentence_page(
        401,
        "This address has been used, or belongs to an earlier start",
        "Each start of hilum serve prints a new address that opens the workbench once. "
        "Start it again and open the address that it prints.",
    )
