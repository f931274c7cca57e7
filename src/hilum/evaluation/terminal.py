"""An evaluation as plain text for the terminal: readers in rows, parts in columns, differences with p."""

import itertools
import unicodedata
from collections.abc import Iterable, Sequence

from hilum.evaluation.results import Comparison, Confusion, Evaluation, Measure

PAPER_ROWS = (
    ("accuracy", "accuracy", 2),
    ("ppv", "precision", 2),
    ("sensitivity", "recall", 2),
    ("f1", "F1", 2),
    ("specificity", "specificity", 2),
    ("balanced_accuracy", "balanced accuracy", 4),
)
TEST_NAMES = {
    "delong_paired": "DeLong",
    "delong_paired_clustered": "DeLong, cases clustered by patient",
    "infinitesimal_jackknife_wald": "infinitesimal jackknife",
    "infinitesimal_jackknife_clustered_wald": "infinitesimal jackknife, cases clustered by patient",
    "hierarchical_bootstrap_wald": "bootstrap of patients, then repeats",
    "delong_macro_wald": "DeLong, mean over classes",
    "unpaired_wald": "as if of other cases",
    "mcnemar_exact": "McNemar exact",
    "mcnemar_clustered": "McNemar, cases clustered by patient",
}
Grid = list[list[str]]


def p_text(p: float | None) -> str:
    """A p value as it is printed: three digits below 0.1 (no zero before the point), two above.

    Example:
        >>> p_text(0.0042), p_text(0.00003), p_text(0.48), p_text(None)
        ('p .004', 'p < .001', 'p .48', 'p not defined')
    """
    if p is None:
        return "p not defined"
    if p < 0.001:
        return "p < .001"
    digits = 3 if p < 0.0995 else 2
    text = f"{p:.{digits}f}"
    return "p > .99" if p > 0.99 else f"p {text.removeprefix('0')}"


def interval_text(row: Measure | None, digits: int = 2) -> str:
    """Estimate and interval as `0.76 (0.68-0.83)`; a dash where there is none.

    Example:
        >>> interval_text(Measure("a", "test", "auroc", value=0.756, low=0.68, high=0.83))
        '0.76 (0.68-0.83)'
    """
    if row is None or row.value is None:
        return "-"
    if row.low is None or row.high is None:
        return f"{row.value:.{digits}f}"
    return f"{row.value:.{digits}f} ({row.low:.{digits}f}-{row.high:.{digits}f})"


def text_table(evaluation: Evaluation, *, warnings: bool = True) -> str:
    """The tables for the terminal.

    AUROC (and Harrell's C) by reader and part, and a paper's table of decisions.

    Example:
        >>> row = Measure("cnn", "test", "auroc", value=0.8, low=0.7, high=0.9, n=99, events=20)
        >>> whole = Evaluation("classification", readers=("cnn",), parts=("test",), measures=(row,))
        >>> print(text_table(whole))
             test
        cnn  0.80 (0.70-0.90)  AUROC
        n    99, 20 events
    """
    blocks = []
    horizons = [f"{horizon:g}d" for horizon in evaluation.horizons_days]
    headline: list[tuple[str, str | None, str]] = [
        ("auroc", at, f"AUROC at {at[:-1]} days") for at in horizons
    ] or [("auroc", None, "AUROC")]
    headline.append(("harrell_c", None, "Harrell's C"))
    for measure, at, title in headline:
        block = _reader_block(evaluation, measure, at, title)
        if block:
            blocks.append(block)
    if _decides_only(evaluation) or not blocks:
        blocks.extend(_decision_blocks(evaluation))
    if warnings and evaluation.warnings:
        blocks.append("\n".join(f"warning  {notice.text}" for notice in evaluation.warnings))
    return "\n\n".join(blocks)


def _decides_only(evaluation: Evaluation) -> bool:
    scored = {row.reader for row in evaluation.measures if row.measure in {"auroc", "harrell_c"}}
    return any(row.reader not in scored for row in evaluation.confusions)


