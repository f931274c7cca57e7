"""Intervals and tests of agreement."""

from hilum.catalogue.records import MethodRecord

METHODS: tuple[MethodRecord, ...] = ()
