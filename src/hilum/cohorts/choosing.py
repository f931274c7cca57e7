"""One image a case where there are several, chosen as the study says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd

from hilum.cohorts.columns import choose_column
from hilum.cohorts.dates import parse_date
from hilum.cohorts.flow import CASE, IMAGE, PATIENT, ROW, WHEN, Candidates
from hilum.errors import CohortError
from hilum.study.values import texts_of

HOW = 'write choose = "first after <column>", "last before <column>", "all" or "together" in [cohort]'


def choose_images(candidates: Candidates, choose: str | None) -> Candidates:
    """Keep one image a row, or make every image a case.

    "first after admission" is the earliest image taken on or after the date in `admission`; "last before
    admission" the latest taken on or before it. Where only a day is known, days are compared. Of images
    taken at the same moment the one with the first path counts.

    Args:
        candidates: Rows and their images.
        choose: What the study says, or None.

    Returns:
        One line a case.

    Raises:
        CohortError: A row has several images and the study does not say which counts, or images have no
            dates.
    """
    if choose == "all":
        return _every_image(candidates)
    column = choose_column(choose)
    if column is None:
        _see_single(candidates)
        return candidates
    if not candidates.has_dates:
        raise CohortError(
            f'choose = "{choose}" needs dates of the images, which only an archive keeps: bring them in with '
            '`hilum ingest` and write images = "archive"'
        )
    return _nearest(candidates, column, first=str(choose).startswith("first"))


def _every_image(candidates: Candidates) -> Candidates:
    """Every image is a case; its row is numbered anew, so that the flow counts images from here on."""
    frame = candidates.frame.copy()
    images = len(frame)
    frame[ROW] = np.arange(images)
    if candidates.has_dates:
        frame[CASE] = frame["instance"].astype(str)
    counted = replace(candidates, frame=frame)
    return counted.begin("every image is a case") if images != candidates.rows else counted


def _see_single(candidates: Candidates) -> None:
    several = candidates.frame.groupby(ROW).size()
    if (several > 1).any():
        affected = candidates.frame[ROW].isin(several[several > 1].index)
        patients = candidates.frame.loc[affected, PATIENT].nunique()
        raise CohortError(
            f"{patients} patients have several images (up to {int(several.max())}), and the study does not "
            "say which "
            f"counts: {HOW}"
        )


def _nearest(candidates: Candidates, column: str, *, first: bool) -> Candidates:
    frame = candidates.frame
    limits = [parse_date(text) for text in texts_of(frame[column])]
    taken = [parse_date(text) for text in texts_of(frame[WHEN])]
    whole_days = [_day_only(text) for text in texts_of(frame[column])]
    side: Callable[[datetime, datetime], bool] = (lambda a, b: a >= b) if first else (lambda a, b: a <= b)
    known = np.array(
        [limit is not None and when is not None for limit, when in zip(limits, taken, strict=True)]
    )
    fits = np.array(
        [
            limit is not None and when is not None and side(*_comparable(when, limit, day_only=day))
            for limit, when, day in zip(limits, taken, whole_days, strict=True)
        ],
        dtype=np.bool_,
    )
    dated = candidates.keep(known.astype(np.bool_), f"date of the image or `{column}` missing")
    where = "on or after" if first else "on or before"
    left = dated.keep(fits[known], f"no image {where} `{column}`")
    order = pd.DataFrame(
        {"when": [parse_date(text) for text in texts_of(left.frame[WHEN])], "at": left.frame[IMAGE]}
    )
    order = order.sort_values(["when", "at"], ascending=[first, True], kind="stable")
    chosen = left.frame.loc[order.index].drop_duplicates(ROW).sort_values(ROW).reset_index(drop=True)
    return replace(left, frame=chosen)


def _comparable(when: datetime, limit: datetime, *, day_only: bool) -> tuple[datetime, datetime]:
    if day_only or when.time() == when.time().min:
        midnight = datetime.min.time()
        return datetime.combine(when, midnight), datetime.combine(limit, midnight)
    return when, limit


def _day_only(text: str) -> bool:
    return ":" not in text
