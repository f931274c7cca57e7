"""What a route asks of whoever calls it: to be signed in, and to have rights."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request

from hilum.serving.access.api_tokens import note_token_use, person_of_token
from hilum.serving.access.person import Person
from hilum.serving.access.rights import Right
from hilum.serving.access.sessions import note_use, person_of_session
from hilum.serving.failures import Refusal
from hilum.serving.state import serving

__all__ = ["Asks", "Person", "asks", "asks_any", "asks_session", "session_of", "whoever"]


@dataclass(frozen=True)
class Asks:
    """A dependency that gives the person who calls, or refuses.

    Attributes:
        rights: what the person must have.
        one_is_enough: one of the rights is enough.
        by_session: a browser's session is needed; an API token will not do.
    """

    rights: tuple[Right, ...] = ()
    one_is_enough: bool = False
    by_session: bool = False

    def __call__(self, request: Request) -> Person:
        """The person who calls.

        Raises:
            Refusal: 401 where nobody is signed in, 403 where a right is missing.
        """
        person = whoever(request)
        if person is None:
            raise Refusal(401, "nobody is signed in, or the session has ended: sign in")
        if self.by_session and session_of(request) is None:
            raise Refusal(403, "an API token cannot do this: sign in with a browser")
        if not self.allows(person):
            raise Refusal(403, "your account has not the right to do this: ask an administrator for it")
        return person

    def allows(self, person: Person) -> bool:
        """Whether a person's rights suffice."""
        if self.one_is_enough:
            return any(person.may(right) for right in self.rights)
        return all(person.may(right) for right in self.rights)


def asks(*rights: Right) -> Callable[[Request], Person]:
    """A dependency that gives the person who calls a route; that person must have all these rights.

    Example:
        >>> asks(Right.see_studies).rights
        (<Right.see_studies: 'see_studies'>,)
    """
    return Asks(rights)


def asks_any(*rights: Right) -> Callable[[Request], Person]:
    """As `asks`, but one of the rights is enough.

    Example:
        >>> asks_any(Right.make_studies, Right.assign_marking).one_is_enough
        True
    """
    return Asks(rights, one_is_enough=True)


def asks_session(*rights: Right) -> Callable[[Request], Person]:
    """As `asks`, but API tokens are not accepted.

    Example:
        >>> asks_session().by_session
        True
    """
    return Asks(rights, by_session=True)


def session_of(request: Request) -> str | None:
    """What the cookie of a request's session holds; None where a token is used, or nothing."""
    if "authorization" in request.headers:
        return None
    return request.cookies.get(serving(request).cookie) or None


def whoever(request: Request) -> Person | None:
    """The person who calls, by token or session; None where nobody is signed in."""
    here = serving(request)
    given = request.headers.get("authorization")
    if given is not None:
        scheme, _, secret = given.partition(" ")
        if scheme.lower() != "bearer" or not secret:
            return None
        find, note = person_of_token, note_token_use
    else:
        secret = session_of(request) or ""
        if not secret:
            return None
        find, note = person_of_session, note_use
    with here.reading() as connection:
        found = find(connection, here.settings, secret)
    if found is None:
        return None
    person, is_time = found
    if is_time:
        with here.writing() as connection:
            note(connection, secret)
    return person
