"""Which row of a product's table is of which case of the cohort."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.errors import ReadingsError
from hilum.readers.warning import ReaderWarning

Translate = Callable[[Sequence[str]], list[str | None]]
Identifiers = Literal["real", "research"] | None


@dataclass(frozen=True)
class Matched:
    """The case of each row as its place in the cohort (-1 = none), and what was counted on both sides."""

    cases: NDArray[np.int64]
    warnings: tuple[ReaderWarning, ...]


@dataclass(frozen=True)
class IdentifierColumn:
    """The identifiers of a product's rows and how to understand them.

    Attributes:
        values: One identifier a row, as text.
        file: The file's name, for messages.
        kind: real, research, or None to find out.
        translate: From real to research identifiers through the vault; None where there is no vault.
    """

    values: tuple[str, ...]
    file: str
    kind: Identifiers = None
    translate: Translate | None = None


def match_cases(cohort: Cohort, column: IdentifierColumn) -> Matched:
    """Find the case of each row by case, patient (where each has one case) or image file name.

    Identifiers of persons are translated in memory and appear in no message.

    Args:
        cohort: The cohort.
        column: The product's identifiers.

    Returns:
        The case of each row (several rows may be of one), and how many cases and rows found no partner.

    Raises:
        ReadingsError: no row fits any case, or real identifiers cannot be translated here.
    """
    if column.kind == "real" and column.translate is None:
        raise ReadingsError(
            f"{column.file} is said to hold real identifiers, which only an archive's vault can translate: "
            'use an archive, or write identifiers = "research"'
        )
    ways = [
        _Way(how + vault, keys, names, len(frozenset(names).intersection(keys) - {""}))
        for vault, names in _spellings(column)
        for how, keys in _keys(cohort)
    ]
    best = max(ways, key=lambda way: way.fits)
    if best.fits == 0:
        raise ReadingsError(
            f"no row of {column.file} is of a case of the cohort ({len(column.values)} rows, "
            f"{len(cohort.cases)} cases): check the column that names the case, and whether its identifiers "
            f"are real or research ones{_zeros(column.values, best.keys)}"
        )
    place = {key: number for number, key in enumerate(best.keys) if key}
    cases = np.array([place.get(name, -1) for name in best.names], dtype=np.int64)
    return Matched(cases, _counted(column, best.how, cases, len(best.keys)))


def _zeros(values: Sequence[str], keys: Sequence[str]) -> str:
    """A hint where identifiers would fit but for zeros in front, which Excel takes away."""
    plain = {key.lstrip("0") for key in keys} - {""}
    n = sum(value.lstrip("0") in plain for value in values)
    if not n:
        return ""
    return f" ({n:,} rows would fit but for zeros in front, which Excel removes: keep that column as text)"


@dataclass(frozen=True)
class _Way:
    """One way to join: the cases' names, the rows' names, and how many cases have a row."""

    how: str
    keys: tuple[str, ...]
    names: Sequence[str]
    fits: int


def _spellings(column: IdentifierColumn) -> list[tuple[str, Sequence[str]]]:
    """The identifiers as they stand, and as the vault translates them, as far as each is allowed."""
    spellings: list[tuple[str, Sequence[str]]] = []
    if column.kind != "real":
        spellings.append(("", column.values))
    if column.translate is not None and column.kind != "research":
        spellings.append((" through the vault", [name or "" for name in column.translate(column.values)]))
    return spellings


def _counted(
    column: IdentifierColumn, how: str, of_row: NDArray[np.int64], cases: int
) -> tuple[ReaderWarning, ...]:
    without = cases - len(np.unique(of_row[of_row >= 0]))
    unused = int((of_row < 0).sum())
    warnings = []
    if how != "case":
        text = f"The rows of {column.file} were joined to the cohort by {how}."
        warnings.append(ReaderWarning("joined_by", text, cases - without))
    if without:
        text = (
            f"{column.file} has no row for {without:,} of {cases:,} cases of the cohort; "
            "they get no opinion from it."
        )
        warnings.append(ReaderWarning("cases_without_row", text, without))
    if unused:
        text = (
            f"{unused:,} of {len(column.values):,} rows of {column.file} are of no case of the cohort "
            "and were not used."
        )
        warnings.append(ReaderWarning("rows_without_case", text, unused))
    return tuple(warnings)


def _keys(cohort: Cohort) -> list[tuple[str, tuple[str, ...]]]:
    """The names by which a case may be called, best first; only names that tell all cases apart."""
    cases = cohort.cases
    keys = [("case", tuple(cases["case"].astype(str)))]
    if cases["patient"].is_unique:
        keys.append(("patient", tuple(cases["patient"].astype(str))))
    images = cases["image"].astype(str)
    for how, names in (
        ("image path", images),
        ("image file name", images.map(lambda path: PurePosixPath(path).name)),
        ("image file name without its ending", images.map(lambda path: PurePosixPath(path).stem)),
    ):
        if (images != "").all() and pd.Series(names).is_unique:
            keys.append((how, tuple(names)))
    return keys
