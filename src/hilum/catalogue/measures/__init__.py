"""Every measure that an evaluation may hold, in the order in which they are shown."""

from hilum.catalogue.measures import (
    agreement,
    calibration,
    classification,
    lesions,
    regression,
    segmentation,
    survival,
)
from hilum.catalogue.records import MeasureRecord

MEASURES: tuple[MeasureRecord, ...] = (
    *classification.MEASURES,
    *calibration.MEASURES,
    *survival.MEASURES,
    *agreement.MEASURES,
    *regression.MEASURES,
    *lesions.MEASURES,
    *segmentation.MEASURES,
)
