"""What `[serve]` in a workspace's `hilum.toml` says."""

import tomllib
from typing import Any

from hilum.archive import Workspace
from hilum.errors import WorkspaceError


def serve_section(workspace: Workspace) -> dict[str, Any]:
    """The section as plain data; empty where there is none.

    Raises:
        WorkspaceError: `hilum.toml` cannot be read.

    Example:
        >>> import pathlib
        >>> serve_section(Workspace(pathlib.Path("nowhere")))
        {}
    """
    path = workspace.root / "hilum.toml"
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8")).get("serve", {})
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise WorkspaceError(f"{path} cannot be read: correct it") from None
    if not isinstance(found, dict):
        raise WorkspaceError(f"[serve] in {path} is no section: write [serve] and lines below it")
    return found
