"""Compare readers from tables alone, without a study."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hilum.errors import ReadingsError
from hilum.evaluation import Evaluation, EvaluationOptions, Readings, Truth, evaluate
from hilum.files import write_atomically


@dataclass(frozen=True)
class TableEvaluation:
    """An evaluation with the tables it came from."""

    evaluation: Evaluation
    readings: tuple[Readings, ...]
    truth: Truth

    def write_report(self, path: Path, title: str) -> None:
        """Write the report as one HTML page."""
        from hilum.reporting import evaluation_report, render_html

        page = render_html(evaluation_report(self.evaluation, self.readings, self.truth, title))
        write_atomically(path, page)


def evaluate_tables(truth: Path, readings: Sequence[Path], options: EvaluationOptions) -> TableEvaluation:
    """Read truth and readings and compare.

    Args:
        truth: CSV or Parquet with case, and label, or time and event.
        readings: CSV or Parquet; a file without `reader` is named by its stem.
        options: What is asked for beyond the usual.

    Returns:
        The evaluation with its tables.

    Raises:
        ReadingsError: A file cannot be read, or the readings do not fit the truth.
    """
    reference = Truth.load(truth, options.positive, options.task)
    tables = tuple(Readings.load(path) for path in readings)
    return TableEvaluation(evaluate(tables, reference, options), tables, reference)


def as_task(name: str | None) -> Literal["classification", "survival"] | None:
    """A task's name as given by a person.

    Raises:
        ReadingsError: It is neither classification nor survival.

    Example:
        >>> as_task("survival")
        'survival'
    """
    if name is None or name in ("classification", "survival"):
        return name  # type: ignore[return-value]  # narrowed by the line above
    raise ReadingsError(f"the task `{name}` cannot be evaluated yet: use classification or survival")


def read_thresholds(given: Sequence[str]) -> dict[str, float]:
    """Thresholds as given by a person: `0.4` for every reader, or `reader=0.4`.

    Raises:
        ReadingsError: A threshold is no number.

    Example:
        >>> read_thresholds(["cnn=0.4", "0.5"])
        {'cnn': 0.4, '*': 0.5}
    """
    thresholds = {}
    for text in given:
        reader, _, number = text.rpartition("=")
        try:
            thresholds[reader or "*"] = float(number)
        except ValueError:
            raise ReadingsError(f"the threshold `{text}` is no number: write 0.4, or READER=0.4") from None
    return thresholds
