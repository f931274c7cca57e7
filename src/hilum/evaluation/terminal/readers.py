"""One measure as a table: readers in rows, parts in columns, then differences, then cases."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hilum.evaluation.ledger import VALIDATION
from hilum.evaluation.results import Comparison, Evaluation, Measure
from hilum.evaluation.terminal.doctors import doctor_pairs, mean_readers, shown_readers
from hilum.evaluation.terminal.grid import Grid, aligned
from hilum.evaluation.terminal.numbers import difference_text, digits_for, interval_text, sizes_text
from hilum.evaluation.terminal.pairs import name_of_test, oriented, shown_pairs


@dataclass(frozen=True)
class Shown:
    """A measure that is printed.

    Attributes:
        measure: Its name in the catalogue.
        title: What is printed beside the first row.
        at: A horizon or an operating point; None for any.
        of: A finding, a class or a group.
        events: What its events are called; None where there are none to name.
        digits: Digits behind the point; None for three that count.
    """

    measure: str
    title: str
    at: str | None = None
    of: str | None = None
    events: str | None = "events"
    digits: int | None = 2


def shown_parts(evaluation: Evaluation) -> Sequence[str]:
    """The parts that are printed: validation only where there is nothing else.

    Example:
        >>> shown_parts(Evaluation("classification", parts=("test", "validation")))
        ['test']
    """
    return [part for part in evaluation.parts if part != VALIDATION] or evaluation.parts


def reader_block(evaluation: Evaluation, shown: Shown) -> str:
    """A measure of all readers on all parts, with differences, tests and cases; "" where nobody has it.

    Example:
        >>> row = Measure("cnn", "test", "mae", value=3.8, low=3.4, high=4.2, n=99)
        >>> whole = Evaluation("regression", readers=("cnn",), parts=("test",), measures=(row,))
        >>> print(reader_block(whole, Shown("mae", "mean absolute error", events=None)))
             test
        cnn  3.80 (3.40-4.20)  mean absolute error
        n    99
    """
    parts = shown_parts(evaluation)
    rows = _rows(evaluation, shown, parts)
    if not rows:
        return ""
    present = [row for found in rows.values() for row in found if row is not None]
    digits = _digits(shown, present)
    listed = shown_readers(evaluation, list(rows))
    lines: Grid = [["", *parts]]
    lines.extend([reader, *(interval_text(row, digits) for row in rows[reader])] for reader in listed)
    lines[1].append(shown.title)
    lines.extend(_differences(evaluation, shown, parts, listed, digits))
    if len(listed) < len(rows):
        lines.append([f"({len(rows) - len(listed)} doctors one by one: in the JSON)"])
    sizes = [[(row.n, row.events) for row in present if row.part == part] for part in parts]
    lines.append(["n", *(sizes_text(size, shown.events) for size in sizes)])
    return aligned(lines)


def _rows(evaluation: Evaluation, shown: Shown, parts: Sequence[str]) -> dict[str, list[Measure | None]]:
    """By reader its measure on each part, readers without any left out."""
    found: dict[str, list[Measure | None]] = {}
    for reader in (*evaluation.readers, *mean_readers(evaluation)):
        rows = [evaluation.find(reader, part, shown.measure, at=shown.at, of=shown.of) for part in parts]
        if any(row is not None for row in rows):
            found[reader] = rows
    return found


def _digits(shown: Shown, rows: Iterable[Measure]) -> int:
    return digits_for(row.value for row in rows) if shown.digits is None else shown.digits


def _differences(
    evaluation: Evaluation, shown: Shown, parts: Sequence[str], readers: Sequence[str], digits: int
) -> Grid:
    lines = []
    pairs = doctor_pairs(evaluation, readers) or shown_pairs(readers, evaluation.comparator)
    for first, second in pairs:
        found = [
            oriented(evaluation, first, second, (part, shown.measure, shown.at), shown.of) for part in parts
        ]
        present = [row for row in found if row is not None]
        if any(row.difference is not None for row in present):
            cells = [difference_text(row, digits) for row in found]
            lines.append([f"{first} - {second}", *cells, tests_of(present)])
    return lines


def tests_of(rows: Iterable[Comparison]) -> str:
    """The tests that differences rest on, in print.

    Example:
        >>> tests_of([Comparison("a", "b", "test", "auroc", method="delong_paired")])
        'DeLong'
    """
    return "; ".join(sorted({name_of_test(row.method) for row in rows}))
