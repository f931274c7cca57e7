"""Every measure that an evaluation may hold, in the order in which they are shown."""

from hilum.catalogue.measures import (
    agreement,
    calibration,
    classification,
    findings,
    lesions,
    regression,
    segmentation,
    several_readers,
    survival,
)
from hilum.catalogue.records import MeasureRecord

MEASURES: tuple[MeasureRecord, ...] = (
    *classification.MEASURES,
    *findings.MEASURES,
    *calibration.MEASURES,
    *survival.MEASURES,
    *several_readers.MEASURES,
    *agreement.MEASURES,
    *regression.MEASURES,
    *lesions.MEASURES,
    *segmentation.MEASURES,
)
