"""What a study asks of the preparation, with what had to be learnt from the training part for it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from hilum.errors import ImageError, ModelError
from hilum.preparation.centring import CentreOnLungs
from hilum.preparation.intensity import Normalisation
from hilum.preparation.mean_image import SIDE, MeanImage, as_text, mean_of
from hilum.preparation.parallel import in_processes
from hilum.preparation.picture import compared_square
from hilum.preparation.placement import pasted
from hilum.preparation.plan import Picture
from hilum.preparation.sentences import sentences_of
from hilum.preparation.steps import Section, Steps
from hilum.preparation.upright import least_likeness, likeness_to
from hilum.progress import Progress, silent
from hilum.study import Preparation

_MOST, _STREAM, _CHUNK = 1000, 607, 32


class Asked(Section):
    """The table `[preparation]` of a study, ready for plans.

    Attributes:
        fit: None = decided from the data.
        normalisation: None = as usual.
        steps: with the mean image where one is needed.
        notes: what is done, in sentences.

    Example:
        >>> Asked.of(Preparation(crop="body"), "letterbox").notes
        ('every image is cut to the body; air and black borders around it are left out',)
    """

    fit: Literal["letterbox", "stretch"] | None = None
    normalisation: Normalisation | None = None
    steps: Steps = Steps()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        options: Preparation,
        usual_fit: Literal["letterbox", "stretch"],
        training: Sequence[Path] = (),
        progress: Progress = silent,
        folder: Path = Path(),
    ) -> "Asked":
        """Read the table, and learn the mean image from training images where it is needed.

        Args:
            options: the table.
            usual_fit: what the data ask for where the table says nothing.
            training: image files of the training part, and of no other; at most 1000 of them, drawn by
                chance, are looked at.
            progress: told after every few images.
            folder: where a relative path to a model of lung masks starts, the study file's folder.

        Raises:
            ModelError: a mean image is needed, and not one training image can be read; or the file that is
                named as a model of lung masks is none.
        """
        steps = Steps(
            resampling=options.resampling,
            spacing_mm=options.spacing_mm,
            window=options.shown[0] if len(options.shown) == 1 else None,
            windows=options.shown if len(options.shown) > 1 else (),
            frame=options.frame,
            crop=options.crop,
            lungs=_lungs(folder / options.lung_mask) if options.lung_mask is not None else "",
            clahe=options.clahe,
            centre=options.centre,
            fallback=options.fallback,
            upright=options.check_upright,
            view=options.check_view,
        )
        usual: Normalisation | None = "none" if steps.all_windows else None
        fit = options.fit or (usual_fit if steps.needs_mean else None)
        notes = sentences_of(steps)
        if steps.needs_mean:
            picture = Picture(
                size=SIDE,
                fit=fit or usual_fit,
                normalisation="min-max",
                channels=steps.channels,
                steps=steps,
            )
            mean, squares = _learn(training, picture, progress)
            read = len(squares)
            learnt: dict[str, object] = {"mean": as_text(mean.image)}
            if steps.view:
                alike = [likeness_to(_as_compared(square, mean), mean.image) for square in squares]
                learnt["least_like"] = round(least_likeness(alike), 4)
            steps = steps.model_copy(update=learnt)
            notes = (*notes, _how_learnt(mean, read, steps))
        return cls(fit=fit, normalisation=options.normalisation or usual, steps=steps, notes=notes)

    def to_json(self) -> str:
        """As indented JSON."""
        return json.dumps(self.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Asked":
        """Read it again.

        Raises:
            ModelError: naming the file, which was changed.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError:
            raise ModelError(
                "preparation.json of the run cannot be read: delete it, and run the study again"
            ) from None


def _lungs(path: Path) -> str:
    from hilum.preparation.lung_mask import LungMask

    return LungMask.load(path).as_text()


def _how_learnt(mean: MeanImage, read: int, steps: Steps) -> str:
    if steps.centre == "none":
        return f"the mean image, with which images are compared, is that of {mean.images} training images"
    if mean.on_lungs:
        return f"two lungs were found in {mean.images} of {read} training images; the mean image is of these"
    return (
        f"two lungs were found in fewer than five of {read} training images: the mean image is that of all "
        "of them as they lie, and the images are moved to fit it"
    )


def _as_compared(square: NDArray[np.float32], mean: MeanImage) -> NDArray[np.float32]:
    """A training image as others will be compared: centred, where the mean image is."""
    if not mean.on_lungs:
        return square
    moved, _ = CentreOnLungs(mean.image).find(square)
    return pasted(square, moved.after, moved.offset or (0, 0))


def _learn(
    training: Sequence[Path], picture: Picture, progress: Progress
) -> tuple[MeanImage, list[NDArray[np.float32]]]:
    names = sorted(set(training))
    drawn = np.random.default_rng([0, _STREAM]).permutation(len(names))[:_MOST]
    chosen = [names[place] for place in sorted(drawn.tolist())]
    pieces = [(chosen[start : start + _CHUNK], picture) for start in range(0, len(chosen), _CHUNK)]
    squares: dict[Path, NDArray[np.float32]] = {}
    done = 0
    for piece, found in in_processes(_squares, pieces, None, len(chosen)):
        squares.update(found)
        done += len(piece)
        progress(done, len(chosen), "learning the mean image")
    if not squares:
        raise ModelError("the mean image cannot be made: not one training image can be read")
    # In the order of their names, whichever process was quicker: sums depend on it in the last digit.
    ordered = [squares[path] for path in chosen if path in squares]
    return mean_of(ordered, on_lungs=picture.steps.centre == "lungs"), ordered


def _squares(
    piece: tuple[Sequence[Path], Picture],
) -> tuple[Sequence[Path], dict[Path, NDArray[np.float32]]]:
    """Look at a few images; runs in a process of its own. What cannot be read is named later."""
    paths, picture = piece
    found = {}
    for path in paths:
        try:
            found[path] = compared_square(path, picture)
        except ImageError:
            continue
    return paths, found
