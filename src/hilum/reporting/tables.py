"""The report's tables as plain rows of numbers; the page prints them, the CSVs hold them."""

from collections.abc import Iterable, Sequence
from typing import Any

from hilum.evaluation import Comparison, Measure
from hilum.reporting.answer import TESTS
from hilum.reporting.endpoints import Endpoint
from hilum.reporting.format import listed
from hilum.reporting.labels import MEASURE_LABELS, measure_label
from hilum.reporting.story import SIGNIFICANT, Look, Story

TURNED_FROM = 3
OPERATING_ORDER = ("sensitivity", "specificity", "ppv", "npv", "accuracy", "f1", "balanced_accuracy")
FURTHER_ORDER = ("auprc", "auc_t", "brier", "brier_t", "calibration_slope", "citl", "o_e", "ece")


def main_table(story: Story) -> dict[str, Any]:
    """The form of a paper's main table: readers in rows, one block a measure, parts in columns.

    With three measures or more, and more measures than parts, the measures stand in columns and each part has
    a block, as papers print several horizons.

    A cell is bold where the reader's estimate is the best of the column and differs from every other
    reader's (p < .05);
    it is starred where the reader differs from the comparator to the better (p < .05).
    """
    by_measure = [(endpoint, part) for endpoint in story.endpoints for part in story.parts]
    turned = len(story.endpoints) >= TURNED_FROM and len(story.endpoints) > len(story.parts)
    cells = {
        (look.name, endpoint, part): _cell(story, look, part, endpoint)
        for look in story.looks
        for endpoint, part in by_measure
    }
    across: list[Any] = list(story.endpoints if turned else story.parts)
    down: list[Any] = list(story.parts if turned else story.endpoints)
    blocks = []
    for one in down:
        places = [(other, one) if turned else (one, other) for other in across]
        rows: list[dict[str, Any]] = [
            {
                "reader": look.name,
                "label": look.label,
                "role": look.role,
                "cells": [cells[look.name, endpoint, part] for endpoint, part in places],
            }
            for look in story.looks
        ]
        blocks.append(
            {
                "label": one if turned else one.label,
                "sizes": [_column_size(story, part, endpoint) for endpoint, part in places],
                "rows": [row for row in rows if any(cell["value"] is not None for cell in row["cells"])],
            }
        )
    columns = [{"label": one.label if turned else one} for one in across]
    return {"columns": columns, "blocks": blocks, "notes": _main_notes(story, blocks)}


def _cell(story: Story, look: Look, part: str, endpoint: Endpoint) -> dict[str, Any]:
    row = story.measure(look.name, part, endpoint)
    against = story.compare(look.name, story.comparator, part, endpoint) if story.comparator else None
    return {
        "measure": endpoint.measure,
        "at": endpoint.at,
        "part": part,
        "value": None if row is None else row.value,
        "low": None if row is None else row.low,
        "high": None if row is None else row.high,
        "n": None if row is None else row.n,
        "events": None if row is None else row.events,
        "bold": row is not None and _is_best(story, look, part, endpoint),
        "star": row is not None and against is not None and _is_better(against, endpoint),
    }


def _is_better(row: Comparison, endpoint: Endpoint) -> bool:
    if row.p is None or row.difference is None or row.p >= SIGNIFICANT:
        return False
    return (row.difference > 0) == endpoint.higher_is_better


def _is_best(story: Story, look: Look, part: str, endpoint: Endpoint) -> bool:
    """Whether the test says that this reader is better than every other reader of the column."""
    own = {look.ensemble_of, look.name} | {o.name for o in story.looks if o.ensemble_of == look.name}
    others = [other for other in story.looks if other.name not in own]
    others = [other for other in others if story.measure(other.name, part, endpoint) is not None]
    compared = [story.compare(look.name, other.name, part, endpoint) for other in others]
    return bool(others) and all(row is not None and _is_better(row, endpoint) for row in compared)


