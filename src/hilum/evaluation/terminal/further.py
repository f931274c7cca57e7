"""What stands below the main tables: probabilities, agreement, margins, and groups of patients."""

from collections.abc import Iterable

from hilum.evaluation.results import Comparison, Evaluation, Measure
from hilum.evaluation.terminal.grid import Grid, aligned
from hilum.evaluation.terminal.numbers import NOTHING, agreement_text, difference_text, interval_text, p_text
from hilum.evaluation.terminal.readers import shown_parts, tests_of

PROBABILITIES = (
    ("calibration_slope", "calibration slope (1 is right)"),
    ("citl", "calibration in the large (0 is right)"),
    ("o_e", "observed / expected (1 is right)"),
    ("brier", "Brier score"),
    ("brier_t", "Brier score"),
)
AGREEMENT = {
    "kappa": "Cohen's kappa",
    "weighted_kappa": "Cohen's kappa, quadratic weights",
    "fleiss_kappa": "Fleiss' kappa",
    "krippendorff_alpha": "Krippendorff's alpha",
    "icc": "ICC, absolute agreement",
}
NAMES = {"auroc": "AUROC", "auc_t": "AUC(t)", "harrell_c": "Harrell's C", "wafroc": "wAFROC"}
MOST_ROWS = 24
EQUAL = "equal number screened"


def calibration_block(evaluation: Evaluation) -> str:
    """How far probabilities say what happens; "" where no reader's score is one.

    Example:
        >>> calibration_block(Evaluation("classification"))
        ''
    """
    parts, lines = shown_parts(evaluation), []
    for reader in evaluation.readers:
        for measure, title in PROBABILITIES:
            rows = [
                row
                for row in evaluation.measures
                if (row.reader, row.measure, row.of) == (reader, measure, None) and _plain_point(row.at)
            ]
            for at in dict.fromkeys(row.at for row in rows):
                cells = [interval_text(_at(rows, part, at)) for part in parts]
                lines.append([reader, *cells, f"{title}{'' if at is None else f', {at}'}"])
    return _cut([["", *parts], *lines]) if lines else ""


def _plain_point(at: str | None) -> bool:
    return at is None or (at.endswith("d") and at[:-1].replace(".", "").isdigit())


def _at(rows: Iterable[Measure], part: str, at: str | None) -> Measure | None:
    return next((row for row in rows if (row.part, row.at) == (part, at)), None)


def screening_block(evaluation: Evaluation) -> str:
    """How many a reader screens, and finds, beside the rule that is used today; "" where there is none.

    Example:
        >>> screening_block(Evaluation("classification"))
        ''
    """
    parts, lines = shown_parts(evaluation), []
    for reader in evaluation.readers:
        rows = [row for row in evaluation.measures if row.reader == reader and row.of is None]
        rows = [
            row
            for row in rows
            if row.measure == "screened_share" or "equal number screened" in (row.at or "")
        ]
        for measure, at in dict.fromkeys((row.measure, row.at) for row in rows):
            found = [row for row in rows if row.measure == measure]
            cells = [interval_text(_at(found, part, at)) for part in parts]
            title = "share screened" if measure == "screened_share" else measure
            lines.append([reader, *cells, title if _own(at) else f"{title} at {at}"])
    return _cut([["", *parts], *lines]) if lines else ""


def _own(at: str | None) -> bool:
    return at is None or at.startswith("threshold=") or _plain_point(at)


def agreement_block(evaluation: Evaluation) -> str:
    """How far readers agree with each other: all together, and two where there are only two.

    Example:
        >>> agreement_block(Evaluation("classification"))
        ''
    """
    rows = [row for row in evaluation.comparisons if row.measure in AGREEMENT and row.of is None]
    rows = [row for row in rows if row.statistic is not None and row.difference is None]
    pairs = {(row.reader_a, row.reader_b) for row in rows if row.reader_b is not None}
    if len(pairs) > 1:
        rows = [row for row in rows if row.reader_b is None]
    parts = shown_parts(evaluation)
    lines: Grid = [["", *parts]]
    for key in dict.fromkeys((row.reader_a, row.reader_b, row.measure, row.at) for row in rows):
        found = [
            next((row for row in rows if _agreed(row) == key and row.part == part), None) for part in parts
        ]
        who = key[0] if key[1] is None else f"{key[0]} and {key[1]}"
        lines.append([who, *(agreement_text(row) for row in found), _title(AGREEMENT[key[2]], key[3])])
    return _cut(lines) if len(lines) > 1 else ""


def _agreed(row: Comparison) -> tuple[str, str | None, str, str | None]:
    return row.reader_a, row.reader_b, row.measure, row.at


def _title(name: str, at: str | None) -> str:
    return name if at is None else f"{name}, {at}"


def margin_block(evaluation: Evaluation) -> str:
    """Tests of being not worse by a margin, one-sided.

    Example:
        >>> margin_block(Evaluation("classification"))
        ''
    """
    rows = [row for row in evaluation.comparisons if row.margin is not None and row.of is None]
    parts = shown_parts(evaluation)
    lines: Grid = [["", *parts]]
    for key in dict.fromkeys((*_agreed(row), row.margin, row.method) for row in rows):
        found = [
            next((r for r in rows if (*_agreed(r), r.margin, r.method) == key and r.part == part), None)
            for part in parts
        ]
        name = NAMES.get(key[2], key[2].replace("_", " "))
        said = _title(f"{name} not worse by {key[4]:g}", key[3])
        tests = tests_of(row for row in found if row is not None)
        lines.append([f"{key[0]} - {key[1]}", *map(difference_text, found), f"{said}: one-sided, {tests}"])
    return _cut(lines) if len(lines) > 1 else ""


def group_block(evaluation: Evaluation, measure: str, title: str, at: str | None = None) -> str:
    """A measure in groups of patients, with the p of the test between groups.

    Example:
        >>> group_block(Evaluation("classification"), "auroc", "AUROC")
        ''
    """
    parts, lines = shown_parts(evaluation), []
    rows = [row for row in evaluation.measures if (row.measure, row.at) == (measure, at)]
    rows = [row for row in rows if row.of and "=" in row.of and not row.of.startswith("risk_group=")]
    for reader, of in dict.fromkeys((row.reader, row.of) for row in rows):
        found = [next((r for r in rows if (r.reader, r.of, r.part) == (reader, of, p)), None) for p in parts]
        lines.append([f"{reader}, {of}", *map(_with_size, found)])
    tests = [row for row in evaluation.comparisons if row.method == "subgroup_heterogeneity"]
    tests = [row for row in tests if (row.measure, row.at, row.reader_b) == (measure, at, None)]
    for reader, of in dict.fromkeys((row.reader_a, row.of) for row in tests):
        ps = [next((r for r in tests if (r.reader_a, r.of, r.part) == (reader, of, p)), None) for p in parts]
        cells = [NOTHING if row is None else p_text(row.p) for row in ps]
        lines.append([f"{reader}, by {of}", *cells, "difference between groups"])
    if not lines:
        return ""
    lines[0].append(title)
    return _cut([["", *parts], *lines])


def _with_size(row: Measure | None) -> str:
    return interval_text(row) if row is None else f"{interval_text(row)} n {row.n:,}"


def _cut(lines: Grid) -> str:
    """The first lines where there are very many."""
    left = len(lines) - 1 - MOST_ROWS
    kept = lines if left <= 0 else [*lines[: MOST_ROWS + 1], [f"({left} more: in the JSON)"]]
    return aligned(kept)
