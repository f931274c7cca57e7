"""`hilum serve`: the workbench in the browser, its accounts, and its audit log."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hilum.cli.options import JsonFlag, WorkspaceOption, demanded_workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hilum.serving.access.people import Account
    from hilum.serving.settings import Settings
    from hilum.serving.state import Serving

app = typer.Typer(
    name="serve",
    rich_markup_mode=None,
    invoke_without_command=True,
    help="Serve the workbench to the browser of this machine, or to people with accounts.",
)
user_app = typer.Typer(
    name="user",
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Keep the accounts of `hilum serve --users`.",
)
audit_app = typer.Typer(
    name="audit", rich_markup_mode=None, no_args_is_help=True, help="Prove that the audit log is whole."
)
app.add_typer(user_app, name="user", short_help="Keep the accounts of `hilum serve --users`")
app.add_typer(audit_app, name="audit", short_help="Prove that the audit log is whole")

DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        help="URL of a PostgreSQL database for accounts, jobs, markings; otherwise a file of the workspace.",
        show_default=False,
    ),
]
NameArgument = Annotated[str, typer.Argument(help="The name of the account.")]
RoleOption = Annotated[
    list[str],
    typer.Option(
        "--role",
        help="What the person is: administrator, data_manager, annotator, specialist, adjudicator, "
        "researcher or viewer; may be given several times.",
    ),
]


@app.callback()
def serve(
    ctx: typer.Context,
    workspace: WorkspaceOption = None,
    host: Annotated[str, typer.Option("--host", help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="The port to listen at.")] = 8470,
    users: Annotated[bool, typer.Option("--users", help="People sign in with accounts.")] = False,
    database: DatabaseOption = None,
    public: Annotated[
        str | None,
        typer.Option(
            "--public",
            help="The address under which a reverse proxy of this machine shows the workbench.",
            show_default=False,
        ),
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help="For TLS: the certificate (PEM).", show_default=False)
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="For TLS: the certificate's key (PEM).", show_default=False)
    ] = None,
    study: Annotated[
        str, typer.Option("--study", help="The study that the address opens.", show_default=False)
    ] = "",
    open_browser: Annotated[bool, typer.Option("--open", help="Open the browser.")] = False,
) -> None:
    """Serve the workbench to the browser of this machine, or to people with accounts, until Ctrl-C."""
    if ctx.invoked_subcommand is not None:
        ctx.obj = (workspace, database)
        return
    from dataclasses import replace

    from hilum.serving.app import create_app
    from hilum.serving.running import run, see_where

    settings = replace(_settings(workspace, database), host=host, port=port, accounts=users)
    settings = replace(settings, public=public or settings.public)
    secure = certificate is not None or (settings.public or "").startswith("https://")
    settings = replace(settings, secure_cookie=secure)
    see_where(settings, certificate, key)
    _demand_free(settings)
    application = create_app(settings)
    address = _first_address(application.state.serving, study)
    nobody = users and settings.oidc is None and not _has_accounts(application.state.serving)

    def listening() -> None:
        typer.echo(f"hilum serves {settings.workspace.root} at {settings.address}; Ctrl-C stops it")
        typer.echo(address)
        if nobody:
            typer.echo("nobody has an account yet: hilum serve user add NAME --role administrator")
        sys.stdout.flush()
        if open_browser:
            typer.launch(address)

    run(application, settings, listening, certificate, key)


@user_app.command("add")
def add_user(
    ctx: typer.Context,
    name: NameArgument,
    role: RoleOption,
    workspace: WorkspaceOption = None,
    database: DatabaseOption = None,
) -> None:
    """Make an account; its password is asked for twice, or taken from HILUM_PASSWORD."""
    from hilum.serving.access.passwords import hashed
    from hilum.serving.access.people import add_account

    with _writing(ctx, workspace, database) as (here, connection):
        pass
    chosen = hashed(_password(), name)
    with _writing(ctx, workspace, database) as (here, connection):
        number = add_account(connection, name, role, chosen)
        detail = {"roles": " ".join(sorted(set(role))), "by": "command line"}
        here.audit.record(None, "account_added", f"account {number}", detail)
    typer.echo(f"{name} can sign in as {', '.join(sorted(set(role)))}")


@user_app.command("list")
def list_users(
    ctx: typer.Context,
    workspace: WorkspaceOption = None,
    database: DatabaseOption = None,
    as_json: JsonFlag = False,
) -> None:
    """List the accounts."""
    import json

    from hilum.serving.access.people import accounts

    with _opened(ctx, workspace, database) as here, here.reading() as connection:
        found = accounts(connection, limit=100_000)
    if as_json:
        rows = [
            {"name": one.name, "roles": sorted(one.roles), "disabled": one.disabled, "provider": one.provider}
            for one in found
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for one in found:
        state = "closed" if one.disabled else "by the provider" if one.provider else ""
        typer.echo(f"  {one.name:<24} {', '.join(sorted(one.roles)):<40} {state}".rstrip())
    typer.echo(f"{len(found)} accounts")


@user_app.command("role")
def set_user_roles(
    ctx: typer.Context,
    name: NameArgument,
    role: RoleOption,
    workspace: WorkspaceOption = None,
    database: DatabaseOption = None,
) -> None:
    """Give an account other roles."""
    from hilum.serving.access.people import set_roles

    with _writing(ctx, workspace, database) as (here, connection):
        number = _number(connection, name)
        set_roles(connection, number, role)
        detail = {"roles": " ".join(sorted(set(role))), "by": "command line"}
        here.audit.record(None, "account_changed", f"account {number}", detail)
    typer.echo(f"{name} is {', '.join(sorted(set(role)))} from now on")


@user_app.command("disable")
def disable_user(
    ctx: typer.Context, name: NameArgument, workspace: WorkspaceOption = None, database: DatabaseOption = None
) -> None:
    """Close an account: its sessions and tokens end, what it did stays."""
    from hilum.serving.access.api_tokens import revoke_tokens_of
    from hilum.serving.access.people import set_disabled
    from hilum.serving.access.sessions import end_sessions_of

    with _writing(ctx, workspace, database) as (here, connection):
        number = _account(connection, name).id
        set_disabled(connection, number, disabled=True)
        end_sessions_of(connection, number)
        revoke_tokens_of(connection, number)
        here.audit.record(None, "account_changed", f"account {number}", {"disabled": 1, "by": "command line"})
    typer.echo(f"{name} cannot sign in any more")


@user_app.command("password")
def set_user_password(
    ctx: typer.Context, name: NameArgument, workspace: WorkspaceOption = None, database: DatabaseOption = None
) -> None:
    """Give an account another password, and let it try again at once; its sessions and tokens end."""
    from hilum.serving.access.api_tokens import revoke_tokens_of
    from hilum.serving.access.passwords import hashed
    from hilum.serving.access.people import key_of, set_password
    from hilum.serving.access.sessions import end_sessions_of
    from hilum.serving.access.throttle import forgive

    with _writing(ctx, workspace, database) as (here, connection):
        number = _number(connection, name)
    chosen = hashed(_password(), name)
    with _writing(ctx, workspace, database) as (here, connection):
        set_password(connection, number, chosen)
        end_sessions_of(connection, number)
        revoke_tokens_of(connection, number)
        forgive(connection, key_of(name))
        detail = {"password": "another", "by": "command line"}
        here.audit.record(None, "account_changed", f"account {number}", detail)
    typer.echo(f"{name} has another password")


@audit_app.command("verify")
def verify_audit(
    ctx: typer.Context,
    workspace: WorkspaceOption = None,
    database: DatabaseOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Prove that no line of the audit log was changed, added, moved or taken away; exit code 1 otherwise."""
    import json

    with _opened(ctx, workspace, database) as here:
        fault, lines = here.audit.fault(), here.audit.length()
    if as_json:
        typer.echo(json.dumps({"whole": fault is None, "lines": lines, "fault": fault}))
    else:
        typer.echo(f"{lines} lines, none changed" if fault is None else f"the audit log is damaged: {fault}")
    if fault is not None:
        raise typer.Exit(1)


