"""What the workspace's `hilum.toml` says of the server, in `[serve]`."""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from hilum.archive.workspace import MARKER, Workspace
from hilum.errors import WorkspaceError
from hilum.serving.access.rights import ROLES
from hilum.serving.settings import OidcSettings

SECRET_VARIABLE = "HILUM_OIDC_SECRET"  # noqa: S105  # the name of a variable


def _absolute(folder: str) -> str:
    """See that a folder is named from the root on."""
    if not Path(folder).is_absolute():
        raise ValueError("must begin with /")
    return folder


class Oidc(BaseModel):
    """The table `[serve.oidc]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    issuer: str = Field(min_length=1, max_length=500)
    client_id: str = Field(min_length=1, max_length=500)
    roles: dict[str, str] = Field(min_length=1)
    role_claim: str = "groups"
    name_claim: str = "preferred_username"
    scopes: tuple[str, ...] = ("openid", "profile")
    label: str = Field("the hospital's sign-in", max_length=60)


class Serve(BaseModel):
    """The table `[serve]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    public: str | None = Field(None, max_length=500)
    database: str | None = None
    idle_minutes: float = Field(30, ge=1, le=720)
    longest_hours: float = Field(12, ge=0.25, le=24)
    oidc: Oidc | None = None
    folders: list[Annotated[str, AfterValidator(_absolute)]] | None = Field(None, max_length=100)
    upload_gigabytes: float = Field(100, gt=0, le=100_000)
    heavy_jobs: int = Field(1, ge=1, le=64, strict=True)
    light_jobs: int = Field(2, ge=1, le=64, strict=True)

    def provider(self) -> OidcSettings | None:
        """The provider that signs people in, with the secret that the environment holds."""
        if self.oidc is None:
            return None
        return OidcSettings(**self.oidc.model_dump(), client_secret=os.environ.get(SECRET_VARIABLE, ""))


def read_configuration(workspace: Workspace) -> Serve:
    """What `hilum.toml` says of the server; the defaults where it says nothing.

    Raises:
        WorkspaceError: it cannot be read, or says something that cannot be.
    """
    path = workspace.root / MARKER
    try:
        with path.open("rb") as file:
            table: Any = tomllib.load(file).get("serve", {})
        found = Serve.model_validate(table)
    except FileNotFoundError:
        return Serve.model_validate({})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in ("serve", *first["loc"]))
        why = first["msg"].removeprefix("Value error, ")
        raise WorkspaceError(f"{path}: [{place}] cannot be accepted ({why}): correct it") from None
    except (OSError, ValueError, AttributeError):
        raise WorkspaceError(f"{path} cannot be read: correct it") from None
    if found.oidc is not None:
        _see_provider(found.oidc)
    if found.public is not None and urlsplit(found.public).scheme not in ("http", "https"):
        raise WorkspaceError(
            f"{path}: public is the address in a browser, such as https://hilum.hospital.org"
        )
    return found


def _see_provider(oidc: Oidc) -> None:
    unknown = sorted(set(oidc.roles.values()) - set(ROLES))
    if unknown:
        raise WorkspaceError(
            f"[serve.oidc.roles] names the role {unknown[0]!r}, which does not exist: the roles are "
            f"{', '.join(ROLES)}"
        )
    parts = urlsplit(oidc.issuer)
    if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise WorkspaceError("[serve.oidc] issuer must begin with https://, or anybody could sign in")
