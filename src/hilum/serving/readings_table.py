"""The table beside new images, with numbers in place of names, and only the columns that the model reads."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hilum.errors import ModelError
from hilum.serving.failures import Refusal
from hilum.serving.readings_images import Taken
from hilum.serving.studies_private import write_private

if TYPE_CHECKING:
    import pandas as pd

_IMAGE, _CASE = "image", "case"


def keep_table(
    frame: "pd.DataFrame", taken: Sequence[Taken], columns: Sequence[str], place: Path, *, several: bool
) -> Path:
    """Keep what a model needs of a table; the names of images and cases become numbers.

    Args:
        frame: The table as it was sent, one row an image.
        taken: The images.
        columns: What the model reads beside them.
        place: The reading's folder.
        several: Whether the model reads several images of a case.

    Returns:
        Where it lies.

    Raises:
        Refusal: 422, a column is missing, or rows and images cannot be brought together.
    """
    needed = [_IMAGE, *columns]
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        named = ", ".join(f"`{name}`" for name in missing)
        raise Refusal(
            422,
            f"the table lacks the column {named}: `image` names each row's image, the model reads the rest",
        )
    rows = _rows_of(frame, taken)
    if not rows:
        raise Refusal(
            422, "no row of the table names one of these images: write their file names into `image`"
        )
    order = [row for row, _ in rows]
    kept = frame.iloc[order][list(dict.fromkeys(columns))].reset_index(drop=True)
    kept.insert(0, _IMAGE, [path.name for _, path in rows])
    if several and _CASE in frame.columns:
        kept.insert(1, _CASE, _numbered(frame.iloc[order][_CASE]))
    return _written(kept, place)


def _rows_of(frame: "pd.DataFrame", taken: Sequence[Taken]) -> list[tuple[int, Path]]:
    """The row of each image that has one."""
    from hilum.readers.asked import ask

    by_name = {each.name: each.path for each in taken}
    if len(by_name) < len(taken):
        raise Refusal(
            422, "two images have the same path: send them in folders of their own, for the table's sake"
        )
    try:
        cases = ask(list(by_name), frame, (), several=False).cases
    except ModelError as problem:
        told = str(problem)
        if "a second time" not in told:  # it names files
            told = "two images have the name of one row: write their folders into `image` as well"
        raise Refusal(422, told) from None
    return [(case.row, by_name[case.images[0]]) for case in cases]


def _numbered(cases: "pd.Series[str]") -> list[str]:
    """Cases by number; what has no value keeps none."""
    from hilum.study.values import texts_of

    numbers: dict[str, str] = {}
    texts = texts_of(cases)
    return [numbers.setdefault(text, str(len(numbers) + 1)) if text else "" for text in texts]


def _written(frame: "pd.DataFrame", place: Path) -> Path:
    path = place / "table.parquet"
    try:
        frame.to_parquet(path, index=False)
        path.chmod(0o600)
    except (ValueError, TypeError, OverflowError):  # a column of several kinds of values
        path.unlink(missing_ok=True)
        path = place / "table.csv"
        write_private(path, frame.to_csv(index=False).encode())
    return path