def _column_size(story: Story, part: str, endpoint: Endpoint) -> dict[str, int | None]:
    """Cases and events of the reader that has most of them."""
    rows = [row for look in story.looks if (row := story.measure(look.name, part, endpoint)) is not None]
    if not rows:
        return {"n": None, "events": None}
    most = max(rows, key=lambda row: row.n)
    return {"n": most.n, "events": most.events}


def _main_notes(story: Story, blocks: Sequence[dict[str, Any]]) -> list[str]:
    notes = ["Estimate (95 % confidence interval)."]
    cells = [cell for block in blocks for row in block["rows"] for cell in row["cells"]]
    if any(cell["bold"] for cell in cells):
        notes.append("Bold: better than every other reader of the column (p < .05).")
    if any(cell["star"] for cell in cells) and story.comparator:
        tests = listed(sorted({TESTS.get(r.method, r.method) for r in _against(story)}))
        notes.append(
            f"* better than {story.label(story.comparator)} on the same cases (p < .05, two-sided; "
            f"{tests}); p values are "
            "not adjusted for multiple comparisons."
        )
    repeated = [look for look in story.looks if look.repeats > 1 and not look.ensemble_of]
    if repeated:
        names = listed([f"{look.label} ({look.repeats})" for look in repeated])
        notes.append(
            f"Repeated trainings: {names}. Their row is the mean over repeats, its interval over patients "
            "and repeats; an "
            "ensemble is the mean score of all repeats."
        )
    notes += _unranked(story) + _fewer_cases(story)
    return notes


def _unranked(story: Story) -> list[str]:
    """Readers that say yes or no only have no area under a curve."""
    ranked = [endpoint for endpoint in story.endpoints if endpoint.measure == "auroc"]
    if not ranked:
        return []
    named = [
        look.label
        for look in story.looks
        if not any(story.measure(look.name, part, ranked[0]) for part in story.parts)
        and any(_operating(story, look.name, part, "sensitivity") for part in story.parts)
    ]
    return [f"{listed(named)}: decisions only, which have no area under a curve."] if named else []


def _against(story: Story) -> Iterable[Comparison]:
    for endpoint in story.endpoints:
        for part in story.parts:
            for look in story.looks:
                row = story.compare(look.name, str(story.comparator), part, endpoint)
                if row is not None and _is_better(row, endpoint):
                    yield row


def _fewer_cases(story: Story) -> list[str]:
    """Readers that were measured on fewer cases than the column's head says."""
    if not story.endpoints:
        return []
    said = []
    for look in story.looks:
        missing = []
        for part in story.parts:
            row, n = (
                story.measure(look.name, part, story.endpoints[0]),
                _column_size(story, part, story.endpoints[0])["n"],
            )
            if row is not None and n is not None and row.n < n:
                missing.append(f"{row.n:,} of {n:,} in {part}")
        if missing:
            said.append(f"{look.label}: {listed(missing)}")
    if not said:
        return []
    return [f"Measured on fewer cases, because the others have no score: {'; '.join(said)}."]


def operating_table(story: Story) -> dict[str, Any] | None:
    """Sensitivity, specificity and what follows at each reader's frozen operating point, with its counts."""
    rows: list[dict[str, Any]] = []
    for part in story.parts:
        for look in story.looks:
            found = [_operating(story, look.name, part, measure) for measure in OPERATING_ORDER]
            if any(found):
                rows.append(
                    {
                        "part": part,
                        "reader": look.name,
                        "label": look.label,
                        "thresholds": _thresholds(story, look.name),
                        "cells": [_plain(row) for row in found],
                        "counts": _counts(story, look.name, part),
                    }
                )
    if not rows:
        return None
    kept = [
        i for i in range(len(OPERATING_ORDER)) if any(row["cells"][i]["value"] is not None for row in rows)
    ]
    for row in rows:
        row["cells"] = [row["cells"][i] for i in kept]
    columns = [{"measure": OPERATING_ORDER[i], "label": MEASURE_LABELS[OPERATING_ORDER[i]]} for i in kept]
    return {"columns": columns, "rows": rows}


