"""Tables and results as files that are there whole or not at all."""

from pathlib import Path

import pandas as pd

from hilum.errors import ReadingsError
from hilum.files import replaced_when_done


def refuse_no_place(target: Path) -> None:
    """Refuse the name of a file that cannot be written because of where it is.

    Raises:
        ReadingsError: it is a folder, or lies in none.

    Example:
        >>> refuse_no_place(Path("nowhere/results.json"))
        Traceback (most recent call last):
        hilum.errors.ReadingsError: results.json cannot be written: there is no folder nowhere
    """
    if target.is_dir():
        raise ReadingsError(f"{target.name} is a folder: name a file in it")
    if not target.parent.is_dir():
        raise ReadingsError(f"{target.name} cannot be written: there is no folder {target.parent.name}")


def write_whole(target: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Raises:
        ReadingsError: it has no place, its folder may not be written to, or the disk is full.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_whole(Path(folder) / "a.txt", b"whole")
        ...     (Path(folder) / "a.txt").read_text()
        'whole'
    """
    refuse_no_place(target)
    try:
        with replaced_when_done(target) as temporary:
            temporary.write_bytes(content)
    except OSError as error:
        raise ReadingsError(
            f"{target.name} cannot be written ({error.strerror}): choose a folder that exists and has room"
        ) from None


def save_frame(frame: pd.DataFrame, path: str | Path) -> Path:
    """Write a table as CSV or Parquet (by the name's ending), whole or not at all.

    Raises:
        ReadingsError: the ending is another one, or the file cannot be written.

    Example:
        >>> save_frame(pd.DataFrame(), "table.xls")
        Traceback (most recent call last):
        hilum.errors.ReadingsError: table.xls is neither .csv nor .parquet: choose one of these endings
    """
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in {".csv", ".parquet"}:
        raise ReadingsError(f"{target.name} is neither .csv nor .parquet: choose one of these endings")
    if ending == ".csv":
        write_whole(target, frame.to_csv(index=False).encode("utf-8"))
    else:
        write_whole(target, frame.to_parquet(index=False))
    return target
