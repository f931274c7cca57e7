"""From a volume to the block of slices that a model reads, and what a plan decides for volumes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hilum import catalogue
from hilum.errors import ModelError
from hilum.image import Slices, read_slices, resize
from hilum.preparation.clahe import Clahe
from hilum.preparation.effort import Effort
from hilum.preparation.fingerprint import Fingerprint
from hilum.preparation.geometry import inner_size
from hilum.preparation.intensity import standardise
from hilum.preparation.min_max import MinMax
from hilum.preparation.plan import Picture, Plan
from hilum.preparation.window import Window
from hilum.study import ReaderOptions

_MOST_SLICES = {"cpu": 32, "cuda": 64}
_FEWEST_OVER_SLICES = 2
_SMALLEST_BATCH, _LARGEST_BATCH = 4, 8


def prepare_volume(path: Path, options: Picture) -> NDArray[np.float32]:
    """Read one volume and bring it into the form of the plan.

    Args:
        path: a NIfTI file, or the folder of a series.
        options: the plan's picture section, with a depth.

    Returns:
        (depth, size, size) in 0..1.

    Raises:
        ImageError: the file cannot be read, or holds no volume.
    """
    return prepare_slices(read_slices(path), options)


def prepare_slices(slices: Slices, options: Picture) -> NDArray[np.float32]:
    """Bring a volume into the form of the plan.

    Each axis is made smaller by the mean over what a new voxel covers, or larger by straight lines. Grey
    values are made comparable over the whole volume, so that slices stay comparable with each other; how
    they are measured, such as in Hounsfield units, is given up unless the plan has a window.

    Args:
        slices: as read.
        options: the plan's picture section.

    Returns:
        (depth, size, size) in 0..1; filled with 0 around the volume where the plan keeps its shape.

    Example:
        >>> volume = np.random.default_rng(0).normal(-500, 300, (5, 12, 24)).astype(np.float32)
        >>> block = prepare_slices(Slices(volume, (12, 24)), Picture(size=16, depth=8))
        >>> block.shape, bool((block[:, :4] == 0).all()), float(block.max())
        ((8, 16, 16), True, 1.0)
    """
    rows, columns = inner_size(slices.square, options.size, options.fit)
    window = options.steps.window
    measured = slices.array if window is None else Window(*window).forward(slices.array)
    flat = np.stack([resize(each, (rows, columns)) for each in measured])
    inner = np.stack([resize(flat[:, row], (options.depth, columns)) for row in range(rows)], axis=1)
    grey = standardise(MinMax().forward(inner) if window is None else inner, options.normalisation)
    if options.steps.clahe:
        grey = Clahe().forward(grey)
    top, left = (options.size - rows) // 2, (options.size - columns) // 2
    block = np.zeros((options.depth, options.size, options.size), np.float32)
    block[:, top : top + rows, left : left + columns] = grey
    return block


def depth_for(name: str, found: Fingerprint, options: ReaderOptions) -> int:
    """How many slices a model reads of each case.

    Args:
        name: of the model.
        found: the cohort's fingerprint.
        options: the study's reader.

    Returns:
        As many as the median volume has, at most what the machine is quick enough for and at least what the
        network needs; 1 for single images.

    Raises:
        ModelError: model and images do not belong together, or the reader asks for what volumes cannot have.

    Example:
        >>> films = Fingerprint(images={"train": 9}, patients={"train": 9}, sampled=9, unreadable=0,
        ...     rows=(64, 64, 64), columns=(64, 64, 64), aspect=(1, 1, 1), bits=8,
        ...     brightness=(0.4, 0.5, 0.6), spread=(0.2, 0.2, 0.3))
        >>> volumes = films.model_copy(update={"slices": (20, 24, 40)})
        >>> model = "slices(resnet18)"
        >>> depth_for(model, volumes, ReaderOptions(model=model)), depth_for("vgg16", films, ReaderOptions(
        ...     model="vgg16"))
        (24, 1)
    """
    middle, asked = found.slices[1], options.training.get("depth")
    if not catalogue.reads_volumes(name):
        _see_single_images(name, middle, asked)
        return 1
    if middle < 2:
        inner = catalogue.over_slices(name) or "resnet18"
        raise ModelError(
            f"{name} reads volumes, and the images are single pictures: write volumes = true in [cohort] "
            f'where slices of series are meant, or model = "{inner}", or another network for single pictures'
        )
    _see_possible(name, options)
    fewest = next((r.smallest for r in catalogue.VOLUME_MODELS if r.name == name), _FEWEST_OVER_SLICES)
    if asked is None:
        return max(min(middle, _MOST_SLICES[found.device]), fewest)
    if not isinstance(asked, int) or asked < fewest:
        raise ModelError(
            f"{name} needs at least {fewest} slices, not {asked}: choose a larger `depth`, or leave it out"
        )
    return asked


def _see_single_images(name: str, slices: int, asked: object) -> None:
    if slices > 1:
        raise ModelError(
            f"the images are volumes of about {slices} slices, and {name} reads single pictures: write "
            f'model = "slices({name})", or "densenet121_3d"'
        )
    if asked is not None and asked != 1:
        raise ModelError(f"`depth` goes with volumes, and {name} reads single pictures: leave it out")


def _see_possible(name: str, options: ReaderOptions) -> None:
    """Refuse what is done with single images only."""
    if options.frozen:
        raise ModelError(
            f"the reader `{options.resolved_name}` has `frozen`, which is for single pictures and not for "
            "volumes: leave it out"
        )
    if options.pretrained == "self" or options.unlabelled or options.training.get("consistency"):
        raise ModelError(
            f"the reader `{options.resolved_name}` learns from images without labels, which is for single "
            'pictures and not for volumes: leave out `unlabelled`, `consistency` and pretrained = "self"'
        )
    inner = catalogue.over_slices(name)
    if inner is not None and (inner in ("auto", "linear") or catalogue.reads_volumes(inner)):
        raise ModelError(
            f'model = "{name}" needs the name of a network for single pictures between the brackets, such as '
            '"slices(resnet18)"'
        )


def for_volumes(effort: Effort, depth: int) -> Effort:
    """What training costs where every image has so many slices.

    Example:
        >>> for_volumes(Effort(8.0, (32, 64), 64, 10.0, (1, 9)), 16).rate
        0.5
    """
    return replace(effort, rate=effort.rate / depth)


def fitted_to_volumes(plan: Plan, found: Fingerprint) -> Plan:
    """A plan with the batches and the notes that volumes need; one for single images comes back as it is.

    Args:
        plan: decided as for single images.
        found: the cohort's fingerprint.
    """
    if plan.picture.depth == 1:
        return plan
    batch, n = _LARGEST_BATCH, max(found.images.get("train", 1), 1)
    while batch > _SMALLEST_BATCH and n / batch < 20:
        batch //= 2
    low, _, high = found.slices
    had = f"{low}" if low == high else f"{low} to {high}"
    note = (
        f"every volume ({had} slices) is brought to {plan.picture.depth} axial slices of {plan.picture.size} "
        f"x {plan.picture.size} pixels: what is measured in millimetres or Hounsfield units is not kept"
    )
    learning = plan.learning.model_copy(update={"batch_size": batch})
    return plan.model_copy(update={"learning": learning, "notes": (*plan.notes, note)})
