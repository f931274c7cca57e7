"""Where a database server keeps the index: its address in the workspace, its password in the environment."""

import os
import ssl
from typing import Any

from sqlalchemy import Engine, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from hilum.errors import WorkspaceError

DRIVER = "postgresql+pg8000"
_WHERE = ("host", "port", "database")


def connection_of(url: str) -> tuple[URL, dict[str, Any]]:
    """What SQLAlchemy needs to connect.

    `HILUM_DATABASE_URL` may give user and password for the same server and database; `PGPASSWORD` gives the
    password otherwise. `?sslmode=require` or `?sslmode=verify-full` in the URL demand TLS;
    `?unix_sock=PATH` a socket of this machine.

    Returns:
        The address, and further arguments of the driver.

    Raises:
        WorkspaceError: the URL is not PostgreSQL's, or the environment names another database.

    Example:
        >>> connection_of("postgresql://archive@db.hospital/lung")[0].drivername
        'postgresql+pg8000'
    """
    address = parsed(url)
    given = os.environ.get("HILUM_DATABASE_URL")
    if given:
        own = parsed(given)
        if any(getattr(own, part) != getattr(address, part) for part in _WHERE):
            raise WorkspaceError(
                "HILUM_DATABASE_URL names another database than the workspace's hilum.toml: correct one"
            )
        address = address.set(username=own.username or address.username, password=own.password)
    if not address.password and os.environ.get("PGPASSWORD"):
        address = address.set(password=os.environ["PGPASSWORD"])
    mode = str(address.query.get("sslmode", ""))
    return address.difference_update_query(["sslmode"]), _tls(mode)


def parsed(url: str) -> URL:
    """Read a URL of PostgreSQL.

    Raises:
        WorkspaceError: it is none.

    Example:
        >>> parsed("postgresql://db/lung").database
        'lung'
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise WorkspaceError(
            "the database's URL cannot be read: write postgresql+pg8000://USER@HOST/DATABASE"
        ) from None
    if address.drivername not in ("postgresql", "postgres", DRIVER) or not address.database:
        raise WorkspaceError(
            "only SQLite (without a URL) and PostgreSQL can hold the index: write "
            "postgresql+pg8000://USER@HOST/DATABASE"
        )
    return address.set(drivername=DRIVER)


def kept_url(url: str) -> str:
    """The URL as a workspace may keep it.

    Raises:
        WorkspaceError: it holds a password, or is not PostgreSQL's.

    Example:
        >>> kept_url("postgresql://archive@db.hospital/lung")
        'postgresql+pg8000://archive@db.hospital/lung'
    """
    address = parsed(url)
    if address.password or "password" in address.query:
        raise WorkspaceError(
            "leave the password out of the URL: it would lie in hilum.toml; set PGPASSWORD instead"
        )
    return address.render_as_string(hide_password=False)


def without_password(engine: Engine) -> str:
    """How to name a database in a message.

    Example:
        >>> from sqlalchemy import create_engine
        >>> without_password(create_engine("postgresql+pg8000://a:secret@db.hospital/lung"))
        'lung on db.hospital'
    """
    return f"{engine.url.database} on {engine.url.host or 'this machine'}"


def _tls(mode: str) -> dict[str, Any]:
    if mode in ("", "disable"):
        return {}
    if mode not in ("require", "verify-full"):
        raise WorkspaceError(f"sslmode={mode} is not known: write require or verify-full")
    context = ssl.create_default_context()
    if mode == "require":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return {"ssl_context": context}
