"""Who is signed in; signing in, out, and changing the own password."""

from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from hilum.errors import HilumError
from hilum.serving.access import oidc
from hilum.serving.access.asking import Person, asks_session, session_of, whoever
from hilum.serving.access.rights import Right
from hilum.serving.access.secrets_kept import csrf_token
from hilum.serving.access.sessions import end_session
from hilum.serving.access.signing_in import change_password, sign_in_by_password, sign_in_by_provider
from hilum.serving.audit import record_request
from hilum.serving.cookies import clear_session, set_session
from hilum.serving.failures import Refusal
from hilum.serving.state import serving
from hilum.serving.told import sentence_page

router = APIRouter(prefix="/api/session", tags=["session"])
_BACK = "/api/session/oidc/back"


class SignedIn(BaseModel):
    """A person who is signed in."""

    id: int
    name: str
    roles: list[str]
    rights: list[Right] = Field(description="What this session or token may do.")


class SessionState(BaseModel):
    """Who is signed in, and how one can sign in."""

    person: SignedIn | None = Field(description="Null where nobody is signed in.")
    csrf: str | None = Field(description="To send as X-CSRF-Token with every change; null with a token.")
    accounts: bool = Field(description="People sign in with accounts; otherwise by the address printed.")
    provider: str | None = Field(description="What the sign-in by a provider is called; null without one.")
    version: str = Field(description="Of the program.")


class SignIn(BaseModel):
    """Name and password of an account."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(max_length=200, examples=["kim"])
    password: SecretStr = Field(max_length=1000)


class NewPassword(BaseModel):
    """The password so far, and the one to have from now on."""

    model_config = ConfigDict(extra="forbid")
    old: SecretStr = Field(max_length=1000)
    new: SecretStr = Field(max_length=1000)


@router.get("")
def read_session(request: Request) -> SessionState:
    """Say who is signed in; nobody needs to be."""
    settings = serving(request).settings
    person = whoever(request)
    session = session_of(request) if person is not None else None
    return SessionState(
        person=_shown(person),
        csrf=csrf_token(session) if session else None,
        accounts=settings.accounts,
        provider=settings.oidc.label if settings.oidc and settings.accounts else None,
        version=version("hilum"),
    )


@router.post("")
def sign_in(request: Request, response: Response, given: SignIn) -> SessionState:
    """Sign in with an account's name and password."""
    here = serving(request)
    if not here.settings.accounts:
        raise Refusal(
            409, "this workbench has no accounts: open the address that hilum serve printed, or start it anew"
        )
    person, session = sign_in_by_password(
        here, given.name, given.password.get_secret_value(), _address(request), session_of(request)
    )
    set_session(request, response, session)
    return SessionState(
        person=_shown(person),
        csrf=csrf_token(session),
        accounts=True,
        provider=here.settings.oidc.label if here.settings.oidc else None,
        version=version("hilum"),
    )


@router.delete("", status_code=204)
def sign_out(
    request: Request, response: Response, person: Annotated[Person, Depends(asks_session())]
) -> None:
    """Sign out: the session ends."""
    here = serving(request)
    with here.writing() as connection:
        end_session(connection, session_of(request) or "")
    record_request(request, person, "signed_out", "the workbench")
    clear_session(request, response)


@router.post("/password", status_code=204)
def change_own_password(
    request: Request, given: NewPassword, person: Annotated[Person, Depends(asks_session())]
) -> None:
    """Change the own password; all other sessions of the account end."""
    here = serving(request)
    if not here.settings.accounts:
        raise Refusal(409, "this workbench has no accounts, and so no passwords")
    old, new = given.old.get_secret_value(), given.new.get_secret_value()
    session = session_of(request) or ""
    change_password(here, person, old=old, new=new, address=_address(request), session=session)


@router.get("/oidc/start", response_class=RedirectResponse, status_code=303)
def begin_provider_sign_in(request: Request) -> Response:
    """Send the browser to the provider that signs people in (OpenID Connect)."""
    here = serving(request)
    provider = here.settings.oidc
    if provider is None or not here.settings.accounts:
        raise Refusal(404, "this workbench knows no provider that signs people in")
    address, browser = oidc.begin(here, provider, here.settings.address + _BACK)
    response = RedirectResponse(address, status_code=303)
    response.set_cookie(
        here.attempt_cookie,
        browser,
        max_age=int(oidc.LASTS),
        path="/api/session/oidc",
        httponly=True,
        samesite="lax",  # the provider's page sends the browser back
        secure=here.settings.secure_cookie,
    )
    return response


@router.get("/oidc/back", response_class=RedirectResponse, status_code=303)
def end_provider_sign_in(
    request: Request, code: str = "", state: str = "", iss: str | None = None, error: str | None = None
) -> Response:
    """Take the provider's answer from the browser that it sends back, and sign the person in."""
    here = serving(request)
    provider = here.settings.oidc
    if provider is None or not here.settings.accounts:
        raise Refusal(404, "this workbench knows no provider that signs people in")
    try:
        answered = oidc.Answered(code, state, request.cookies.get(here.attempt_cookie, ""), iss, error)
        known = oidc.finish(here, provider, here.settings.address + _BACK, answered)
        session = sign_in_by_provider(here, known, session_of(request))
    except (Refusal, HilumError) as refused:
        here.audit.record(None, "sign_in_refused", "the workbench", {"by": "provider"})
        status = refused.status if isinstance(refused, Refusal) else 403
        return sentence_page(status, "You are not signed in", f"{refused}.")
    response = RedirectResponse("/", status_code=303)
    set_session(request, response, session)
    response.delete_cookie(
        here.attempt_cookie, path="/api/session/oidc", httponly=True, secure=here.settings.secure_cookie
    )
    return response


def _shown(person: Person | None) -> SignedIn | None:
    if person is None:
        return None
    return SignedIn(id=person.id, name=person.name, roles=sorted(person.roles), rights=sorted(person.rights))


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
