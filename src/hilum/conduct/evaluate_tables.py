"""Compare readers from tables alone, without a study."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hilum.errors import ReadingsError
from hilum.evaluation import TRUTH_KINDS, Evaluation, EvaluationOptions, Readings, Truth, TruthKind, evaluate
from hilum.evaluation.inputs.asked import refuse_what_is_not_there, unused_options
from hilum.evaluation.inputs.files import refuse_no_place
from hilum.files import write_atomically
from hilum.study.words import hint

REPORT_ENDINGS = (".html", ".htm", ".pdf")


@dataclass(frozen=True)
class TableEvaluation:
    """An evaluation with the tables it came from."""

    evaluation: Evaluation
    readings: tuple[Readings, ...]
    truth: Truth
    options: EvaluationOptions

    def write_report(self, path: Path, title: str) -> None:
        """Write the report as one HTML page, or as PDF where the path ends so."""
        from hilum.reporting import evaluation_report, render_html

        evidence = evaluation_report(self.evaluation, self.readings, self.truth, title, self.options)
        if path.suffix.lower() == ".pdf":
            from hilum.reporting.pdf import write_pdf

            write_pdf(evidence, path)
            return
        write_atomically(path, render_html(evidence))


def evaluate_tables(truth: Path, readings: Sequence[Path], options: EvaluationOptions) -> TableEvaluation:
    """Read truth and readings and compare.

    Args:
        truth: CSV or Parquet with case, and label, or time and event.
        readings: CSV or Parquet; a file without `reader` is named by its stem.
        options: What is asked for beyond the usual.

    Returns:
        The evaluation with its tables.

    Raises:
        ReadingsError: A file cannot be read, the readings do not fit the truth, what was asked for is not
            there, or nothing can be measured.
    """
    reference = Truth.load(truth, options.positive, options.task)
    tables = tuple(Readings.load(path) for path in readings)
    refuse_what_is_not_there(options, tables, reference)
    evaluation = evaluate(tables, reference, options)
    if not any(row.reader for row in evaluation.measures):
        reason = evaluation.warnings[0].text if evaluation.warnings else "no reader has a reading to judge"
        raise ReadingsError(f"nothing can be measured: {reason}")
    unused = unused_options(options, tables, reference)
    evaluation = dataclasses.replace(evaluation, warnings=(*unused, *evaluation.warnings))
    return TableEvaluation(evaluation, tables, reference, options)


def refuse_outputs(report: Path | None, results: Path | None = None) -> None:
    """Refuse files that could not be written before anything is worked out.

    Args:
        report: The report, HTML or PDF.
        results: The evaluation as JSON.

    Raises:
        ReadingsError: The report's name ends otherwise, or one of them is a folder or lies in none.

    Example:
        >>> refuse_outputs(Path("report.docx"))
        Traceback (most recent call last):
        hilum.errors.ReadingsError: a report is written as HTML or PDF, not as `.docx`: name it report.html
    """
    if report is not None and report.suffix.lower() not in REPORT_ENDINGS:
        raise ReadingsError(
            f"a report is written as HTML or PDF, not as `{report.suffix}`: name it {report.stem}.html"
        )
    for file in filter(None, (report, results)):
        refuse_no_place(file)


def as_task(name: str | None) -> TruthKind | None:
    """A task's name as given by a person.

    Raises:
        ReadingsError: There is no such task.

    Example:
        >>> as_task("survival")
        'survival'
    """
    for kind in TRUTH_KINDS:
        if name == kind:
            return kind
    if name is None:
        return None
    raise ReadingsError(f"there is no task `{name}` to evaluate: {hint(name, TRUTH_KINDS, 'tasks')}")


def as_interval(name: str) -> Literal["wilson", "clopper_pearson"]:
    """The interval of shares as given by a person.

    Raises:
        ReadingsError: It is another one.

    Example:
        >>> as_interval("wilson")
        'wilson'
    """
    if name == "wilson":
        return "wilson"
    if name == "clopper_pearson":
        return "clopper_pearson"
    raise ReadingsError(f"there is no interval `{name}` of shares: write wilson or clopper_pearson")


def numbers_by_name(given: Sequence[str], what: str) -> dict[str, float]:
    """Numbers as given by a person: `0.4` for everyone, or `name=0.4`.

    Raises:
        ReadingsError: One is no number.

    Example:
        >>> numbers_by_name(["cnn=0.4", "0.5"], "threshold")
        {'cnn': 0.4, '*': 0.5}
    """
    numbers = {}
    for text in given:
        name, _, number = text.rpartition("=")
        if (name or "*") in numbers:
            raise ReadingsError(f"the {what} of {name or 'all'} is given twice: give it once")
        try:
            numbers[name or "*"] = float(number)
        except ValueError:
            raise ReadingsError(f"the {what} `{text}` is no number: write 0.4, or NAME=0.4") from None
    return numbers


def words_by_name(given: Sequence[str], between: str) -> dict[str, str]:
    """Words as given by a person: `platt` for everyone, or `name=platt`.

    Example:
        >>> words_by_name(["youden", "cnn:sensitivity=0.95"], ":")
        {'*': 'youden', 'cnn': 'sensitivity=0.95'}
    """
    words = {}
    for text in given:
        name, _, word = text.partition(between) if between == ":" else text.rpartition(between)
        words.update({name: word} if name and word else {"*": text.strip(between)})
    return words
