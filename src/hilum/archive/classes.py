"""Which class each image has, by a table of patients or studies."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hilum.archive.guideline import CLASS_WORDS, dataset_names
from hilum.errors import TableError

if TYPE_CHECKING:
    import pandas as pd

    from hilum.archive.archive import Archive

# Columns of a table of classes, each with the names it may have.
_KEYS = {
    "study": ("study", "study_uid", "study_instance_uid", "studyinstanceuid"),
    "accession": ("accession", "accession_number", "accessionnumber"),
    "patient": ("patient", "patient_id", "patientid", "research_patient", "id"),
}
_CLASS = ("class", "label", "diagnosis", "분류")
_DATASET = ("dataset", "data_set")


@dataclass(frozen=True)
class Classes:
    """Classes of the archive's images.

    Attributes:
        of_image: one word for each image, empty where the table does not say; with the images' index.
        row_of_image: the place of each image's row in the table, from 0; -1 where it has none.
        unused_rows: how many rows of the table meet no image.
        table: the table as it was read.
    """

    of_image: "pd.Series[str]"
    row_of_image: "pd.Series[int]"
    unused_rows: int
    table: "pd.DataFrame"


def read_classes(file: Path, images: "pd.DataFrame", archive: "Archive | None" = None) -> Classes:
    """Read a table of classes and give them to the images.

    The table has a column `class` (benign, malignant, normal; or in Korean; or any other word) and one or
    more of `patient`, `study`, `accession` with research identifiers; with an archive, real ones are
    translated through the vault in memory. A row with a `dataset` (x-ray, chest-ct, pet-ct) counts for that
    data set only. Rows of studies come before rows of patients.

    Args:
        file: CSV, Excel or Parquet.
        images: of `Archive.images()`.
        archive: to translate real identifiers.

    Raises:
        TableError: a column is missing, no row meets an image, or two rows contradict each other.
    """
    import pandas as pd

    from hilum.study.tables import read_table

    table = read_table(file)
    lower = {str(name).strip().lower(): str(name) for name in table.columns}
    classes = _column(lower, _CLASS)
    by = [(level, name) for level, names in _KEYS.items() if (name := _column(lower, names))]
    if not classes or not by:
        raise TableError(
            f"{file.name} needs a column `class` and one of `patient`, `study` and `accession`: name them so"
        )
    dataset = _column(lower, _DATASET)
    words = [_word(value) for value in table[classes]]
    sets = [_text(value).lower() for value in table[dataset]] if dataset else [""] * len(table)
    keyed = {level: _identifiers(table[name], images, level, archive) for level, name in by}
    rows = _joined(images, keyed, words, sets, file.name)
    used = set(rows) - {-1}
    if len(table) and not used:
        raise TableError(
            f"no row of {file.name} names a patient or study of the archive: use the identifiers of "
            f"`hilum archive stats` or of the hospital"
        )
    of_image = pd.Series([words[row] if row >= 0 else "" for row in rows], index=images.index, dtype=object)
    return Classes(of_image, pd.Series(rows, index=images.index, dtype=int), len(table) - len(used), table)


def _joined(
    images: "pd.DataFrame",
    keyed: dict[str, list[str]],
    words: Sequence[str],
    sets: Sequence[str],
    name: str,
) -> list[int]:
    """The row of each image: that of its study before that of its patient; -1 where there is none."""
    finest: dict[str, dict[tuple[str, str], int]] = {level: {} for level in _KEYS}
    for row, word in enumerate(words):
        level = next((level for level, keys in keyed.items() if keys[row]), None)
        if level is None or not word:
            continue
        other = finest[level].setdefault((keyed[level][row], sets[row]), row)
        if words[other] != word:
            raise TableError(
                f"rows {other + 2} and {row + 2} of {name} give one {level} two classes: correct one of them"
            )
    found = []
    for image, dataset in zip(images.to_dict("records"), dataset_names(images), strict=True):
        rows = (finest[level].get((image[level], of)) for level in _KEYS for of in (dataset, ""))
        found.append(next((row for row in rows if row is not None), -1))
    return found


def _identifiers(
    column: "pd.Series[str]", images: "pd.DataFrame", level: str, archive: "Archive | None"
) -> list[str]:
    """Research identifiers of a column, translated where none of them is one."""
    written = [_text(value) for value in column]
    known = set(images[level]) - {""}
    if archive is None or level == "study" or known & set(written):
        return [text if text in known else "" for text in written]
    ask: Callable[[Sequence[str]], list[str | None]] = (
        archive.research_patient if level == "patient" else archive.research_accession
    )
    return [text if text in known else "" for text in (one or "" for one in ask(written))]


def _column(lower: dict[str, str], names: Sequence[str]) -> str:
    return next((lower[name] for name in names if name in lower), "")


def _word(value: object) -> str:
    text = _text(value)
    return CLASS_WORDS.get(text.lower(), text)


def _text(value: object) -> str:
    import pandas as pd

    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 - a missing number is not itself
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
