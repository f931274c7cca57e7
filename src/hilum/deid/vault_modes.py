"""Only the owner may look into the vault: modes 0700 and 0600, set right or refused."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from hilum.errors import WorkspaceError


def closed_to_others(folder: Path, files: Iterable[str]) -> int:
    """Take the rights of others away from a folder and files in it.

    Args:
        folder: the vault's folder.
        files: names in it; those that are not there are passed over.

    Returns:
        How many had to be set right.

    Raises:
        WorkspaceError: they are open to others and belong to somebody else, so that this cannot be changed.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> folder.chmod(0o755)
        >>> closed_to_others(folder, ["key"]), closed_to_others(folder, ["key"])
        (1, 0)
    """
    mended = 0
    for path in (folder, *(folder / name for name in files)):
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except FileNotFoundError:
            continue
        if not mode & 0o077:
            continue
        try:
            path.chmod(mode & 0o700)
        except FileNotFoundError:
            continue
        except OSError:
            raise WorkspaceError(
                f"{path} may be read by others and belongs to somebody else: ask the owner to run "
                "`chmod go-rwx` on it"
            ) from None
        mended += 1
    return mended


def account() -> str:
    """The name of the account that works here, as the system knows it, not as the environment says.

    Example:
        >>> len(account()) > 0
        True
    """
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"
