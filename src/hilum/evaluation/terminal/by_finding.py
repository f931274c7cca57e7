"""Findings, classes or structures in rows and readers in columns, one block a part."""

from collections.abc import Sequence

from hilum.evaluation.results import Evaluation
from hilum.evaluation.terminal.grid import Grid, aligned
from hilum.evaluation.terminal.numbers import difference_text, interval_text, sizes_text
from hilum.evaluation.terminal.pairs import oriented, shown_pairs
from hilum.evaluation.terminal.readers import Shown, shown_parts, tests_of

MOST_READERS = 4
MOST_ROWS = 30
NO_FINDING = ("macro average", "micro average", "case")
LABEL = "label="


def finding_blocks(evaluation: Evaluation, shown: Shown) -> list[str]:
    """A measure of each finding, class or structure; none where there are no such rows.

    Example:
        >>> finding_blocks(Evaluation("findings", parts=("test",)), Shown("auroc", "AUROC"))
        []
    """
    return [block for part in shown_parts(evaluation) if (block := _block(evaluation, shown, part))]


def _block(evaluation: Evaluation, shown: Shown, part: str) -> str:
    rows = [row for row in evaluation.measures if (row.part, row.measure) == (part, shown.measure)]
    rows = [row for row in rows if row.reader in evaluation.readers and shown.at in {None, row.at}]
    rows = [row for row in rows if row.of is not None and _is_finding(row.of)]
    readers = [name for name in evaluation.readers if any(row.reader == name for row in rows)][:MOST_READERS]
    findings = list(dict.fromkeys(str(row.of) for row in rows))
    lines: Grid = [[part, *readers]]
    for finding in findings[:MOST_ROWS]:
        found = [row for row in rows if row.of == finding and row.reader in readers]
        by_reader = {row.reader: row for row in reversed(found)}
        cells = [interval_text(by_reader.get(name), _digits(shown)) for name in readers]
        sizes = sizes_text(((row.n, row.events) for row in found), shown.events)
        lines.append([finding, *cells, *_difference(evaluation, shown, part, readers, finding), f"n {sizes}"])
    if len(lines) == 1:
        return ""
    if len(findings) > MOST_ROWS:
        lines.append([f"({len(findings) - MOST_ROWS} more: in the JSON)"])
    return f"{shown.title}, one by one\n{aligned(lines)}"


def _is_finding(of: str) -> bool:
    return of not in NO_FINDING and ("=" not in of or of.startswith(LABEL))


def _digits(shown: Shown) -> int:
    return 2 if shown.digits is None else shown.digits


def _difference(
    evaluation: Evaluation, shown: Shown, part: str, readers: Sequence[str], finding: str
) -> list[str]:
    """The difference of the only two readers, or of the first from the comparator."""
    pairs = shown_pairs(readers, evaluation.comparator)
    if len(pairs) != 1:
        return []
    row = oriented(evaluation, *pairs[0], (part, shown.measure, shown.at), finding)
    return [difference_text(row, _digits(shown)), tests_of([row]) if row else ""]
