"""Accounts: those who manage them see, add, close them and give them roles."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from hilum.errors import HilumError
from hilum.serving.access import people
from hilum.serving.access.api_tokens import revoke_tokens_of
from hilum.serving.access.asking import Person, asks, asks_any
from hilum.serving.access.passwords import hashed
from hilum.serving.access.rights import ROLES, Right
from hilum.serving.access.sessions import end_sessions_of
from hilum.serving.access.throttle import forgive
from hilum.serving.failures import Refusal
from hilum.serving.paging import AfterNumber, Limit
from hilum.serving.state import serving

router = APIRouter(prefix="/api/people", tags=["people"])

RoleName = Literal[
    "administrator", "data_manager", "annotator", "specialist", "adjudicator", "researcher", "viewer"
]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="The account's number.")]
Manager = Annotated[Person, Depends(asks(Right.manage_users))]


class AccountRow(BaseModel):
    """An account."""

    id: int
    name: str
    roles: list[RoleName]
    disabled: bool = Field(description="Nobody can sign in with it.")
    provider: bool = Field(
        description="A provider signs it in (OpenID Connect); its roles follow the provider."
    )
    made: float = Field(description="Seconds since 1970.")


class AccountPage(BaseModel):
    """A page of accounts."""

    items: list[AccountRow]
    next: int | None
    total: int


class NewAccount(BaseModel):
    """An account to make."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=100, examples=["kim"])
    roles: list[RoleName] = Field(min_length=1, max_length=7)
    password: SecretStr = Field(max_length=1000, description="To be told to the person, who changes it.")


class AccountChange(BaseModel):
    """What shall be different; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    roles: list[RoleName] | None = Field(None, min_length=1, max_length=7)
    disabled: bool | None = None
    password: SecretStr | None = Field(None, max_length=1000, description="All sessions of the account end.")


class Name(BaseModel):
    """A person to choose."""

    id: int
    name: str
    roles: list[RoleName]


class Role(BaseModel):
    """A role and what it allows."""

    name: RoleName
    rights: list[Right]


@router.get("/roles")
def list_roles(_person: Annotated[Person, Depends(asks())]) -> list[Role]:
    """List the roles and their rights."""
    return [Role.model_validate({"name": name, "rights": sorted(rights)}) for name, rights in ROLES.items()]


@router.get("/names")
def list_names(
    request: Request, _person: Annotated[Person, Depends(asks_any(Right.make_studies, Right.assign_marking))]
) -> list[Name]:
    """List the open accounts, to share a study with or to assign cases to; 1000 at most."""
    with serving(request).reading() as connection:
        found = people.accounts(connection, limit=1000)
    return [
        Name.model_validate({"id": one.id, "name": one.name, "roles": sorted(one.roles)})
        for one in found
        if not one.disabled
    ]


@router.get("")
def list_people(request: Request, _person: Manager, after: AfterNumber = 0, limit: Limit = 50) -> AccountPage:
    """List the accounts."""
    with serving(request).reading() as connection:
        found = people.accounts(connection, after, limit + 1)
        total = people.count_accounts(connection)
    items = [_row(one) for one in found[:limit]]
    return AccountPage(items=items, next=items[-1].id if len(found) > limit else None, total=total)


@router.post("", status_code=201)
def add_person(request: Request, person: Manager, given: NewAccount) -> AccountRow:
    """Make an account."""
    here = serving(request)
    _demand_accounts(request)
    chosen = hashed(given.password.get_secret_value(), given.name)
    with here.writing() as connection:
        try:
            number = people.add_account(connection, given.name, given.roles, chosen)
        except HilumError as taken:
            raise Refusal(409, str(taken)) from None
        detail = {"roles": " ".join(sorted(given.roles))}
        here.audit.record(person.id, "account_added", f"account {number}", detail)
        made = people.account(connection, number)
    assert made is not None
    return _row(made)


@router.get("/{number}")
def read_person(request: Request, number: Number, _person: Manager) -> AccountRow:
    """Read one account."""
    with serving(request).reading() as connection:
        return _row(_found(people.account(connection, number)))


@router.patch("/{number}")
def change_person(request: Request, number: Number, person: Manager, given: AccountChange) -> AccountRow:
    """Give an account other roles or another password, close it or open it again."""
    here = serving(request)
    _demand_accounts(request)
    with here.reading() as connection:
        account = _found(people.account(connection, number))
    if account.provider and (given.password is not None or given.roles is not None):
        raise Refusal(409, "a provider signs this account in: its roles and password are kept there")
    chosen = hashed(given.password.get_secret_value(), account.name) if given.password is not None else None
    with here.writing() as connection:
        try:
            if given.roles is not None:
                people.set_roles(connection, number, given.roles)
            if given.disabled is not None:
                people.set_disabled(connection, number, disabled=given.disabled)
        except HilumError as refused:
            raise Refusal(409, str(refused)) from None
        if chosen is not None:
            people.set_password(connection, number, chosen)
            forgive(connection, people.key_of(account.name))
        if chosen is not None or given.disabled:
            end_sessions_of(connection, number)
            revoke_tokens_of(connection, number)
        here.audit.record(person.id, "account_changed", f"account {number}", _told(given))
        changed = people.account(connection, number)
    return _row(_found(changed))


def _demand_accounts(request: Request) -> None:
    if not serving(request).settings.accounts:
        raise Refusal(
            409, "this workbench runs for a single user: start it with `hilum serve --users` to keep accounts"
        )


def _found(account: people.Account | None) -> people.Account:
    if account is None:
        raise Refusal(404, "there is no such account")
    return account


def _told(given: AccountChange) -> dict[str, str | int]:
    told: dict[str, str | int] = {}
    if given.roles is not None:
        told["roles"] = " ".join(sorted(given.roles))
    if given.disabled is not None:
        told["disabled"] = int(given.disabled)
    if given.password is not None:
        told["password"] = "another"  # noqa: S105  # that it is another one, not which
    return told


def _row(account: people.Account) -> AccountRow:
    return AccountRow.model_validate({**vars(account), "roles": sorted(account.roles)})
