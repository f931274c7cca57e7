"""The language in which the server answers: English as rooms say it, or Korean, as whoever asks reads.

It comes with each request (Accept-Language, RFC 9110 section 12.5.4). What rooms below the workbench say
stays English; it is told in Korean here alone, as it leaves. `Told` marks the fields of answers that hold the
program's sentences; what people typed is a plain `str` and passes unchanged.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import PlainSerializer
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hilum.serving.korean import told_in_korean


class Language(StrEnum):
    """A language that the workbench speaks."""

    ENGLISH = "en"
    KOREAN = "ko"


_SINGLE: Final = "single user"  # as `access.people` keeps the one of a workbench without accounts
_LONGEST_HEADER: Final = 200
_WEIGHT: Final = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")
_spoken: ContextVar[Language] = ContextVar("spoken", default=Language.ENGLISH)


def language_asked(header: str) -> Language:
    """The language that an Accept-Language header prefers among the two; English where it says nothing.

    Example:
        >>> language_asked("ko").value, language_asked("ko-KR,ko;q=0.9,en;q=0.8").value
        ('ko', 'ko')
        >>> language_asked("en,ko;q=0.5").value, language_asked("").value, language_asked("fr").value
        ('en', 'en', 'en')
    """
    weights: dict[str, float] = {Language.KOREAN: 0.0, Language.ENGLISH: 0.0}
    for part in header[:_LONGEST_HEADER].split(","):
        tag, _, parameter = part.partition(";")
        name = tag.strip().lower().split("-")[0]
        weight = _WEIGHT.fullmatch(parameter.strip())
        if name in weights:
            weights[name] = max(weights[name], float(weight.group(1)) if weight else 1.0)
    return Language.KOREAN if weights[Language.KOREAN] > weights[Language.ENGLISH] else Language.ENGLISH


def language_spoken() -> Language:
    """The language of the request at hand."""
    return _spoken.get()


def told(sentence: str) -> str:
    """A sentence of the program in the language of the request at hand."""
    return told_in_korean(sentence) if _spoken.get() is Language.KOREAN else sentence


Told = Annotated[str, PlainSerializer(told, return_type=str, when_used="json")]
"""A field of an answer that holds a sentence of the program."""


def _named(name: str) -> str:
    return told(name) if name == _SINGLE else name


Named = Annotated[str, PlainSerializer(_named, return_type=str, when_used="json")]
"""A field of an answer that holds the name of an account: only the single user's is the program's."""


def told_event(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event of a job in the language of the request at hand: its line, its sentence, its steps.

    Example:
        >>> told_event({"n": 1, "kind": "line", "text": "done"})
        {'n': 1, 'kind': 'line', 'text': 'done'}
    """
    changed = dict(event)
    if _spoken.get() is Language.ENGLISH:
        return changed
    for name in ("text", "sentence", "now", "detail"):
        if isinstance(changed.get(name), str):
            changed[name] = told_in_korean(changed[name])
    for name in ("steps_done", "steps_left"):
        if name in changed:
            changed[name] = [told_in_korean(step) for step in changed[name]]
    return changed


class Spoken:
    """Reads the language of a request before anything answers it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request in its language."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).add_vary_header("Accept-Language")
            await send(message)

        before = _spoken.set(language_asked(Headers(scope=scope).get("accept-language", "")))
        try:
            await self._app(scope, receive, sent)
        finally:
            _spoken.reset(before)
