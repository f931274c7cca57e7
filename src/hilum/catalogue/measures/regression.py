"""Measures of a number against the true number."""

from hilum.catalogue.records import MeasureRecord

MEASURES: tuple[MeasureRecord, ...] = ()
