"""Measures of doctors who read the same cases."""

from hilum.catalogue.records import MeasureRecord

MEASURES: tuple[MeasureRecord, ...] = (
    MeasureRecord(
        "reading_seconds",
        "Mean time that a reader took for a case, in seconds.",
        "Student, Biometrika 1908",
        "lower",
        0.0,
        None,
        ("seconds",),
    ),
    MeasureRecord(
        "reading_seconds_total",
        "Time that a reader took for all cases of the part that have a time, in seconds.",
        "Student, Biometrika 1908",
        "lower",
        0.0,
        None,
        ("seconds",),
    ),
)
