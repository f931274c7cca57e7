"""Choosing a folder of the server, within the folders that whoever runs it allows."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hilum.serving.configuration import read_configuration
from hilum.serving.failures import Refusal
from hilum.serving.settings import Settings

_MOST_SHOWN = 2000
_MOST_LOOKED_AT = 100_000


@dataclass(frozen=True)
class FolderSeen:
    """What a folder holds.

    Attributes:
        folders: the names of the folders in it.
        files: how many files lie in it, not counting those in its folders.
        more: whether there is more in it than was looked at.
    """

    folders: tuple[str, ...]
    files: int
    more: bool


def allowed_folders(settings: Settings) -> list[Path]:
    """The folders below which sources may be chosen: `folders` of `[serve]` in `hilum.toml`.

    Without such a line it is the home folder where one person works on an own machine, and none where people
    sign in with accounts.

    Raises:
        WorkspaceError: `hilum.toml` cannot be read.
    """
    said = read_configuration(settings.workspace).folders
    if said is None:
        return [] if settings.accounts or not settings.listens_only_here else [Path.home()]
    return [Path(one) for one in said]


def folder_chosen(settings: Settings, root: int, parts: Sequence[str]) -> Path:
    """The folder that a person chose.

    Args:
        settings: of the server.
        root: which of the allowed folders, from 0.
        parts: the names that lead down from there.

    Raises:
        Refusal: there is no such folder, or it leads out of the allowed one or into the workspace.
    """
    roots = allowed_folders(settings)
    if not 0 <= root < len(roots) or not all(map(_is_name, parts)):
        raise _nothing()
    try:
        top = roots[root].resolve(strict=True)
        found = top.joinpath(*parts).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        raise _nothing() from None
    if not found.is_relative_to(top) or not found.is_dir():
        raise _nothing()
    if found.is_relative_to(settings.workspace.root.resolve()):
        raise Refusal(400, "this folder is part of the workspace itself: choose one with images to bring in")
    return found


def look_into(folder: Path) -> FolderSeen:
    """Name the folders in a folder, in their order, and count its files; hidden ones are left out.

    Raises:
        Refusal: it may not be looked into.
    """
    folders: list[str] = []
    files = looked = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                looked += 1
                if looked > _MOST_LOOKED_AT:
                    break
                if entry.name.startswith(".") or not _is_name(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                elif entry.is_file(follow_symlinks=False):
                    files += 1
    except OSError:
        raise Refusal(
            403, "this folder may not be looked into: choose another, or ask for its permissions"
        ) from None
    more = looked > _MOST_LOOKED_AT or len(folders) > _MOST_SHOWN
    return FolderSeen(tuple(sorted(folders, key=str.casefold)[:_MOST_SHOWN]), files, more)


def _is_name(part: str) -> bool:
    try:
        part.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return part not in ("", ".", "..") and not any(sign in part for sign in "/\\\x00")


def _nothing() -> Refusal:
    return Refusal(404, "there is no such folder below the allowed ones: choose another")
