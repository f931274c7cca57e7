"""The workspace: a folder with everything of one installation."""

import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path

from hilum.errors import WorkspaceError

MARKER = "hilum.toml"
_MARKER_TEXT = """# A hilum workspace: archive/ holds de-identified images, vault/ the encrypted map to real
# identifiers, quarantine/ what could not be cleaned or read, runs/ the studies.
version = 1
"""


@dataclass(frozen=True)
class Workspace:
    """A folder with an archive, a quarantine, a vault and the runs of studies.

    Attributes:
        root: the folder that holds `hilum.toml`.

    Example:
        >>> Workspace(Path("lung")).archive_folder.as_posix()
        'lung/archive'
    """

    root: Path

    @property
    def archive_folder(self) -> Path:
        """De-identified images, and nothing else."""
        return self.root / "archive"

    @property
    def quarantine_folder(self) -> Path:
        """What could not be cleaned or read, as it came; only its owner may look in."""
        return self.root / "quarantine"

    @property
    def vault_folder(self) -> Path:
        """The vault; only its owner may look in."""
        return self.root / "vault"

    @property
    def runs_folder(self) -> Path:
        """One folder a run of a study."""
        return self.root / "runs"

    @property
    def index_file(self) -> Path:
        """The index of the archive where no database server keeps it; it holds research identifiers only."""
        return self.root / "index.sqlite"

    @property
    def index(self) -> Path | str:
        """Where the index is: the SQLite file, or the URL of a PostgreSQL database, without its password.

        Raises:
            WorkspaceError: `hilum.toml` cannot be read.
        """
        return self.settings.get("database") or self.index_file

    @property
    def settings(self) -> dict[str, str]:
        """What `hilum.toml` says in words: `database`, and `workspace`, which marks that database as its own.

        Raises:
            WorkspaceError: `hilum.toml` cannot be read.
        """
        try:
            with (self.root / MARKER).open("rb") as file:
                found = tomllib.load(file)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise WorkspaceError(f"{self.root / MARKER} cannot be read: correct it") from error
        return {name: value for name, value in found.items() if isinstance(value, str)}


def create_workspace(folder: Path, database: str | None = None) -> Workspace:
    """Make a workspace with a new vault and its key.

    Args:
        folder: it may exist, but must be empty.
        database: URL of an empty PostgreSQL database for the index, without a password (that comes from
            `PGPASSWORD`); without it the index is a SQLite file.

    Raises:
        WorkspaceError: the folder holds something already, or cannot be written; the database cannot be used.

    Example:
        >>> import tempfile
        >>> create_workspace(Path(tempfile.mkdtemp()) / "lung").root.name
        'lung'
    """
    from hilum.deid.vault import Vault

    folder = Path(folder)
    if (folder / MARKER).exists():
        raise WorkspaceError(f"{folder} is a workspace already")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceError(f"{folder} is not empty: name a new folder for the workspace")
    workspace = Workspace(folder)
    text = _MARKER_TEXT + (_in_database(database) if database else "")
    try:
        workspace.archive_folder.mkdir(parents=True)
        workspace.runs_folder.mkdir()
        workspace.quarantine_folder.mkdir(mode=0o700)
        workspace.quarantine_folder.chmod(0o700)
        Vault.create(workspace.vault_folder)
        (folder / MARKER).write_text(text, encoding="utf-8")
    except OSError as error:
        raise WorkspaceError(f"{folder} cannot be made a workspace: {error.strerror or error}") from error
    return workspace


def _in_database(database: str) -> str:
    """Make the index in a database of a server; return what `hilum.toml` says of it."""
    from hilum.archive.database import kept_url
    from hilum.archive.index import engine_of

    url, mark = kept_url(database), secrets.token_hex(8)
    engine_of(url, mark).dispose()
    return f"database = '{url}'\nworkspace = '{mark}'\n"


def find_workspace(start: Path) -> Workspace | None:
    """The nearest workspace: the folder itself or one of its parents; None where there is none.

    Example:
        >>> find_workspace(Path("/")) is None
        True
    """
    start = Path(start).resolve()
    for folder in (start, *start.parents):
        if (folder / MARKER).is_file():
            return Workspace(folder)
    return None
