"""Measures of outlines against true outlines."""

from hilum.catalogue.records import MeasureRecord

MEASURES: tuple[MeasureRecord, ...] = ()
