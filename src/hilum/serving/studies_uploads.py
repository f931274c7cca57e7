"""What a browser sends, held on the disk until it was looked at."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hilum.serving.failures import Refusal

if TYPE_CHECKING:
    from fastapi import UploadFile

_PART = 1_000_000


@contextmanager
def received(folder: Path, file: "UploadFile", name: str, most: int) -> Iterator[Path]:
    """An uploaded file on the disk, for as long as the block lasts.

    Args:
        folder: Where it may lie meanwhile.
        file: What was sent.
        name: What it is called; its ending is kept.
        most: More bytes are refused.

    Raises:
        Refusal: 413, it is larger.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix=".upload-") as room:
        path = Path(room) / f"table{Path(name).suffix.lower()}"
        came = 0
        with path.open("wb") as out:
            while part := file.file.read(_PART):
                came += len(part)
                if came > most:
                    raise Refusal(
                        413, f"the file has more than {most // 1_000_000} MB: leave out what is not needed"
                    )
                out.write(part)
        yield path