def _thresholds(story: Story, reader: str) -> list[float]:
    """The reader's frozen threshold, or one a repeat; none where it decides itself."""
    own = story.evaluation.thresholds
    if reader in own:
        return [own[reader]]
    return [value for name, value in own.items() if name.rpartition("/")[0] == reader]


def _operating(story: Story, reader: str, part: str, measure: str) -> Measure | None:
    return story.measure(reader, part, Endpoint(measure, None, ""))


def _counts(story: Story, reader: str, part: str) -> dict[str, int] | None:
    for matrix in story.evaluation.confusions:
        if (
            (matrix.reader, matrix.part) == (reader, part)
            and len(matrix.classes) == 2
            and matrix.repeat is None
        ):
            (tn, fp), (fn, tp) = matrix.counts
            return {"tp": tp, "fp": fp, "fn": fn, "tn": tn}
    return None


def further_table(story: Story) -> dict[str, Any] | None:
    """Every further measure of all cases: average precision, weighted AUC, Brier score, calibration."""
    main = {(endpoint.measure, endpoint.at) for endpoint in story.endpoints}
    found = {
        (row.measure, row.at)
        for row in story.evaluation.measures
        if row.of is None and row.measure in FURTHER_ORDER and row.value is not None
    } - main
    columns = sorted(found, key=lambda pair: (FURTHER_ORDER.index(pair[0]), _day(pair[1])))
    rows = []
    for part in story.parts:
        for look in story.looks:
            cells = [_plain(story.measure(look.name, part, Endpoint(m, at, ""))) for m, at in columns]
            if any(cell["value"] is not None for cell in cells):
                rows.append({"part": part, "reader": look.name, "label": look.label, "cells": cells})
    if not rows:
        return None
    heads = [{"measure": m, "at": at, "label": measure_label(m, at)} for m, at in columns]
    return {"columns": heads, "rows": rows}


def _day(at: str | None) -> float:
    return float(at[:-1]) if at and at.endswith("d") and at[:-1].replace(".", "").isdigit() else 0.0


def _plain(row: Measure | None) -> dict[str, Any]:
    if row is None:
        return {
            "value": None,
            "low": None,
            "high": None,
            "n": None,
            "events": None,
            "at": None,
            "method": None,
        }
    return {
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "n": row.n,
        "events": row.events,
        "at": row.at,
        "method": row.method,
    }


def comparison_rows(story: Story, endpoint: Endpoint) -> list[dict[str, Any]]:
    """Differences to show: every reader against the comparator, and combinations against their members."""
    rows = []
    for part in story.parts:
        for first, second in _pairs(story):
            row = story.compare(first, second, part, endpoint)
            if row is None or row.difference is None:
                continue
            rows.append(
                {
                    "part": part,
                    "reader_a": first,
                    "reader_b": second,
                    "label": f"{story.label(first)} \u2212 {story.label(second)}",
                    "difference": row.difference,
                    "low": row.low,
                    "high": row.high,
                    "p": row.p,
                    "method": row.method,
                    "n": row.n,
                    "events": row.events,
                    "colour": story.look(first).colour,
                }
            )
    return rows


def _pairs(story: Story) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    names = [look.name for look in story.looks]
    if story.comparator:
        pairs += [(name, story.comparator) for name in names if name != story.comparator]
    for look in story.looks:
        if look.role == "combination":
            members = [part for part in look.name.split("+") if part in names and part != story.comparator]
            pairs += [(look.name, member) for member in members]
    if not pairs:
        pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    # The ensemble repeats what its reader says; one row a pair is enough.
    own = {look.name for look in story.looks if look.ensemble_of}
    return [(a, b) for a, b in dict.fromkeys(pairs) if not {a, b} & own]