def _shown_parts(evaluation: Evaluation) -> Sequence[str]:
    return [part for part in evaluation.parts if part != "validation"] or evaluation.parts


def _reader_block(evaluation: Evaluation, measure: str, at: str | None, title: str) -> str:
    parts = _shown_parts(evaluation)
    rows = []
    for reader in evaluation.readers:
        found = [evaluation.find(reader, part, measure, at=at) for part in parts]
        if any(row is not None for row in found):
            rows.append([reader, *(interval_text(row) for row in found)])
    if not rows:
        return ""
    lines: Grid = [["", *parts], *rows]
    lines[1].append(title)
    lines.extend(_differences(evaluation, measure, at, parts, [row[0] for row in rows]))
    lines.append(["n", *(_size_text(evaluation, measure, at, part) for part in parts)])
    return aligned(lines)


def _differences(
    evaluation: Evaluation, measure: str, at: str | None, parts: Sequence[str], readers: Sequence[str]
) -> Grid:
    lines = []
    for first, second in shown_pairs(readers, evaluation.comparator):
        found = [oriented(evaluation, first, second, (part, measure, at)) for part in parts]
        if all(row is None for row in found):
            continue
        tests = {TEST_NAMES.get(row.method, row.method.replace("_", " ")) for row in found if row is not None}
        cells = [_difference_text(row) for row in found]
        lines.append([f"{first} - {second}", *cells, "; ".join(sorted(tests))])
    return lines


def shown_pairs(readers: Sequence[str], comparator: str | None = None) -> list[tuple[str, str]]:
    """Which differences are printed: with a comparator all against it; all pairs of three.

    Else the first against all.

    Example:
        >>> shown_pairs(["a", "b", "c", "d"], "c")
        [('a', 'c'), ('b', 'c'), ('d', 'c')]
    """
    if comparator in readers:
        return [(reader, str(comparator)) for reader in readers if reader != comparator]
    if len(readers) <= 3:
        return list(itertools.combinations(readers, 2))
    return [(readers[0], other) for other in readers[1:]]


def oriented(
    evaluation: Evaluation, first: str, second: str, where: tuple[str, str, str | None]
) -> Comparison | None:
    """The comparison first minus second, turned round where it was made the other way.

    Example:
        >>> oriented(Evaluation("classification"), "a", "b", ("test", "auroc", None)) is None
        True
    """
    part, measure, at = where
    found = evaluation.compare(first, second, part, measure, at=at)
    if found is not None:
        return found
    found = evaluation.compare(second, first, part, measure, at=at)
    if found is None or found.scale != "difference":
        return None
    return Comparison(
        first,
        second,
        part,
        measure,
        found.of,
        found.at,
        found.scale,
        _minus(found.difference),
        _minus(found.high),
        _minus(found.low),
        found.se,
        _minus(found.statistic) if found.df is None else found.statistic,
        found.df,
        found.p,
        found.margin,
        found.method,
        found.n,
        found.events,
    )


def _minus(value: float | None) -> float | None:
    return None if value is None else -value


def _difference_text(row: Comparison | None) -> str:
    if row is None or row.difference is None:
        return "-"
    return f"{row.difference:+.2f} {p_text(row.p)}"


def _size_text(evaluation: Evaluation, measure: str, at: str | None, part: str) -> str:
    found = [evaluation.find(reader, part, measure, at=at) for reader in evaluation.readers]
    sizes = sorted({(row.n, row.events) for row in found if row is not None})
    if not sizes:
        return "-"
    if len(sizes) == 1:
        return f"{sizes[0][0]:,}, {sizes[0][1]:,} events"
    return f"{sizes[0][0]:,}-{sizes[-1][0]:,}, {sizes[0][1]:,}-{sizes[-1][1]:,} events"


