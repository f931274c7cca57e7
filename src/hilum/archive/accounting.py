"""What became of files that were given to the archive: asked before their originals are let go."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from sqlalchemy import Engine, select

from hilum.archive.index import IMAGES, reading
from hilum.archive.outcome import ARCHIVED, QUARANTINED, entry_name
from hilum.archive.quarantine import WAITING, Quarantine
from hilum.archive.register import Register
from hilum.deid.keys import ResearchKeys


class Accounting:
    """Answers for files and objects, without changing anything.

    Args:
        engine: of the index.
        keys: of the vault.
        quarantine: of the same workspace.
        folder: of the archive.
    """

    def __init__(self, engine: Engine, keys: ResearchKeys, quarantine: Quarantine, folder: Path) -> None:
        self._engine, self.keys, self._quarantine, self._folder = engine, keys, quarantine, folder
        self._register = Register(engine, folder)

    def fate(self, file: Path) -> str:
        """What became of a file's bytes: `archived`, `quarantined` (or rejected), or empty where nothing did.

        Raises:
            OSError: the file cannot be read.
        """
        with file.open("rb") as opened:
            source = self.keys.fingerprint(hashlib.file_digest(opened, "sha256").digest())
        if self._register.holds(source):
            return ARCHIVED
        if (
            self._register.rejected(source)
            or self._quarantine.find(entry_name(source, str(file))) is not None
        ):
            return QUARANTINED
        return ""

    def intact(
        self,
        instances: Iterable[str],
        name_begins: Callable[[str], str],
        unchanged: Callable[[Path, str], bool],
        *,
        originals: bool = False,
    ) -> frozenset[str]:
        """Which objects are in the archive or in quarantine, with the bytes that were written.

        Args:
            instances: SOP Instance UIDs as the hospital knows them.
            name_begins: how the file that came with such an object was named, up to the hash of its bytes.
            unchanged: whether a kept original has the bytes that the name of its file tells.
            originals: whether only originals count; the archive's objects are de-identified and do not.
        """
        asked = set(instances)
        safe = {instance for instance in asked if not originals and self._archived_intact(instance)}
        if asked - safe:
            waiting = [entry for entry in self._quarantine.entries() if entry.status == WAITING]
            named = {Path(entry.file).name: entry.id for entry in waiting}
            for instance in asked - safe:
                held = [name for name in named if name.startswith(name_begins(instance))]
                kept = ((self._quarantine.original(named[name]), name) for name in held)
                if any(path is not None and unchanged(path, name) for path, name in kept):
                    safe.add(instance)
        return frozenset(safe)

    def _archived_intact(self, instance: str) -> bool:
        chosen = IMAGES.c.instance.in_([self.keys.uid(instance), instance.strip(" \0")])
        with reading(self._engine) as connection:
            rows = connection.execute(select(IMAGES.c.image, IMAGES.c.file_sha256).where(chosen)).all()
        return any(_digest(self._folder / image) == digest for image, digest in rows)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
