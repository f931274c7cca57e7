"""A paper's table of decisions: readers in columns, accuracy and its like and the four cells in rows."""

from collections.abc import Iterable, Sequence

from hilum.evaluation.results import Comparison, Confusion, Evaluation
from hilum.evaluation.terminal.grid import Grid, aligned
from hilum.evaluation.terminal.numbers import interval_text, number_text, p_text
from hilum.evaluation.terminal.pairs import name_of_test, shown_pairs
from hilum.evaluation.terminal.readers import Shown, reader_block, shown_parts

PAPER_ROWS = (
    ("accuracy", "accuracy", 2),
    ("ppv", "precision", 2),
    ("sensitivity", "recall", 2),
    ("f1", "F1", 2),
    ("specificity", "specificity", 2),
    ("balanced_accuracy", "balanced accuracy", 4),
)
CELLS = ((0, 0, "TN"), (0, 1, "FP"), (1, 0, "FN"), (1, 1, "TP"))
TESTED = ("sensitivity", "specificity", "accuracy")
PAIRED = ("mcnemar_exact", "mcnemar_clustered", "hierarchical_bootstrap_wald", "bootstrap_wald")
MOST_COLUMNS = 5


def decision_blocks(evaluation: Evaluation) -> list[str]:
    """Decisions of two classes or more, one block a part; of many readers sensitivity and specificity alone.

    Example:
        >>> decision_blocks(Evaluation("classification", parts=("test",)))
        []
    """
    matrices = [row for row in evaluation.confusions if row.of is None]
    readers = list(dict.fromkeys(row.reader for row in matrices))
    if not readers:
        return []
    if len(readers) > MOST_COLUMNS:
        return operating_blocks(evaluation)
    return [
        _block(evaluation, part, [row for row in matrices if row.part == part])
        for part in shown_parts(evaluation)
        if any(row.part == part for row in matrices)
    ]


def operating_blocks(evaluation: Evaluation, of: str | None = None, about: str = "") -> list[str]:
    """Sensitivity and specificity of all readers as they decide, or at their frozen thresholds.

    Args:
        evaluation: What is printed.
        of: A finding, or `case`.
        about: Words behind the title, left out where they follow from how readers decide.

    Example:
        >>> operating_blocks(Evaluation("classification"))
        []
    """
    blocks = []
    for measure in ("sensitivity", "specificity"):
        title = f"{measure}{about or _how_decided(evaluation, measure, of)}"
        blocks.append(reader_block(evaluation, Shown(measure, title, of=of)))
    return [block for block in blocks if block]


def _how_decided(evaluation: Evaluation, measure: str, of: str | None) -> str:
    readers = set(evaluation.readers)
    rows = [
        row for row in evaluation.measures if (row.measure, row.of) == (measure, of) and row.reader in readers
    ]
    at_threshold = [row.at is not None for row in rows]
    if all(at_threshold):
        return " at the frozen threshold"
    return " as decided, or at the frozen threshold" if any(at_threshold) else " as decided"


def _block(evaluation: Evaluation, part: str, matrices: Sequence[Confusion]) -> str:
    readers = list(dict.fromkeys(row.reader for row in matrices))
    several = len(evaluation.classes) > len(("negative", "positive"))
    lines: Grid = [["", *readers]]
    for measure, name, digits in PAPER_ROWS:
        cells = [interval_text(evaluation.find(reader, part, measure), digits) for reader in readers]
        if any(cell != "-" for cell in cells):
            mean = (
                ", mean over classes" if several and measure not in {"accuracy", "balanced_accuracy"} else ""
            )
            lines.append([f"{name}{mean}", *cells])
    if not several:
        for row, column, name in CELLS:
            lines.append([name, *(_cell(matrices, reader, row, column) for reader in readers)])
    text = f"{part}: {_head(evaluation, part, readers, several=several)}\n{aligned(lines)}"
    tests = _tests(evaluation, part, readers)
    return f"{text}\n{tests}" if tests else text


def _head(evaluation: Evaluation, part: str, readers: Sequence[str], *, several: bool) -> str:
    sizes = [evaluation.find(reader, part, "accuracy") for reader in readers]
    counts = sorted({(row.n, row.events) for row in sizes if row is not None})
    word = evaluation.positive if evaluation.positive and not evaluation.positive.isdigit() else "positive"
    return "; ".join(f"{n:,} cases" if several else f"{n:,} cases, {events:,} {word}" for n, events in counts)


def _cell(matrices: Iterable[Confusion], reader: str, row: int, column: int) -> str:
    found = [matrix.counts[row][column] for matrix in matrices if matrix.reader == reader]
    return " ".join(str(count) for count in found)


def _tests(evaluation: Evaluation, part: str, readers: Sequence[str]) -> str:
    lines: Grid = []
    for first, second in shown_pairs(readers, evaluation.comparator):
        for measure in TESTED:
            rows = [
                row
                for row in evaluation.comparisons
                if (row.part, row.measure, row.of, row.margin) == (part, measure, None, None)
                and {row.reader_a, row.reader_b} == {first, second}
            ]
            text = _test(rows)
            if text:
                lines.append([f"{rows[0].reader_a} - {rows[0].reader_b}", measure, *text])
    return aligned(lines)


def _test(rows: Sequence[Comparison]) -> list[str]:
    by_method = {row.method: row for row in reversed(rows)}
    least, most = by_method.get("mcnemar_exact_smallest_p"), by_method.get("mcnemar_exact_largest_p")
    if least is not None and most is not None and least.difference is not None:
        low, high = p_text(least.p), p_text(most.p)
        span = low if low == high else f"{low} to {high.removeprefix('p ')}"
        return [number_text(least.difference, signed=True), span, "McNemar exact, over all possible pairings"]
    for method in PAIRED:
        row = by_method.get(method)
        if row is not None and row.difference is not None:
            return [number_text(row.difference, signed=True), p_text(row.p), name_of_test(method)]
    return []
