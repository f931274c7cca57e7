"""Differences between readers as forest plots: one figure a measure, its horizons below one another."""

from collections.abc import Iterable, Sequence
from typing import Any

from hilum.reporting.differences import comparison_rows
from hilum.reporting.endpoints import Endpoint
from hilum.reporting.format import at_words, listed, p_value
from hilum.reporting.labels import in_sentence, measure_label
from hilum.reporting.names_of_tests import name_of_test
from hilum.reporting.story import Story

SIDES = {
    "higher": ("second reader better", "first reader better"),
    "lower": ("first reader better", "second reader better"),
    "neither": ("first reader lower", "first reader higher"),
}


def forests(story: Story) -> Iterable[dict[str, Any]]:
    """One figure for each measure of the main table that was compared."""
    kinds = dict.fromkeys((each.measure, _is_horizon(each)) for each in story.endpoints)
    for kind in kinds:
        together = [each for each in story.endpoints if (each.measure, _is_horizon(each)) == kind]
        for endpoints in [together] if kind[1] else [[each] for each in together]:
            rows = [row for each in endpoints for row in _rows(story, each, several=len(endpoints) > 1)]
            if rows:
                yield _figure(story, endpoints, rows)


def _rows(story: Story, endpoint: Endpoint, *, several: bool) -> list[dict[str, Any]]:
    rows = comparison_rows(story, endpoint)
    return [{**row, "group": row["part"] + (f",{at_words(endpoint.at)}" if several else "")} for row in rows]


def _figure(story: Story, endpoints: Sequence[Endpoint], rows: list[dict[str, Any]]) -> dict[str, Any]:
    first = endpoints[0]
    label = measure_label(first.measure) if len(endpoints) > 1 else first.label
    tests = listed(sorted({name_of_test(row["method"]) for row in rows}))
    shown = "; ".join(
        f"{row['group']}: {row['label']} {row['difference']:.2f}, {p_value(row['p'])}" for row in rows[:12]
    )
    worse, better = SIDES[first.better]
    return {
        "id": f"differences-{slug(first)}",
        "kind": "forest",
        "title": f"Differences between readers, {in_sentence(label)}",
        "caption": f"Difference in {in_sentence(label)} on the cases that both readers read, with 95 % "
        f"confidence interval. Tests: {tests}; two-sided, {_adjusted(rows)}.{_of_groups(story, rows)}",
        "alt": f"Forest plot. {shown}.",
        "x_label": f"Difference in {in_sentence(label)}",
        "better": better,
        "worse": worse,
        "rows": rows,
    }


def _adjusted(rows: Sequence[dict[str, Any]]) -> str:
    if any(row["p_holm"] is not None for row in rows):
        return (
            "not adjusted for multiple comparisons; in brackets p adjusted by Holm for all pairs of readers"
        )
    return "not adjusted for multiple comparisons"


def _of_groups(story: Story, rows: Sequence[dict[str, Any]]) -> str:
    if story.doctors.alls is None or all(row["reader_a"] != story.doctors.alls[0] for row in rows):
        return ""
    return " All doctors: the difference of their means, doctors and cases both counted as drawn at random."


def _is_horizon(endpoint: Endpoint) -> bool:
    return endpoint.at is not None and endpoint.at.endswith("d")


def slug(endpoint: Endpoint) -> str:
    """An endpoint in a figure's identifier.

    Example:
        >>> slug(Endpoint("auc_t", "365d", ""))
        'auc-t-365d'
    """
    name = endpoint.measure if endpoint.at is None else f"{endpoint.measure}-{endpoint.at}"
    return name.replace("_", "-").replace("=", "-").replace(".", "-")
