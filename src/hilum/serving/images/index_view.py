"""The archive's index in memory, so that lists of a hundred thousand series answer at once."""

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from sqlalchemy import func, select

from hilum.archive import Archive, open_archive
from hilum.archive.guideline import dataset_names
from hilum.archive.index import IMAGES, reading
from hilum.errors import WorkspaceError
from hilum.serving.images.classes_kept import classes_of
from hilum.serving.images.gathering import gathered
from hilum.serving.state import Serving

if TYPE_CHECKING:
    import pandas as pd

Level = Literal["patients", "studies", "series"]
CHOICES = ("modality", "view", "dataset", "class", "sex", "body_part", "manufacturer", "year")
_KEYS: Mapping[Level, str] = {"patients": "patient", "studies": "study", "series": "series"}
_LISTS = ("series", "studies", "patients", "choices", "of_instance", "pixels_of")
_YOUNGEST_SECONDS, _REST = 5.0, 2.0
"""While images come in, lists are made anew at most this often, and rest for so many times what they take."""
_LONG_SECONDS, _PATIENCE_SECONDS = 2.0, 0.3
"""Where lists take long to make, one request waits so long for new ones; it, like those beside it, is then
answered from the old: many that wait would hold up those who ask for something else."""


@dataclass(frozen=True)
class IndexView:
    """The archive's images as they were a moment ago.

    Attributes:
        images: of `Archive.images()`, with `dataset`, `class` and `year`.
        stamp: changes whenever the index or the classes do.
        made: when it was made, by the monotonic clock.
    """

    images: "pd.DataFrame"
    stamp: tuple[int, int]
    made: float

    @cached_property
    def series(self) -> "pd.DataFrame":
        """One row a series, in the order of patients and studies, with the picture in its middle."""
        return gathered(self.images, "series", CHOICES)

    @cached_property
    def studies(self) -> "pd.DataFrame":
        """One row a study."""
        return gathered(self.images, "study", CHOICES)

    @cached_property
    def patients(self) -> "pd.DataFrame":
        """One row a patient."""
        return gathered(self.images, "patient", CHOICES)

    @cached_property
    def of_instance(self) -> dict[str, str]:
        """The image of each SOP Instance UID."""
        return dict(zip(self.images["instance"], self.images["image"], strict=True))

    @cached_property
    def pixels_of(self) -> dict[str, str]:
        """The digest of each image's pixels, by the image's path."""
        return dict(zip(self.images["image"], self.images["pixel_sha256"], strict=True))

    def rows(self, level: Level, chosen: Mapping[str, Sequence[str]], text: str) -> "pd.DataFrame":
        """The patients, studies or series that meet every choice and hold every word of a text.

        Args:
            level: what a row is.
            chosen: for a column of CHOICES, or `patient` and `study`, the values of which one must be met.
            text: words that must stand somewhere in the row.
        """
        frame: pd.DataFrame = getattr(self, level)
        keep = None
        for column, values in chosen.items():
            met = _meets(frame, column, values)
            keep = met if keep is None else keep & met
        for word in text.lower().split()[:10]:
            met = frame["words"].str.contains(word, regex=False)
            keep = met if keep is None else keep & met
        return frame if keep is None else frame[keep.to_numpy()]

    @cached_property
    def choices(self) -> dict[str, list[tuple[str, int]]]:
        """The values of each column that can be chosen, with how many series have them."""
        return {
            column: sorted(
                (
                    (str(value), count)
                    for value, count in self.series[column].explode().value_counts().items()
                ),
                key=lambda one: (-one[1], one[0]),
            )
            for column in CHOICES
        }


_OPENING = threading.Lock()


class IndexViews:
    """Makes a view when it is asked for, and again when the archive has changed.

    Args:
        archive: the archive.
        serving: the server that it is shown by.
    """

    def __init__(self, archive: Archive, serving: Serving) -> None:
        self.archive, self._serving = archive, serving
        self._lock, self._waiting = threading.Lock(), threading.Lock()
        self._view: IndexView | None = None
        self._making: threading.Thread | None = None
        self._took = 0.0

    def now(self) -> IndexView:
        """The archive as it is, or was a few seconds ago while images come in."""
        view = self._view
        youngest = max(_YOUNGEST_SECONDS, _REST * self._took)
        if view is not None and time.monotonic() - view.made < youngest and view.images.shape[0] > 0:
            return view
        stamp = self._stamp()
        if view is not None and view.stamp == stamp:
            return view
        making = self._begun(stamp, view)
        if view is None or self._took <= _LONG_SECONDS:
            making.join()
        elif self._waiting.acquire(blocking=False):
            try:
                making.join(_PATIENCE_SECONDS)
            finally:
                self._waiting.release()
        return self._view or self._made(stamp)

    def prepare(self) -> None:
        """Make what the first pages show, before anybody asks."""
        view = self.now()
        if len(view.images):
            _ = view.series, view.studies, view.patients, view.choices, view.pixels_of

    def _begun(self, stamp: tuple[int, int], before: IndexView | None) -> threading.Thread:
        """A thread that makes the view anew, with those of its lists that somebody has looked at."""
        with self._lock:
            if self._making is None or not self._making.is_alive():
                self._making = threading.Thread(target=self._make, args=(stamp, before), daemon=True)
                self._making.start()
            return self._making

    def _make(self, stamp: tuple[int, int], before: IndexView | None) -> None:
        begun = time.monotonic()
        with suppress(WorkspaceError):  # whoever asks is told, by asking again
            view = self._made(stamp)
            for name in _LISTS:
                if before is not None and name in vars(before):
                    getattr(view, name)
            self._view, self._took = view, time.monotonic() - begun

    def _stamp(self) -> tuple[int, int]:
        with reading(self.archive.engine) as connection:
            count = connection.execute(select(func.count()).select_from(IMAGES)).scalar_one()
        return count, classes_of(self._serving).stamp

    def _made(self, stamp: tuple[int, int]) -> IndexView:
        images = self.archive.images()
        years = images["study_date"].astype(str).str[:4]
        classes = classes_of(self._serving).of(images)
        more = {"dataset": dataset_names(images), "class": classes, "year": years}
        return IndexView(images.assign(**more), stamp, time.monotonic())


def views_of(serving: Serving) -> IndexViews:
    """The views of a running server's archive.

    Raises:
        WorkspaceError: the archive cannot be opened.
    """
    with _OPENING:
        kept = serving.kept.get("index_views")
        if not isinstance(kept, IndexViews):
            kept = IndexViews(open_archive(serving.workspace), serving)
            serving.kept["index_views"] = kept
    return kept


def _meets(frame: "pd.DataFrame", column: str, values: Sequence[str]) -> "pd.Series[bool]":
    wanted = set(values)
    if column in CHOICES:
        known = {
            value: bool(wanted & set(value)) or (not value and "" in wanted) for value in set(frame[column])
        }
        return frame[column].map(known.__getitem__).astype(bool)
    return frame[column].isin(wanted)
