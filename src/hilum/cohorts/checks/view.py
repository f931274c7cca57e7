"""Radiographs of different views among each other."""

from collections.abc import Iterator

import pandas as pd

from hilum.cohorts.checks.record import Check, Look
from hilum.cohorts.findings import Finding
from hilum.study.values import texts_of


def look(what: Look) -> Iterator[Finding]:
    """Find a mixture of views, and views that are not known."""
    cases = what.cohort.cases
    if "view" not in cases.columns:
        return
    views = pd.Series(texts_of(cases["view"]), dtype=object).replace("", "unknown")
    counts = views.value_counts()
    unknown = int(counts.get("unknown", 0))
    known = counts.drop("unknown", errors="ignore")
    if len(known) > 1:
        listed = ", ".join(f"{name} {count:,}" for name, count in counts.items())
        other = int(known.sum() - known.max())
        text = f"the views are mixed ({listed}): a model can read the view instead of the disease"
        yield Finding(
            "mixed_views",
            "warning",
            text,
            other,
            tuple(cases.loc[(views != known.index[0]).to_numpy(), "case"]),
        )
    if unknown:
        yield Finding(
            "unknown_view",
            "note" if unknown == len(cases) else "warning",
            f"the view of {unknown:,} of {len(cases):,} images is not known: AP films may be among them",
            unknown,
            tuple(cases.loc[(views == "unknown").to_numpy(), "case"]),
        )


CHECK = Check("view", "All images have the same, known view.", ("mixed_views", "unknown_view"), look)
