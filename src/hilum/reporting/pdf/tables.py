"""The report's tables for paper."""

import itertools
from collections.abc import Iterable
from typing import Any

from hilum.reporting.cells import STACKED_FROM, characteristic, halves, ranges, sides_of, thresholds
from hilum.reporting.format import NOTHING, count, estimate, interval, number
from hilum.reporting.pdf.blocks import Block, Cell, Run, cell, note, prose, run, table

MANY_COLUMNS = 4  # columns of the main table from which intervals stand below


def captioned(numbers: dict[str, int], name: str, title: str, rest: str = "") -> list[Run]:
    """A table's caption, its number and title in bold."""
    return [run(f"Table {numbers[name]}. {title}.", "strong"), *prose(f" {rest}" if rest else "")]


def table_one(evidence: dict[str, Any], numbers: dict[str, int]) -> Block:
    """Characteristics of the cases."""
    given = evidence["table_one"]
    head = [cell("Characteristic", strong=True), *(cell(name, strong=True) for name in given["columns"][1:])]
    rows = [
        [
            cell(characteristic(row[0]), indent=row[0].endswith(": missing")),
            *(cell(ranges(value)) for value in row[1:]),
        ]
        for row in given["rows"]
    ]
    about = "Count (percent of known) or median [25th–75th percentile]; missing values are counted."  # noqa: RUF001
    caption = captioned(numbers, "table_one", "Characteristics of the cases", about)
    return table(caption, head, [((), rows)], size=7.4)


def main_table(evidence: dict[str, Any], numbers: dict[str, int]) -> list[Block]:
    """Readers in rows, parts in columns, with the notes below."""
    given = evidence["main_table"]
    stacked = len(given["columns"]) > MANY_COLUMNS
    head = [
        cell("Reader", strong=True),
        *(cell(column["label"], strong=True) for column in given["columns"]),
    ]
    groups = []
    for block in given["blocks"]:
        first = [cell(block["label"], italic=True), *(_size(size, evidence) for size in block["sizes"])]
        rows = [
            [_reader(row, evidence), *(_estimate(each, stacked=stacked) for each in row["cells"])]
            for row in block["rows"]
        ]
        groups.append((first, rows))
    made = table(captioned(numbers, "main_table", "Readers compared"), head, groups, size=8.2)
    return [made, note(" ".join(given["notes"]))]


def _size(size: dict[str, Any], evidence: dict[str, Any]) -> Cell:
    if size["n"] is None:
        return cell()
    events = "" if size["events"] is None else f", {count(size['events'])} {evidence['event_noun']}"
    return cell(f"n = {count(size['n'])}{events}".replace(" ", "\u00a0", 2)) | {"italic": True}


def _reader(row: dict[str, Any], evidence: dict[str, Any]) -> Cell:
    colours = {reader["name"]: reader["colour"] for reader in evidence["readers"]}
    return cell(row["label"], swatch=colours.get(row["reader"], ""))


def _estimate(given: dict[str, Any], *, stacked: bool) -> Cell:
    star = "*" if given["star"] else ""
    value, low, high = given["value"], given["low"], given["high"]
    if stacked and value is not None and low is not None and high is not None:
        return cell(f"{number(value)}{star}", interval(low, high), strong=given["bold"])
    return cell(f"{estimate(value, low, high)}{star}", strong=given["bold"])


def operating_table(evidence: dict[str, Any], numbers: dict[str, int]) -> Block:
    """Performance at each reader's operating point, with its counts."""
    given = evidence["operating_table"]
    labels = ["Reader", "Threshold", *(column["label"] for column in given["columns"])]
    last = [cell("TP, FP,", "FN, TN", strong=True)] if given["counted"] else []
    head = [*(cell(label, strong=True) for label in labels), *last]
    groups = [
        (
            [cell(part, italic=True, span=len(head))],
            [
                [
                    _reader(row, evidence),
                    cell(thresholds(row["thresholds"])),
                    *map(_stacked, row["cells"]),
                    *([_counts(row)] if given["counted"] else []),
                ]
                for row in rows
            ],
        )
        for part, rows in by_group(given["rows"])
    ]
    about = f"Estimate and 95 % confidence interval. {given['note']}"
    if given["counted"]:
        about += " TP, FP, FN, TN: true positives, false positives, false negatives, true negatives."
    caption = captioned(
        numbers, "operating_table", "Performance at each reader\u2019s operating point", about
    )
    return table(caption, head, groups, size=7.2)


