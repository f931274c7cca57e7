"""Columns of a table as numbers beside the image, learnt from the training part alone."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.cohorts.dates import is_date_column
from hilum.errors import ModelError
from hilum.study.values import missing_in, numbers_of, texts_of
from hilum.study.words import hint

MOST_CATEGORIES = 20
# Standard deviations beyond which a number counts as this far: a slip of the pen must not decide alone.
FARTHEST = 5.0
# Nothing that is measured is larger, and squares of larger numbers are infinite.
_LARGEST = 1e100


@dataclass(frozen=True)
class EncodedColumn:
    """How one column becomes numbers.

    Attributes:
        name: of the column.
        mean: of the training cases; None for a column of words.
        deviation: standard deviation of the same, 0 where all are equal.
        categories: the words of the training cases, sorted; none for a column of numbers.
        indicator: whether a further number says that the value is missing; so where it was in training.
    """

    name: str
    mean: float | None
    deviation: float | None
    categories: tuple[str, ...]
    indicator: bool

    @property
    def names(self) -> tuple[str, ...]:
        """What each of its numbers says; none where all training cases are alike."""
        own = tuple(f"{self.name}={word}" for word in self._told)
        if self.deviation:
            own = (self.name,)
        return (*own, *((f"{self.name} missing",) if self.indicator else ()))

    @property
    def _told(self) -> tuple[str, ...]:
        """The words that tell training cases apart."""
        return self.categories if len(self.categories) > 1 else ()

    def encode(self, column: "pd.Series[Any]") -> NDArray[np.float32]:
        """Numbers of some cases, (n, len(names)), all finite.

        Args:
            column: the values of this column.
        """
        if self.mean is None:
            texts = texts_of(column)
            known = [np.array([text == word for text in texts], bool) for word in self._told]
            missing = ~np.array([text in self.categories for text in texts], bool)
        else:
            numbers = numbers_of(column)
            missing = np.isnan(numbers)
            known = [_standardised(numbers, self.mean, self.deviation)] if self.deviation else []
        every = [*known, *((missing,) if self.indicator else ())]
        return np.stack(every, axis=1).astype(np.float32) if every else np.zeros((len(column), 0), np.float32)

    def surprises(self, column: "pd.Series[Any]") -> tuple[str, ...]:
        """What stands in a column that the training cases did not have, in sentences without any value.

        Args:
            column: the values of this column.
        """
        if not self.names:
            return ()
        missing = missing_in(column)
        said = []
        if missing.any() and not self.indicator:
            instead = "the mean of the training cases" if self.mean is not None else "none of the known words"
            said.append(
                f"{_cases(missing)} no value of `{self.name}`, which no training case lacked: {instead} was "
                "taken instead"
            )
        if self.mean is None:
            unknown = ~missing & ~np.isin(np.array(texts_of(column), dtype=object), self.categories)
            if unknown.any():
                said.append(f"{_cases(unknown)} a word in `{self.name}` that no training case had")
            return tuple(said)
        numbers = numbers_of(column)
        if (words := np.isnan(numbers) & ~missing).any():
            said.append(f"{_cases(words)} no number in `{self.name}`: it was read as missing")
        far = np.abs(np.nan_to_num(numbers, nan=self.mean) - self.mean) > FARTHEST * (
            self.deviation or np.inf
        )
        if far.any():
            said.append(
                f"{_cases(far)} a value of `{self.name}` more than {FARTHEST:g} standard deviations from the "
                "training cases: it was read as that far"
            )
        return tuple(said)


@dataclass(frozen=True)
class TableEncoding:
    """How columns of a table become numbers; learnt once, from training cases, and kept with the model.

    A number is standardised with the mean and standard deviation of the training cases, and is 0 where it is
    missing; a word becomes one number a category, all 0 where it is missing or was never seen. A further
    number says that a value is missing, where training cases had missing values. A column that is the same in
    all training cases says nothing and becomes no number.

    Attributes:
        columns: one entry a column.

    Example:
        >>> rows = pd.DataFrame({"age": [50, 70, None], "sex": ["F", "M", "F"]})
        >>> encoding = TableEncoding.learn(rows, ["age", "sex"])
        >>> encoding.names
        ('age', 'age missing', 'sex=F', 'sex=M')
        >>> encoding.encode(pd.DataFrame({"age": [70, None], "sex": ["M", ""]})).tolist()
        [[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, 0.0]]
    """

    columns: tuple[EncodedColumn, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What each number says."""
        return tuple(name for column in self.columns for name in column.names)

    @property
    def read(self) -> tuple[str, ...]:
        """The names of the table's columns."""
        return tuple(column.name for column in self.columns)

    @classmethod
    def learn(cls, frame: pd.DataFrame, columns: Sequence[str]) -> Self:
        """Learn from training cases.

        Args:
            frame: the training cases.
            columns: which of its columns.

        Raises:
            ModelError: a column is not there, holds dates, or has too many different words; or no column
                tells the cases apart.
        """
        for name in columns:
            if name not in frame.columns:
                raise ModelError(
                    f"the cases have no column `{name}`, which the model should read: "
                    f"{hint(name, [str(known) for known in frame.columns], 'columns')}"
                )
        learnt = cls(tuple(_learn(frame[name], name) for name in dict.fromkeys(columns)))
        if columns and not learnt.names:
            raise ModelError(
                f"`{'`, `'.join(columns)}` {'is' if len(columns) == 1 else 'are'} the same in all training "
                "cases and can tell nothing: take `columns` out of [[readers]]"
            )
        return learnt

    @classmethod
    def of(cls, cohort: Cohort, columns: Sequence[str]) -> Self:
        """Learn from the training part of a cohort; no other part is looked at.

        Args:
            cohort: with the part `train`.
            columns: of its variables; never identity or truth.

        Raises:
            ModelError: as `learn`.
        """
        train = cohort.cases["part"] == "train"
        return cls.learn(cohort.cases.loc[train, cohort.variables], columns)

    def encode(self, frame: pd.DataFrame) -> NDArray[np.float32]:
        """The numbers of some cases.

        Args:
            frame: has the columns; others are not looked at.

        Returns:
            (n, len(names)), all finite.

        Raises:
            ModelError: a column is not there.
        """
        self._see_columns(frame)
        every = [column.encode(frame[column.name]) for column in self.columns]
        return np.concatenate([np.zeros((len(frame), 0), np.float32), *every], axis=1)

    def surprises(self, frame: pd.DataFrame) -> tuple[str, ...]:
        """What the training cases did not have, in sentences that name no value and no case.

        Args:
            frame: has the columns.

        Raises:
            ModelError: a column is not there.

        Example:
            >>> encoding = TableEncoding.learn(pd.DataFrame({"sex": ["F", "M"]}), ["sex"])
            >>> encoding.surprises(pd.DataFrame({"sex": ["F", "female"]}))
            ('1 case has a word in `sex` that no training case had',)
        """
        self._see_columns(frame)
        return tuple(said for column in self.columns for said in column.surprises(frame[column.name]))

    def to_json(self) -> dict[str, Any]:
        """The encoding as plain JSON."""
        return {"columns": [asdict(column) for column in self.columns]} if self.columns else {}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Read what `to_json` gave; nothing at all is an encoding of no column.

        Raises:
            ModelError: it is something else.

        Example:
            >>> encoding = TableEncoding.learn(pd.DataFrame({"age": [50, 70]}), ["age"])
            >>> TableEncoding.from_json(encoding.to_json()) == encoding
            True
        """
        try:
            return cls(
                tuple(
                    EncodedColumn(
                        name=str(entry["name"]),
                        mean=_number(entry["mean"]),
                        deviation=_number(entry["deviation"]),
                        categories=tuple(str(word) for word in entry["categories"]),
                        indicator=bool(entry["indicator"]),
                    )
                    for entry in content.get("columns", ())
                )
            )
        except (KeyError, TypeError, ValueError):
            raise ModelError(
                "the model's table columns cannot be read: get the model again or train it again"
            ) from None

    def _see_columns(self, frame: pd.DataFrame) -> None:
        for name in self.read:
            if name not in frame.columns:
                raise ModelError(
                    f"the table has no column `{name}`, which the model reads beside the image: "
                    f"{hint(name, [str(known) for known in frame.columns], 'columns')}"
                )


def _learn(column: "pd.Series[Any]", name: str) -> EncodedColumn:
    missing = missing_in(column)
    known = column[~missing]
    indicator = bool(missing.any() and not missing.all())
    if is_date_column(known):
        raise ModelError(
            f"`{name}` holds dates, which a model cannot read: write a number instead, such as an age or days"
        )
    numbers = numbers_of(known)
    if not np.isnan(numbers).any():
        return _of_numbers(numbers, name, indicator=indicator)
    words = sorted(set(texts_of(known)))
    if len(words) > MOST_CATEGORIES:
        strange = int(np.isnan(numbers).sum())
        raise ModelError(
            f"`{name}` has {len(words)} different values, and {strange} of {len(numbers)} are no numbers: "
            f"correct these, or group the words into {MOST_CATEGORIES} at most"
        )
    return EncodedColumn(name, None, None, tuple(words), indicator)


def _of_numbers(numbers: NDArray[np.float64], name: str, *, indicator: bool) -> EncodedColumn:
    numbers = numbers.clip(-_LARGEST, _LARGEST)
    mean = float(numbers.mean()) if len(numbers) else 0.0
    deviation = float(numbers.std()) if len(numbers) else 0.0
    # Sums of equal numbers may differ in the last digits.
    same = deviation <= 1e-9 * max(abs(mean), 1e-300)
    return EncodedColumn(name, mean, 0.0 if same else deviation, (), indicator)


def _standardised(numbers: NDArray[np.float64], mean: float, deviation: float) -> NDArray[np.float64]:
    return np.nan_to_num(np.clip((numbers - mean) / deviation, -FARTHEST, FARTHEST), nan=0.0)


def _cases(which: NDArray[np.bool_]) -> str:
    count = int(which.sum())
    return f"{count:,} case has" if count == 1 else f"{count:,} cases have"


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
