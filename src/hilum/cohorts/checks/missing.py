"""Missing values of every column."""

from collections.abc import Iterator

from hilum.cohorts.checks.record import Check, Look
from hilum.cohorts.findings import Finding
from hilum.study.values import missing_in

MANY = 0.2


def look(what: Look) -> Iterator[Finding]:
    """Count missing values; one case in five is worth a warning."""
    cases = what.cohort.cases
    for column in what.cohort.variables:
        missing = missing_in(cases[column])
        count = int(missing.sum())
        if count:
            share = count / len(cases)
            yield Finding(
                "missing_values",
                "warning" if share >= MANY else "note",
                f"`{column}` is missing in {count:,} of {len(cases):,} cases ({100 * share:.1f} %): "
                "readers that need it "
                "leave them out",
                count,
                tuple(cases.loc[missing, "case"]),
            )


CHECK = Check("missing", "Values are there.", ("missing_values",), look)
