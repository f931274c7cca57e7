"""How large a request may be, and how slowly it may come."""

import asyncio
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hilum.serving.access.asking import Asks, Person, whoever
from hilum.serving.failures import PassedOnError, answer

LARGEST = 1_000_000
"""Bytes of a request to a route that declares nothing else."""
SLOWEST = 30.0
"""Seconds after which a request of which nothing more comes is given up."""
DECLARATION = "x-largest-body"


@dataclass(frozen=True)
class Larger:
    """A route that takes larger bodies.

    Attributes:
        methods: of the route.
        pattern: of its address.
        size: how many bytes a request to it may have.
        asks: what it asks of whoever sends them.
    """

    methods: frozenset[str]
    pattern: re.Pattern[str]
    size: int
    asks: tuple[Asks, ...]

    def may(self, person: Person | None) -> bool:
        """Whether the route will take anything from a person."""
        return person is not None and all(one.allows(person) for one in self.asks)


def largest_body(size: int) -> dict[str, int]:
    """For `openapi_extra=` of a route that takes uploads: how many bytes a request to it may have.

    Example:
        >>> largest_body(500_000_000)
        {'x-largest-body': 500000000}
    """
    return {DECLARATION: size}


def larger_bodies(routers: Iterable[APIRouter]) -> list[Larger]:
    """The routes that declare larger bodies."""
    return [
        Larger(
            frozenset(route.methods or ()),
            route.path_regex,
            int(route.openapi_extra[DECLARATION]),
            tuple(_asked(route.dependant)),
        )
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute) and route.openapi_extra and DECLARATION in route.openapi_extra
    ]


def _asked(dependant: Dependant) -> Iterator[Asks]:
    """What a route asks of whoever calls it."""
    for one in dependant.dependencies:
        if isinstance(one.call, Asks):
            yield one.call
        yield from _asked(one)


class _RefusedError(PassedOnError):
    """More came than may, or nothing for too long."""


class _Body:
    """A request's body, as it comes."""

    def __init__(self, receive: Receive, largest: int, slowest: float) -> None:
        self._receive, self._largest, self._slowest = receive, largest, slowest
        self._came, self._ended = 0, False
        self.refusal: ASGIApp | None = None
        self.answered = False

    async def receive(self) -> Message:
        """The next part of it."""
        if self._ended:  # what comes now is that the browser has left
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), self._slowest)
        except TimeoutError:
            self.refusal = answer(408, "the request came too slowly and was given up: send it again")
            raise _RefusedError from None
        self._came += len(message.get("body", b""))
        self._ended = not message.get("more_body", False)
        if self._came > self._largest:
            self.refusal = _too_large(self._largest)
            raise _RefusedError
        return message


class BodyLimit:
    """Refuses requests that are too large or come too slowly."""

    def __init__(self, app: ASGIApp, larger: Sequence[Larger], slowest: float = SLOWEST) -> None:
        self._app = app
        self._larger = larger
        self._slowest = slowest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        largest = await self._limit(scope)
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > largest:
            await _too_large(largest)(scope, receive, send)
            return
        body = _Body(receive, largest, self._slowest)

        async def sent(message: Message) -> None:
            if body.refusal is None or body.answered:
                body.answered = True
                await send(message)  # what is answered instead is sent below

        with suppress(_RefusedError):
            await self._app(scope, body.receive, sent)
        if body.refusal is not None and not body.answered:
            await body.refusal(scope, receive, send)

    async def _limit(self, scope: Scope) -> int:
        for one in self._larger:
            if scope["method"] in one.methods and one.pattern.fullmatch(scope["path"]):
                # Nobody fills the disk without the right: bodies come before a route looks at rights.
                return one.size if one.may(await run_in_threadpool(whoever, Request(scope))) else LARGEST
        return LARGEST


def _too_large(largest: int) -> ASGIApp:
    size = f"{largest / 1e6:,.0f} MB"
    return answer(413, f"the request is larger than {size}, the most that is taken here: send less at once")