def _decision_blocks(evaluation: Evaluation) -> list[str]:
    blocks = []
    for part in _shown_parts(evaluation):
        matrices = [row for row in evaluation.confusions if row.part == part]
        readers = list(dict.fromkeys(row.reader for row in matrices))
        if readers:
            blocks.append(_decision_block(evaluation, part, readers, matrices))
    return blocks


def _decision_block(
    evaluation: Evaluation, part: str, readers: Sequence[str], matrices: Sequence[Confusion]
) -> str:
    sizes = [evaluation.find(reader, part, "accuracy") for reader in readers]
    counts = sorted({(row.n, row.events) for row in sizes if row is not None})
    word = evaluation.positive if evaluation.positive and not evaluation.positive.isdigit() else "positive"
    many = len(evaluation.classes) != 2
    head = "; ".join(f"{n:,} cases" if many else f"{n:,} cases, {events:,} {word}" for n, events in counts)
    lines: Grid = [["", *readers]]
    for measure, name, digits in PAPER_ROWS:
        cells = [interval_text(evaluation.find(reader, part, measure), digits) for reader in readers]
        if any(cell != "-" for cell in cells):
            lines.append([name, *cells])
    if len(evaluation.classes) == 2:
        for row, column, name in ((0, 0, "TN"), (0, 1, "FP"), (1, 0, "FN"), (1, 1, "TP")):
            lines.append([name, *(_cell(matrices, reader, row, column) for reader in readers)])
    text = f"{part}: {head}\n{aligned(lines)}"
    tests = _decision_tests(evaluation, part, readers)
    return f"{text}\n{tests}" if tests else text


def _cell(matrices: Iterable[Confusion], reader: str, row: int, column: int) -> str:
    found = [matrix.counts[row][column] for matrix in matrices if matrix.reader == reader]
    return " ".join(str(count) for count in found)


def _decision_tests(evaluation: Evaluation, part: str, readers: Sequence[str]) -> str:
    lines: Grid = []
    for first, second in shown_pairs(readers, evaluation.comparator):
        for measure in ("sensitivity", "specificity", "accuracy"):
            rows = [
                row
                for row in evaluation.comparisons
                if row.part == part
                and row.measure == measure
                and {row.reader_a, row.reader_b} == {first, second}
            ]
            text = _decision_test(rows)
            if text:
                lines.append([f"{rows[0].reader_a} - {rows[0].reader_b}", measure, *text])
    return aligned(lines)


def _decision_test(rows: Sequence[Comparison]) -> list[str]:
    by_method = {row.method: row for row in rows}
    least, most = by_method.get("mcnemar_exact_smallest_p"), by_method.get("mcnemar_exact_largest_p")
    if least is not None and most is not None and least.difference is not None:
        low, high = p_text(least.p), p_text(most.p)
        span = low if low == high else f"{low} to {high.removeprefix('p ')}"
        return [f"{least.difference:+.2f}", span, "McNemar exact, over all possible pairings"]
    for method in ("mcnemar_exact", "mcnemar_clustered", "hierarchical_bootstrap_wald", "bootstrap_wald"):
        row = by_method.get(method)
        if row is not None and row.difference is not None:
            return [f"{row.difference:+.2f}", p_text(row.p), TEST_NAMES.get(method, method.replace("_", " "))]
    return []


def aligned(lines: Grid) -> str:
    """Columns of text of equal width, two blanks apart; a Korean syllable takes two places.

    Example:
        >>> print(aligned([["a", "bb"], ["ccc", "d"]]))
        a    bb
        ccc  d
    """
    count = max((len(line) for line in lines), default=0)
    widths = [
        max((_width(line[place]) for line in lines if place < len(line)), default=0) for place in range(count)
    ]
    return "\n".join(
        "  ".join(cell + " " * (widths[place] - _width(cell)) for place, cell in enumerate(line)).rstrip()
        for line in lines
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
