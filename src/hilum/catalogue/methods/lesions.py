"""Intervals of marks and of outlines."""

from hilum.catalogue.records import MethodRecord

METHODS: tuple[MethodRecord, ...] = ()
