"""Signing in with a password or by a provider, and changing a password."""

from sqlalchemy import select, update

from hilum.serving.access.api_tokens import revoke_tokens_of
from hilum.serving.access.oidc import Known
from hilum.serving.access.passwords import fits, hashed
from hilum.serving.access.people import PEOPLE, add_account, key_of, person_of, set_password
from hilum.serving.access.person import Person
from hilum.serving.access.sessions import begin_session, end_session, end_sessions_of
from hilum.serving.access.throttle import count_try, forgive
from hilum.serving.failures import Refusal
from hilum.serving.state import Serving


def sign_in_by_password(
    serving: Serving, name: str, password: str, address: str, before: str | None
) -> tuple[Person, str]:
    """Sign a person in.

    Args:
        serving: the server.
        name: what was given as the account's name.
        password: what was given as its password.
        address: where the request comes from.
        before: the session that the browser has so far; it ends.

    Returns:
        The person, and what the session's cookie shall hold.

    Raises:
        Refusal: 401 where name and password do not fit, 429 after too many failures.
    """
    key = key_of(name)
    with serving.writing() as connection:
        count_try(connection, key, address)
        row = connection.execute(select(PEOPLE).where(PEOPLE.c.key == key)).mappings().first()
    right = fits(password, row["password"] if row is not None else None)
    if not right or row is None or row["disabled"]:
        serving.audit.record(row["id"] if row is not None else None, "sign_in_refused", "the workbench")
        raise Refusal(401, "name and password do not fit: see that both are typed as they were chosen")
    with serving.writing() as connection:
        forgive(connection, key, address)
        if before is not None:
            end_session(connection, before)
        session = begin_session(connection, serving.settings, row["id"])
        serving.audit.record(row["id"], "signed_in", "the workbench", {"by": "password"})
    return person_of(row), session


def sign_in_by_provider(serving: Serving, known: Known, before: str | None) -> str:
    """Sign in whom a provider knows; the account is made at the first time, its roles follow the provider.

    Returns:
        What the session's cookie shall hold.

    Raises:
        Refusal: 403 where the account is closed.
        HilumError: the account cannot be made, as its name is taken.
    """
    with serving.writing() as connection:
        condition = (PEOPLE.c.issuer == known.issuer) & (PEOPLE.c.subject == known.subject)
        row = connection.execute(select(PEOPLE).where(condition)).mappings().first()
        if row is None:
            person = add_account(connection, known.name, known.roles, subject=(known.issuer, known.subject))
            serving.audit.record(person, "account_added", f"account {person}")
        elif row["disabled"]:
            raise Refusal(403, "this account is closed: ask an administrator")
        else:
            person, roles = row["id"], " ".join(sorted(known.roles))
            if roles != row["roles"]:
                connection.execute(update(PEOPLE).where(PEOPLE.c.id == person).values(roles=roles))
                detail = {"roles": roles}
                serving.audit.record(person, "roles_changed", f"account {person}", detail)
        if before is not None:
            end_session(connection, before)
        session = begin_session(connection, serving.settings, person)
        serving.audit.record(person, "signed_in", "the workbench", {"by": "provider"})
    return session


def change_password(
    serving: Serving, person: Person, *, old: str, new: str, address: str, session: str
) -> None:
    """Change a person's own password; all other sessions and all tokens of the account end.

    Raises:
        Refusal: 403 where the old password does not fit, 409 where a provider signs the person in, 429.
        HilumError: the new password cannot be used.
    """
    key = key_of(person.name)
    with serving.writing() as connection:
        count_try(connection, key, address)
        kept = connection.execute(select(PEOPLE.c.password).where(PEOPLE.c.id == person.id)).scalar()
    if kept is None:
        raise Refusal(409, "this account has no password: the provider that signs you in keeps it")
    if not fits(old, kept):
        raise Refusal(403, "the password so far does not fit: nothing was changed")
    chosen = hashed(new, person.name)
    with serving.writing() as connection:
        forgive(connection, key, address)
        set_password(connection, person.id, chosen)
        end_sessions_of(connection, person.id, but=session)
        revoke_tokens_of(connection, person.id)
        serving.audit.record(person.id, "password_changed", f"account {person.id}")
