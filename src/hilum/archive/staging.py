"""Where files are on their way into the archive."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hilum.files import held


@contextmanager
def staging_folder(archive: Path) -> Iterator[Path]:
    """A folder on the archive's disk for files on their way in; what killed ingests left is cleared.

    Example:
        >>> with staging_folder(Path(tempfile.mkdtemp())) as folder:
        ...     folder.is_dir()
        True
    """
    home = archive.parent / "staging"
    home.mkdir(mode=0o700, exist_ok=True)
    for left in home.iterdir():
        with held(left) as free:
            if free:
                shutil.rmtree(left, ignore_errors=True)
    made = Path(tempfile.mkdtemp(dir=home))
    try:
        with held(made):
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
