"""Whatever goes wrong is answered as one sentence, with the status that fits; never with a stack of code."""

import errno
import logging
import secrets
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hilum.errors import HilumError
from hilum.serving.language import told

_LOGGER = logging.getLogger("hilum.serving")


class Refusal(Exception):  # noqa: N818  # nothing failed: the server says no
    """A request that is not done, and why.

    Attributes:
        status: 400, 401, 403, 404, 409, 413, 422 or 429 (RFC 9110).
        sentence: what was found and what to do; never an identifier of a patient.
        headers: further headers of the answer.

    Example:
        >>> Refusal(404, "there is no such study").status
        404
    """

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = headers or {}


class PassedOnError(Exception):
    """Stops a request whose answer is given further outside."""


class FieldProblem(BaseModel):
    """What is wrong with one field of a request."""

    field: str = Field(description="Where it stands, such as `body.title`.")
    sentence: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """Why a request was not done."""

    sentence: str = Field(description="What was found, and what to do.")
    fields: list[FieldProblem] | None = Field(None, description="Fields that cannot be accepted.")
    incident: str | None = Field(None, description="With a fault of the program: its number in the log.")


REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": meaning}
    for status, meaning in {
        400: "The request cannot be understood",
        401: "Nobody is signed in",
        403: "The person has not the right",
        404: "There is no such thing, or it may not be seen",
        405: "This cannot be done here",
        408: "The request came too slowly",
        409: "It contradicts what is there",
        413: "The request is too large",
        415: "The request is of a kind that is not accepted",
        422: "A field cannot be accepted",
        429: "Too many requests",
        503: "The server cannot do this now",
    }.items()
}
"""What every route may answer instead of its result."""


def answer(status: int, sentence: str, **more: Any) -> JSONResponse:
    """A problem as a response, in the language of whoever asked.

    Example:
        >>> answer(404, "there is no such study").body
        b'{"sentence":"there is no such study"}'
    """
    return JSONResponse({"sentence": told(sentence)} | more, status_code=status)


def add_failures(app: FastAPI) -> None:
    """Teach an application to answer failures in sentences."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(HilumError, _wrong_use)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OSError, _of_the_disk)
    for kind in (OverflowError, UnicodeError, DataError):
        app.add_exception_handler(kind, _unstorable)


def _refused(_request: Request, refusal: Exception) -> JSONResponse:
    assert isinstance(refusal, Refusal)
    response = answer(refusal.status, refusal.sentence)
    response.headers.update(refusal.headers)
    return response


def _wrong_use(_request: Request, error: Exception) -> JSONResponse:
    return answer(400, str(error))


def _unstorable(_request: Request, _error: Exception) -> JSONResponse:
    return answer(400, "a number is too large, or a text holds what no text may hold: correct the request")


def _of_the_disk(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, OSError)
    if error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
        return answer(400, "a name in the request is longer than a file's name can be: give a shorter one")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return answer(503, "the disk is full: make room and do it again; nothing half-written is left")
    raise error


def _not_valid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # What was sent is not repeated: it may name a patient.
    fields = [
        {"field": ".".join(_plain(part) for part in one["loc"]), "sentence": told(_plain(one["msg"]))}
        for one in error.errors()[:50]
    ]
    first = fields[0] if fields else {"field": "the request", "sentence": "it cannot be read"}
    return answer(422, f"{first['field']} cannot be accepted: {first['sentence']}", fields=fields)


def _plain(part: object) -> str:
    return str(part).encode("utf-8", "replace").decode()[:200]


_KNOWN = {
    401: "sign in first",
    403: "this is not allowed",
    404: "there is nothing at this address",
    405: "this cannot be done at this address",
}


def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    sentence = _KNOWN.get(error.status_code, "the request cannot be understood: correct it")
    response = answer(error.status_code, sentence)
    response.headers.update(error.headers or {})
    return response


def _place(error: BaseException) -> str:
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    name = type(error).__name__
    return name if step is None else f"{name} in {step.tb_frame.f_globals.get('__name__')}:{step.tb_lineno}"


class Faults:
    """Answers a fault of the program by a number; the log names its kind and place, never what was sent."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, whatever happens."""
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception as error:
            if scope["type"] != "http" or isinstance(error, PassedOnError):
                raise
            incident = secrets.token_hex(4)
            route = getattr(scope.get("route"), "path", "an unknown address")
            # Not the exception's own words, which may hold what was sent.
            _LOGGER.error("incident %s: %s at %s %s", incident, _place(error), scope["method"], route)  # noqa: TRY400
            if not begun:
                await _fault(incident)(scope, receive, send)


def _fault(incident: str) -> JSONResponse:
    sentence = (
        f"a fault of the program: what was saved is kept; tell whoever looks after this server the number "
        f"{incident}"
    )
    return answer(500, sentence, incident=incident)