def _counts(row: dict[str, Any]) -> Cell:
    counts = row["counts"]
    if not counts:
        return cell(NOTHING)
    return cell(
        f"{count(counts['tp'])}, {count(counts['fp'])},", f"{count(counts['fn'])}, {count(counts['tn'])}"
    )


def further_table(evidence: dict[str, Any], numbers: dict[str, int]) -> Block:
    """Further measures."""
    given = evidence["further_table"]
    head = [
        cell("Reader", strong=True),
        *(cell(column["label"], strong=True) for column in given["columns"]),
    ]
    groups = [
        (
            [cell(part, italic=True, span=len(head))],
            [[_reader(row, evidence), *map(_stacked, row["cells"])] for row in rows],
        )
        for part, rows in by_group(given["rows"])
    ]
    about = "Estimate and 95 % confidence interval."
    caption = captioned(numbers, "further_table", "Further measures", about)
    return table(caption, head, groups, size=7.4)


def _stacked(given: dict[str, Any]) -> Cell:
    if given["low"] is None or given["high"] is None:
        return cell(number(given["value"]))
    return cell(number(given["value"]), interval(given["low"], given["high"]))


def by_group(rows: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Rows of one part and horizon after another."""
    return [(name, list(group)) for name, group in itertools.groupby(rows, key=lambda row: str(row["group"]))]


def detail_table(given: dict[str, Any]) -> Block:
    """A further table: rows with printed cells, grouped by part."""
    head = [cell(name, strong=True) for name in given["columns"]]
    groups = [
        (
            [cell(group["label"], italic=True, span=len(head))] if group.get("label") else [],
            [[cell(row["label"]), *_printed(row["cells"])] for row in group["rows"]],
        )
        for group in given["groups"]
    ]
    number = f"Table {given['number']}. " if given.get("number") else ""
    caption = [run(f"{number}{given['title'].rstrip('.')}.", "strong"), *prose(f" {given['caption']}")]
    made = table(caption, head, groups, size=7.4)
    return {**made, "sides": ["left", *sides_of([r["cells"] for g in given["groups"] for r in g["rows"]])]}


def _printed(cells: list[str]) -> list[Cell]:
    """Printed cells; where there are many, intervals stand below."""
    if len(cells) < STACKED_FROM:
        return [cell(text) for text in cells]
    return [cell(first, second) if second else cell(first) for first, second in map(halves, cells)]


def statistics_table(evidence: dict[str, Any], numbers: dict[str, int]) -> Block:
    """How each number was made."""
    head = [cell(name, strong=True) for name in ("Measure", "Interval or test", "Source")]
    rows = [
        [cell(row["measures"]), cell(row["method"]), cell(row["reference"])] for row in evidence["statistics"]
    ]
    caption = captioned(numbers, "statistics", "How each number was made")
    return table(caption, head, [((), rows)], size=7.4, widths=(1.1, 1.9, 1.3), numbers=False)


def provenance_table(evidence: dict[str, Any], numbers: dict[str, int]) -> Block:
    """What the report was made from."""
    head = [cell("What", strong=True), cell("Value", strong=True)]
    rows = [[cell(row["what"]), cell(row["value"])] for row in evidence["provenance"]]
    caption = captioned(numbers, "provenance", "What this report was made from")
    return table(caption, head, [((), rows)], size=7.4, widths=(1, 2), numbers=False)
