"""How a workbench is served."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from hilum.archive import Workspace

PORT = 8470
_ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  # to recognise it, not to listen there
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class OidcSettings:
    """A provider that signs people in (OpenID Connect Core 1.0).

    Attributes:
        issuer: address of the provider, as it stands in `iss` of its tokens.
        client_id: the name by which the provider knows this workbench.
        client_secret: the secret shared with it; empty for a public client, which PKCE alone protects.
        roles: value of the claim to role of the workbench; without a mapped value nobody is let in.
        role_claim: the claim that says what a person may do; dots lead into objects (`realm_access.roles`).
        name_claim: the claim that is shown as the person's name.
        scopes: what is asked of the provider.
        label: what the sign-in page calls the provider.

    Example:
        >>> OidcSettings("https://id.hospital", "hilum").role_claim
        'groups'
    """

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    roles: Mapping[str, str] = field(default_factory=dict)
    role_claim: str = "groups"
    name_claim: str = "preferred_username"
    scopes: tuple[str, ...] = ("openid", "profile")
    label: str = "the hospital's sign-in"


@dataclass(frozen=True)
class Settings:
    """What one server serves, where, and to whom.

    Attributes:
        workspace: the workspace it works in.
        host: the address it listens at.
        port: the port it listens at.
        database: URL of a PostgreSQL database; None is the file `serve/workbench.sqlite` of the workspace.
        accounts: people sign in; otherwise one user with every right enters by a one-time token.
        secure_cookie: the session's cookie is sent over TLS only.
        oidc: a provider that signs people in, beside passwords.
        public: the address under which a reverse proxy shows the workbench, such as https://hilum.hospital.
        idle_minutes: a session of an account ends after so many minutes without a request.
        longest_hours: a session of an account ends after so many hours in any case.

    Example:
        >>> Settings(Workspace(Path("lung"))).folder.as_posix()
        'lung/serve'
    """

    workspace: Workspace
    host: str = "127.0.0.1"
    port: int = PORT
    database: str | None = None
    accounts: bool = False
    secure_cookie: bool = False
    oidc: OidcSettings | None = None
    public: str | None = None
    idle_minutes: float = 30
    longest_hours: float = 12

    @property
    def folder(self) -> Path:
        """Where the server keeps its database, keys, log of jobs; only its owner may look in."""
        return self.workspace.root / "serve"

    @property
    def listens_only_here(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in _LOOPBACK or self.host.startswith("127.")

    @property
    def listens_anywhere(self) -> bool:
        """Whether it listens at every address of the machine."""
        return self.host in _ANYWHERE

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        if self.public:
            return self.public.rstrip("/")
        host = "127.0.0.1" if self.listens_anywhere else self.host
        scheme = "https" if self.secure_cookie else "http"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def names(self) -> frozenset[str]:
        """The names under which a browser may ask for it, against rebinding of DNS names."""
        public = urlsplit(self.public).hostname if self.public else None
        return frozenset(name.lower() for name in (*_LOOPBACK, self.host, public) if name)
