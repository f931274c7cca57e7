"""Pictures of a run's cases, and the maps of where its model looked, as PNG."""

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.serving.failures import Refusal
from hilum.serving.results_runs import OpenedRun, RunPlace, kept
from hilum.serving.state import Serving
from hilum.serving.studies_images import picture
from hilum.serving.studies_paths import see_path

# As in the report: from yellow to vermilion, clear where the map is 0.
_COLD, _HOT = np.array([240, 228, 66]), np.array([213, 94, 0])
_MOST_OPAQUE, _STEEPER = 0.62, 1.2


@dataclass(frozen=True)
class Explained:
    """Maps that a run keeps of a case.

    Attributes:
        place: Where in the run's examples it stands.
        reader: The model that was explained.
        titles: Of its maps.
        group: Why the case is shown.
    """

    place: int
    reader: str
    titles: tuple[str, ...]
    group: str


def explained(here: Serving, run: RunPlace, case: str) -> list[Explained]:
    """The maps that a run keeps of a case; none where it explains nothing."""
    path = run.folder / "explain" / "examples.json"
    if not path.is_file():
        return []
    return kept(here, path, _explained).get(case, [])


def explained_cases(here: Serving, run: RunPlace) -> frozenset[str]:
    """The cases with maps."""
    path = run.folder / "explain" / "examples.json"
    return frozenset(kept(here, path, _explained)) if path.is_file() else frozenset()


def _explained(path: Path) -> dict[str, list[Explained]]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))["examples"]
        found: dict[str, list[Explained]] = {}
        for place, each in enumerate(told):
            first = [each["map_title"] or "map"] if each["has_map"] else []
            titles = tuple(str(title) for title in [*first, *each["further"]])
            found.setdefault(str(each["case"]), []).append(
                Explained(place, str(each["reader"]), titles, str(each["group"]))
            )
    except (OSError, ValueError, KeyError, TypeError):
        raise Refusal(409, "the maps of this run cannot be read: run the study again") from None
    return found


def picture_of_case(  # noqa: PLR0917  # which image of which case
    here: Serving, run: RunPlace, opened: OpenedRun, number: int, image: int, side: int
) -> bytes:
    """One image of a case as a small PNG.

    Raises:
        Refusal: 404 where there is none; 403 where its path leads elsewhere.
    """
    images = opened.cohort.images_of_cases
    if not 1 <= number <= len(images) or not 0 <= image < len(images[number - 1]):
        raise Refusal(404, "this case has no such image")
    path = opened.cohort.root / images[number - 1][image]
    return picture(_seen(here, run, opened, path), side)


def _seen(here: Serving, run: RunPlace, opened: OpenedRun, path: Path) -> Path:
    if opened.study.cohort.images != "archive":
        return see_path(path, run.study.folder, here.settings, images=True)
    found = path.resolve()
    if not found.is_relative_to(here.workspace.archive_folder.resolve()):
        raise Refusal(403, "a path of this run leads out of the archive: run the study again")
    return found


def explained_picture(run: RunPlace, place: int) -> bytes:
    """The picture on which the maps of a case lie."""
    return _png(_array(run, f"picture_{place}"))


def map_layer(run: RunPlace, place: int, which: int) -> bytes:
    """A map as a layer: colours that are clear where the map is 0."""
    heat = _array(run, f"map_{place}_{which}").astype(np.float64) / 255
    colour = _COLD + (_HOT - _COLD) * heat[:, :, None]
    alpha = 255 * _MOST_OPAQUE * heat[:, :, None] ** _STEEPER
    return _png(np.concatenate([colour, alpha], axis=2).round().astype(np.uint8))


def _array(run: RunPlace, name: str) -> NDArray[np.uint8]:
    try:
        with np.load(run.folder / "explain" / "examples.npz", allow_pickle=False) as arrays:
            found: NDArray[np.uint8] = arrays[name]
            return found
    except (OSError, ValueError, KeyError):
        raise Refusal(404, "this run keeps no such map") from None


def _png(pixels: NDArray[Any]) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()
