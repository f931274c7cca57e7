"""What an evaluation says: measures, comparisons, confusion matrices, warnings, as frozen rows."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from hilum.catalogue import measure_names, method_names
from hilum.errors import ReadingsError
from hilum.evaluation.inputs.files import write_whole

FORMAT_VERSION = 1
# Beginnings of `at` that speak of another reader's operating point, of other cases or of other numbers.
ELSEWHERE = ("sensitivity of ", "specificity of ", "equal ", "prevalence=", "recalibrated in ")


@dataclass(frozen=True)
class Measure:
    """One number with its interval, how it was made, and on how many cases.

    Attributes:
        reader: Whose opinion was measured; empty for what does not depend on a reader.
        part: Which cases: `test`, `validation`, or an external cohort's name.
        of: None, a class, or `column=value`.
        at: None, a horizon such as `30d`, or an operating point such as `threshold=0.41`.
        value: The estimate; None when it is not defined or not reached.
        low: Lower limit of the 95 % interval.
        high: Upper limit of the 95 % interval.
        n: Cases that the estimate rests on (with and without the condition together).
        events: Cases with the condition, or events observed, among them.
        n_excluded: Cases of the part that were left out because the reading or the status is missing.

    Example:
        >>> Measure("cnn", "test", "accuracy", value=0.82, method="wilson", n=531, events=300).value
        0.82
    """

    reader: str
    part: str
    measure: str
    of: str | None = None
    at: str | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    se: float | None = None
    statistic: float | None = None
    df: float | None = None
    method: str = "not_estimable"
    n: int = 0
    events: int = 0
    n_excluded: int = 0

    def __post_init__(self) -> None:
        _only_known(self.measure, self.method)


@dataclass(frozen=True)
class Comparison:
    """Two readers (or all, or risk groups) set against each other on the same cases: reader_a minus reader_b.

    Attributes:
        reader_b: None where a test speaks of one reader (log-rank of its risk groups) or of all readers
            at once.
        scale: `difference`, `ratio` or `log-ratio`.
        p: Two-sided; with a margin one-sided, for non-inferiority.
        margin: Non-inferiority margin; None where none was asked for.

    Example:
        >>> Comparison("cnn", "curb65", "test", "auroc", difference=0.1, p=0.004, method="delong_paired").p
        0.004
    """

    reader_a: str
    reader_b: str | None
    part: str
    measure: str
    of: str | None = None
    at: str | None = None
    scale: str = "difference"
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    se: float | None = None
    statistic: float | None = None
    df: float | None = None
    p: float | None = None
    margin: float | None = None
    method: str = "not_estimable"
    n: int = 0
    events: int = 0

    def __post_init__(self) -> None:
        _only_known(self.measure, self.method)


@dataclass(frozen=True)
class Confusion:
    """A confusion matrix at one operating point: rows are the truth, columns what the reader said.

    For two classes the order is negative, positive: counts = ((TN, FP), (FN, TP)).

    Example:
        >>> Confusion("cnn", "test", ("normal", "pneumonia"), ((138, 93), (3, 297))).counts[0][1]
        93
    """

    reader: str
    part: str
    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    at: str | None = None
    repeat: int | None = None
    n_excluded: int = 0
    of: str | None = None


@dataclass(frozen=True)
class Notice:
    """A warning: what was found, what follows from it, and how many cases it concerns.

    Example:
        >>> Notice("missing_score", "curb65 has no score for 41 cases of test; they are left out", 41).n
        41
    """

    code: str
    text: str
    n: int | None = None


def _only_known(measure: str, method: str) -> None:
    if measure not in measure_names():
        raise ReadingsError(f"`{measure}` is no measure of the catalogue: see `hilum catalogue --json`")
    if method not in method_names():
        raise ReadingsError(f"`{method}` is no method of the catalogue: see `hilum catalogue --json`")


@dataclass(frozen=True)
class Evaluation:
    """Everything that was measured; saved as `evaluation.json`.

    Attributes:
        task: `classification` or `survival`.
        classes: Classes of the truth, the positive one last when there are two; empty for survival.
        readers: Names in the order they were given, ensembles after their repeats.
        parts: Parts that were measured, in the order of the truth, validation last.
        thresholds: Frozen thresholds by reader; the n-th repeat of a reader is named `<reader>/<n>`, the
            threshold for a finding `<reader>:<finding>`, that at a further horizon `<reader>@365d`.
        risk_cuts: Limits between risk groups by reader, frozen on the validation (or training) rows.
        recalibrations: How scores were turned into true probabilities, fitted on the validation rows, by the
            recalibrated reader's name; one entry a repeat.

    Example:
        >>> Evaluation(task="classification").find("cnn", "test", "auroc") is None
        True
    """

    task: str
    classes: tuple[str, ...] = ()
    positive: str | None = None
    readers: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    horizons_days: tuple[float, ...] = ()
    comparator: str | None = None
    measures: tuple[Measure, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    confusions: tuple[Confusion, ...] = ()
    warnings: tuple[Notice, ...] = ()
    thresholds: Mapping[str, float] = field(default_factory=dict)
    risk_cuts: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    recalibrations: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)

    def find(
        self, reader: str, part: str, measure: str, *, at: str | None = None, of: str | None = None
    ) -> Measure | None:
        """The first measure that fits.

        `at=None` takes any operating point of the reader's own, `of=None` only the unspecific one.

        Example:
            >>> row = Measure("cnn", "test", "auroc", value=0.8, method="delong_wald", n=10, events=5)
            >>> Evaluation(task="classification", measures=(row,)).find("cnn", "test", "auroc").value
            0.8
        """
        for row in self.measures:
            same = (row.reader, row.part, row.measure, row.of) == (reader, part, measure, of)
            if same and _is_at(row, at):
                return row
        return None

    def compare(
        self,
        reader_a: str,
        reader_b: str | None,
        part: str,
        measure: str,
        *,
        at: str | None = None,
        of: str | None = None,
    ) -> Comparison | None:
        """The first comparison of two readers, as it was made (a minus b); no test of non-inferiority.

        `at=None` takes any operating point of the readers' own, `of=None` only the unspecific one.

        Example:
            >>> Evaluation(task="classification").compare("a", "b", "test", "auroc") is None
            True
        """
        for row in self.comparisons:
            same = (row.reader_a, row.reader_b, row.part, row.measure) == (reader_a, reader_b, part, measure)
            if same and row.of == of and row.margin is None and _is_at(row, at):
                return row
        return None

    def measures_frame(self) -> pd.DataFrame:
        """All measures as a table.

        Example:
            >>> list(Evaluation(task="survival").measures_frame().columns)[:3]
            ['reader', 'part', 'measure']
        """
        return _frame(self.measures, Measure)

    def comparisons_frame(self) -> pd.DataFrame:
        """All comparisons as a table.

        Example:
            >>> list(Evaluation(task="survival").comparisons_frame().columns)[:2]
            ['reader_a', 'reader_b']
        """
        return _frame(self.comparisons, Comparison)

    def to_dict(self) -> dict[str, Any]:
        """Plain data in the form of `evaluation.json`; absent and not-a-number become null.

        Example:
            >>> Evaluation(task="survival").to_dict()["version"]
            1
        """
        plain: dict[str, Any] = _plain({"version": FORMAT_VERSION} | asdict(self))
        return plain

    def to_json(self) -> str:
        """Strict JSON (no NaN, no Infinity), the same text for the same evaluation.

        Example:
            >>> '"measures": []' in Evaluation(task="survival").to_json()
            True
        """
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def save(self, path: str | Path) -> Path:
        """Write `evaluation.json` whole or not at all.

        Example:
            >>> import tempfile
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     Evaluation.load(Evaluation(task="survival").save(Path(folder) / "evaluation.json")).task
            'survival'
        """
        target = Path(path)
        write_whole(target, self.to_json().encode("utf-8"))
        return target

    @classmethod
    def load(cls, path: str | Path) -> "Evaluation":
        """Read what `save` wrote.

        Raises:
            ReadingsError: the file is not there, is no JSON, or is no evaluation.

        Example:
            >>> Evaluation.load("nowhere/evaluation.json")
            Traceback (most recent call last):
            hilum.errors.ReadingsError: evaluation.json cannot be read: give the file that `hilum evaluate
            --json` wrote
        """
        source = Path(path)
        try:
            plain = json.loads(source.read_text(encoding="utf-8"))
            return cls.from_dict(plain)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            raise ReadingsError(
                f"{source.name} cannot be read: give the file that `hilum evaluate --json` wrote"
            ) from None

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Evaluation":
        """Build an evaluation from the data of `evaluation.json`.

        Example:
            >>> Evaluation.from_dict(Evaluation(task="survival").to_dict()).task
            'survival'
        """
        confusions = tuple(
            Confusion(
                **{
                    **row,
                    "classes": tuple(row["classes"]),
                    "counts": tuple(tuple(line) for line in row["counts"]),
                }
            )
            for row in plain["confusions"]
        )
        return cls(
            task=plain["task"],
            classes=tuple(plain["classes"]),
            positive=plain["positive"],
            readers=tuple(plain["readers"]),
            parts=tuple(plain["parts"]),
            horizons_days=tuple(plain["horizons_days"]),
            comparator=plain["comparator"],
            measures=tuple(Measure(**row) for row in plain["measures"]),
            comparisons=tuple(Comparison(**row) for row in plain["comparisons"]),
            confusions=confusions,
            warnings=tuple(Notice(**row) for row in plain["warnings"]),
            thresholds=dict(plain["thresholds"]),
            risk_cuts={name: tuple(cuts) for name, cuts in plain["risk_cuts"].items()},
            recalibrations={name: tuple(kept) for name, kept in plain.get("recalibrations", {}).items()},
        )


Row = TypeVar("Row", Measure, Comparison)


def _is_at(row: Measure | Comparison, at: str | None) -> bool:
    """Whether a row is at a point; without one, whether it is at the reader's own."""
    if at is not None:
        return row.at == at
    return row.at is None or not re.sub(r"^\d+(\.\d+)?d,", "", row.at).startswith(ELSEWHERE)


def _frame(rows: Iterable[Row], kind: type[Row]) -> pd.DataFrame:
    columns = [item.name for item in fields(kind)]
    return pd.DataFrame([asdict(row) for row in rows], columns=columns)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
