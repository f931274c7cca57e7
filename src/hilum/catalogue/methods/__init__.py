"""Every method by which an evaluation comes to an interval or a test."""

from hilum.catalogue.methods import (
    agreement,
    bootstrap,
    calibration,
    classification,
    comparisons,
    findings,
    lesions,
    regression,
    survival,
)
from hilum.catalogue.records import MethodRecord

METHODS: tuple[MethodRecord, ...] = (
    *bootstrap.METHODS,
    *classification.METHODS,
    *calibration.METHODS,
    *survival.METHODS,
    *comparisons.METHODS,
    *findings.METHODS,
    *agreement.METHODS,
    *regression.METHODS,
    *lesions.METHODS,
    MethodRecord("not_estimable", "The estimate stands, an interval is not defined for these data.", ""),
)
