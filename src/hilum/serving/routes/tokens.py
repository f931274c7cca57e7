"""Tokens by which programs use this interface in a person's name."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from hilum.serving.access import api_tokens
from hilum.serving.access.asking import Person, asks_session
from hilum.serving.access.rights import Right
from hilum.serving.failures import Refusal
from hilum.serving.paging import AfterNumber, Limit
from hilum.serving.state import serving

router = APIRouter(prefix="/api/tokens", tags=["tokens"])
_MOST = 100

Owner = Annotated[Person, Depends(asks_session())]


class TokenRow(BaseModel):
    """A token, without what it consists of."""

    id: int
    label: str
    scopes: list[Right]
    made: float = Field(description="Seconds since 1970.")
    ends: float = Field(description="Seconds since 1970.")
    used: float | None = Field(description="When it was last used, to the minute; null before.")
    revoked: float | None = Field(description="When it was made worthless; null while it is not.")


class TokenPage(BaseModel):
    """A page of tokens."""

    items: list[TokenRow]
    next: int | None
    total: int


class NewToken(BaseModel):
    """A token to make."""

    model_config = ConfigDict(extra="forbid")
    label: str = Field(min_length=1, max_length=100, examples=["nightly export"])
    scopes: list[Right] = Field(min_length=1, max_length=len(Right), examples=[["see_studies"]])
    days: int = Field(90, ge=1, le=366, description="How long it lasts.")


class MadeToken(BaseModel):
    """A token that was made, shown this once."""

    id: int
    token: str = Field(description="Send it as `Authorization: Bearer ...`; it is not shown again.")


@router.get("")
def list_tokens(request: Request, person: Owner, after: AfterNumber = 0, limit: Limit = 50) -> TokenPage:
    """List the own tokens, revoked ones too."""
    with serving(request).reading() as connection:
        found = api_tokens.tokens_of(connection, person.id, after, limit + 1)
        total = api_tokens.count_tokens(connection, person.id)
    items = [TokenRow.model_validate({**vars(one), "scopes": sorted(one.scopes)}) for one in found[:limit]]
    return TokenPage(items=items, next=items[-1].id if len(found) > limit else None, total=total)


@router.post("", status_code=201)
def make_token(request: Request, person: Owner, given: NewToken) -> MadeToken:
    """Make a token that may do a part of what its maker may; it is shown this once."""
    here = serving(request)
    scopes = frozenset(given.scopes)
    if not scopes <= person.rights:
        raise Refusal(403, "a token cannot have rights that you have not: take them out of its scopes")
    with here.writing() as connection:
        if api_tokens.count_tokens(connection, person.id, valid=True) >= _MOST:
            raise Refusal(409, f"you have {_MOST} tokens already: revoke some that are not needed")
        number, token = api_tokens.make_token(connection, person, given.label, scopes, given.days)
        detail = {"scopes": " ".join(sorted(scopes))}
        here.audit.record(person.id, "token_made", f"token {number}", detail)
    return MadeToken(id=number, token=token)


@router.delete("/{number}", status_code=204)
def revoke_token(request: Request, number: Annotated[int, Path(ge=1, le=2**31 - 1)], person: Owner) -> None:
    """Make one of the own tokens worthless."""
    here = serving(request)
    with here.writing() as connection:
        if not api_tokens.revoke_token(connection, person.id, number):
            raise Refusal(404, "there is no such token of yours that is worth something")
        here.audit.record(person.id, "token_revoked", f"token {number}")
