"""Readers set against each other in other ways than one by one: doctors as a group, agreement, margins."""

import statistics
from collections.abc import Callable, Iterable, Sequence

from hilum.evaluation import Comparison
from hilum.reporting.details.frame import Heading, Line, Table, apart, by_part, size_head, size_of, who
from hilum.reporting.doctors import condition_of
from hilum.reporting.endpoints import Endpoint
from hilum.reporting.format import at_words, count, difference, estimate, number, p_value
from hilum.reporting.labels import measure_label
from hilum.reporting.names_of_tests import name_of_test
from hilum.reporting.story import Story

AGREEMENT = frozenset({"kappa", "weighted_kappa", "fleiss_kappa", "krippendorff_alpha"})
PAIRWISE = frozenset({"kappa", "weighted_kappa"})
MOST_PAIRS = 15
FIXED = "obuchowski_rockette_fixed_readers"
SECONDS = "reading_seconds"


def several_readers(story: Story) -> Iterable[Table]:
    """Doctors as one group: without and with AI, or against a model."""
    rows = _shown(story, lambda row: row.method.startswith("obuchowski_rockette") and row.measure != SECONDS)
    rows.sort(key=lambda row: (row.reader_a, row.reader_b) != story.doctors.alls)

    def line(row: Comparison) -> Line:
        about = "these doctors alone" if row.method == FIXED else "doctors in general"
        measure = measure_label(row.measure, row.at)
        cells = [measure, apart(row), p_value(row.p), about, size_of(story, row)]
        return {"label": _group_label(story, row), "cells": cells}

    if rows:
        heading = Heading(
            "several-readers",
            "readers",
            "Doctors as one group",
            "Difference of the mean over doctors. What speaks of doctors in general counts doctors and cases "
            "both as drawn at random (Obuchowski and Rockette, degrees of freedom of Hillis).",
        )
        columns = ("Readers", "Measure", "Difference", "p", "Speaks of", size_head(story))
        groups = by_part(story, lambda part: [line(row) for row in rows if row.part == part])
        yield heading.table(columns, groups, rows)


def _group_label(story: Story, row: Comparison) -> str:
    return who(story, row).replace(" readers", " doctors")


def times(story: Story) -> Iterable[Table]:
    """Reading times in two conditions: each mean, the difference and the ratio."""
    rows = _shown(story, lambda row: row.measure == SECONDS)

    def lines(part: str) -> list[Line]:
        inside = [row for row in rows if row.part == part]
        pairs = dict.fromkeys((row.reader_a, str(row.reader_b)) for row in inside)
        return [_times_of(story, part, pair, inside) for pair in pairs]

    if rows:
        heading = Heading(
            "reading-times",
            "readers",
            "Reading times",
            "Mean seconds a case in each condition, their difference and their ratio with 95 % confidence "
            "interval, on the cases read in both conditions. All doctors: doctors and cases counted as drawn "
            "at random.",
        )
        helped, without = (condition_of(name) or "all" for name in story.doctors.alls or ("", ""))
        columns = ("Doctor", f"{helped}, s", f"{without}, s", "Difference, s", "Ratio", "p", "n")
        yield heading.table(columns, by_part(story, lines), rows)


def _times_of(story: Story, part: str, pair: tuple[str, str], rows: Sequence[Comparison]) -> Line:
    own = [row for row in rows if (row.reader_a, row.reader_b) == pair and row.method != FIXED]
    apart_by = next((row for row in own if row.scale == "difference"), None)
    ratio = next((row for row in own if row.scale != "difference"), None)
    means = [story.measure(name, part, Endpoint(SECONDS, None, "")) for name in pair]
    shown = next(row for row in (apart_by, ratio) if row is not None)
    return {
        "label": who(story, shown),
        "cells": [
            *(number(None if row is None else row.value, 1) for row in means),
            "\u2014" if apart_by is None else difference(apart_by.difference, apart_by.low, apart_by.high, 1),
            "\u2014" if ratio is None else estimate(ratio.difference, ratio.low, ratio.high),
            p_value(shown.p),
            count(shown.n),
        ],
    }


def not_worse(story: Story) -> Iterable[Table]:
    """Whether a reader is not worse than another by more than a margin."""
    rows = _shown(story, lambda row: row.margin is not None and (row.of is None or "=" not in row.of))

    def line(row: Comparison) -> Line:
        about = f", {row.of}" if row.of else ""
        measure = measure_label(row.measure) + at_words(row.at) + about
        shown = "yes" if _is_shown(row) else "no"
        cells = [measure, apart(row), number(row.margin, 3), shown, p_value(row.p), name_of_test(row.method)]
        return {"label": _group_label(story, row), "cells": [*cells, size_of(story, row)]}

    if rows:
        heading = Heading(
            "non-inferiority",
            "results",
            "Not worse by more than a margin",
            "Shown where the whole 95 % interval lies on the better side of the margin; p is one-sided for "
            "that question.",
        )
        columns = ("Readers", "Measure", "Difference", "Margin", "Shown", "p", "Test", size_head(story))
        groups = by_part(story, lambda part: [line(row) for row in rows if row.part == part])
        yield heading.table(columns, groups, rows)


def _is_shown(row: Comparison) -> bool:
    if row.low is None or row.high is None or row.margin is None:
        return False
    higher = Endpoint(row.measure, None, "").higher_is_better
    return row.low > -row.margin if higher else row.high < row.margin


def agreement(story: Story) -> Iterable[Table]:
    """Agreement of readers with each other, beyond chance; of very many pairs their range."""
    rows = _shown(story, lambda row: row.measure in AGREEMENT and row.of is None)
    rows = [row for row in rows if row.statistic is not None]

    def lines(part: str) -> list[Line]:
        inside = [row for row in rows if row.part == part]
        pairs = [row for row in inside if row.measure in PAIRWISE]
        if len(pairs) <= MOST_PAIRS:
            return [_agreement_line(story, row) for row in inside]
        return [
            *_ranges(pairs),
            *(_agreement_line(story, row) for row in inside if row.measure not in PAIRWISE),
        ]

    if rows:
        heading = Heading(
            "agreement",
            "readers",
            "Agreement between readers",
            "Beyond chance, with 95 % confidence interval: 0 is chance, 1 is perfect agreement. Each pair is "
            "in the data.",
        )
        columns = ("Readers", "Measure", "Agreement", "n")
        yield heading.table(columns, by_part(story, lines), rows)


def _agreement_line(story: Story, row: Comparison) -> Line:
    cells = [measure_label(row.measure), estimate(row.statistic, row.low, row.high), count(row.n)]
    return {"label": who(story, row).replace(" \u2212 ", " and "), "cells": cells}


def _ranges(pairs: Sequence[Comparison]) -> list[Line]:
    """Median and range over all pairs, one line a measure."""
    lines = []
    for measure in dict.fromkeys(row.measure for row in pairs):
        values = [row.statistic for row in pairs if row.measure == measure and row.statistic is not None]
        middle = f"median {number(statistics.median(values))}"
        text = f"{middle}, from {number(min(values))} to {number(max(values))}"
        sizes = sorted({row.n for row in pairs})
        n = count(sizes[0]) if len(sizes) == 1 else f"{count(sizes[0])}\u2013{count(sizes[-1])}"
        lines.append({"label": f"{len(values)} pairs", "cells": [measure_label(measure), text, n]})
    return lines


def _shown(story: Story, wanted: Callable[[Comparison], bool]) -> list[Comparison]:
    return [row for row in story.evaluation.comparisons if row.part in story.parts and wanted(row)]