def _settings(workspace: Path | None, database: str | None) -> "Settings":
    from hilum.archive import Workspace
    from hilum.serving.configuration import read_configuration
    from hilum.serving.settings import Settings

    here = Workspace(demanded_workspace(workspace, Path.cwd()))
    said = read_configuration(here)
    return Settings(
        here,
        database=database or said.database,
        oidc=said.provider(),
        public=said.public,
        idle_minutes=said.idle_minutes,
        longest_hours=said.longest_hours,
    )


@contextmanager
def _opened(ctx: typer.Context, workspace: Path | None, database: str | None) -> Iterator["Serving"]:
    """The database and log of a workbench, whether or not it is being served."""
    from hilum.serving import tables
    from hilum.serving.audit import AuditLog
    from hilum.serving.state import Serving

    outer_workspace, outer_database = ctx.obj or (None, None)
    settings = _settings(workspace or outer_workspace, database or outer_database)
    engine = tables.opened(settings)
    try:
        yield Serving(settings, engine, AuditLog.open(engine, settings.folder))
    finally:
        engine.dispose()


@contextmanager
def _writing(
    ctx: typer.Context, workspace: Path | None, database: str | None
) -> Iterator[tuple["Serving", "Connection"]]:
    with _opened(ctx, workspace, database) as here, here.writing() as connection:
        yield here, connection


def _account(connection: "Connection", name: str) -> "Account":
    from hilum.errors import HilumError
    from hilum.serving.access.people import account_named

    found = account_named(connection, name)
    if found is None:
        raise HilumError("there is no account of this name: see `hilum serve user list`")
    return found


def _number(connection: "Connection", name: str) -> int:
    """The number of an account whose roles and password are kept here."""
    from hilum.errors import HilumError

    found = _account(connection, name)
    if found.provider:
        raise HilumError("a provider signs this account in: its roles and password are kept there")
    return found.id


def _password() -> str:
    """The password to set: from the environment, or asked for twice on a terminal; never an argument."""
    import getpass

    from hilum.errors import HilumError

    given = os.environ.get("HILUM_PASSWORD")
    if given:
        return given
    if not (sys.stdin is not None and sys.stdin.isatty()):
        raise HilumError("a password is needed: run this in a terminal, or set HILUM_PASSWORD")
    given = getpass.getpass("Password: ")
    if given != getpass.getpass("Password, again: "):
        raise HilumError("the two passwords differ: nothing was changed")
    return given


def _demand_free(settings: "Settings") -> None:
    """See that nobody listens at the port already, before anything is made."""
    import socket

    from hilum.errors import HilumError

    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise HilumError(
                f"port {settings.port} at {settings.host} cannot be used ({error.strerror}): another program "
                f"may use it already, name another with --port"
            ) from None


def _has_accounts(here: "Serving") -> bool:
    from hilum.serving.access.people import count_accounts

    with here.reading() as connection:
        return count_accounts(connection) > 0


def _first_address(here: "Serving", study: str) -> str:
    """The address to open first: that of a study, or of the first page."""
    from urllib.parse import quote

    from hilum.serving.access.entry import new_entry_token

    address, name = here.settings.address, quote(study, safe="")
    if here.settings.accounts:
        return f"{address}/studies/{name}" if study else address
    return f"{address}/enter?token={new_entry_token(here)}" + (f"&study={name}" if study else "")
