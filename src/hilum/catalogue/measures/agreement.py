"""Measures of agreement between readers, or of a reader with the truth."""

from hilum.catalogue.records import MeasureRecord

MEASURES: tuple[MeasureRecord, ...] = ()
