"""Intervals of a number against the true number."""

from hilum.catalogue.records import MethodRecord

METHODS: tuple[MethodRecord, ...] = ()
