"""Measures of marks on images against true lesions."""

from hilum.catalogue.records import MeasureRecord

MEASURES: tuple[MeasureRecord, ...] = ()
