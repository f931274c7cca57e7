"""Outlines of all readers against the true ones, image by image."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from hilum.errors import ImageError
from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.ledger import Work
from hilum.evaluation.measures.overlap import Mask, VoxelCounts
from hilum.evaluation.measures.surface import SurfaceDistances
from hilum.evaluation.tasks.mask_files import LabelMap, read_labels
from hilum.evaluation.tasks.mask_inputs import (
    Flags,
    Masks,
    Paths,
    ReaderMasks,
    Structure,
    structures_of_readers,
)

DISTANCES = ("hd95", "nsd")
PER_IMAGE = (
    "dice",
    *DISTANCES,
    "voxel_sensitivity",
    "voxel_specificity",
    "volume",
    "volume_difference",
)
CUBIC_MM_A_ML = 1000.0
GRID, FILE = "grid", "file"


@dataclass(frozen=True, eq=False)
class Outlines:
    """What one reader's outlines of one structure reached on each image.

    Attributes:
        values: By measure an (images,) array, NaN where it is not defined. Volumes are in ml.
        lesion: (images,) whether the truth holds the structure there.
        measured: (images,) whether the image was measured.
        flat: (images,) whether distances there are in pixels, because the files give no millimetres.
        spaced: (images,) whether they are in millimetres; neither where both have no file.
    """

    reader: str
    structure: Structure
    values: dict[str, Floats]
    lesion: Flags
    measured: Flags
    flat: Flags
    spaced: Flags

    @classmethod
    def empty(cls, reader: str, structure: Structure, count: int) -> "Outlines":
        """Nothing measured yet."""
        values = {measure: np.full(count, np.nan) for measure in PER_IMAGE}
        flags = [np.zeros(count, dtype=np.bool_) for _ in range(4)]
        return cls(reader, structure, values, *flags)


@dataclass(eq=False)
class Tally:
    """Images that were left out, counted by whose mask it was and why."""

    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)


def measure_outlines(work: Work, masks: Masks) -> list[Outlines]:
    """Measure every reader's outlines of every structure on every image.

    Raises:
        ReadingsError: truth and reader use other labels.
    """
    count = len(masks.images.case)
    results = [
        [Outlines.empty(reader.name, structure, count) for structure in structures]
        for reader, structures in zip(masks.readers, structures_of_readers(work, masks), strict=True)
    ]
    tally = Tally()
    for image in masks.wanted.tolist():
        for kind in masks.classes or ("",):
            _measure_image(work, masks, (image, kind), results, tally)
    _warn_of_files(work, tally)
    return [one for listed in results for one in listed]


def _measure_image(
    work: Work, masks: Masks, key: tuple[int, str], results: list[list[Outlines]], tally: Tally
) -> None:
    readers = [reader for reader in masks.readers if reader.read[masks.images.case[key[0]]]]
    if not readers:
        return
    try:
        true = _read(masks.truth, key)
    except ImageError:
        tally.left_out["the truth", FILE] += 1
        return
    for reader, listed in zip(masks.readers, results, strict=True):
        if reader not in readers:
            continue
        outline = _read_outline(reader, key, true, tally)
        if outline is None:
            continue
        for result in listed:
            if result.structure.kind == key[1]:
                _fill(result, key[0], true, outline[0], work.options.tolerance_mm)


def _read(paths: Paths, key: tuple[int, str]) -> LabelMap | None:
    files = paths.get(key)
    return None if files is None else read_labels(files)


def _read_outline(
    reader: ReaderMasks, key: tuple[int, str], true: LabelMap | None, tally: Tally
) -> tuple[LabelMap | None] | None:
    """The reader's labels, (None,) where it outlined nothing, None where they cannot be used."""
    try:
        found = _read(reader.paths, key)
    except ImageError:
        tally.left_out[reader.name, FILE] += 1
        return None
    if found is not None and true is not None and not found.same_grid(true):
        tally.left_out[reader.name, GRID] += 1
        return None
    return (found,)


def _fill(
    result: Outlines, image: int, true: LabelMap | None, outline: LabelMap | None, tolerance: float
) -> None:
    given = true or outline
    result.measured[image] = True
    values = result.values
    if given is None:
        values["dice"][image], values["hd95"][image], values["nsd"][image] = 1.0, 0.0, 1.0
        values["volume"][image] = values["volume_difference"][image] = 0.0
        return
    label = result.structure.label
    nothing = np.zeros(given.labels.shape, dtype=np.bool_)
    there = nothing if true is None else true.mask(label)
    said = nothing if outline is None else outline.mask(label)
    spacing = (true.spacing if true is not None else None) or (outline.spacing if outline else None)
    result.lesion[image] = bool(there.any())
    result.flat[image] = spacing is None
    result.spaced[image] = spacing is not None
    _fill_overlap(values, image, there, said)
    distances = SurfaceDistances.of(there, said, spacing or (1.0, 1.0, 1.0))
    far = distances.hausdorff()
    values["hd95"][image] = np.nan if far is None else far
    values["nsd"][image] = distances.surface_dice(tolerance)
    if spacing is not None and min(given.labels.shape) > 1:
        ml = float(np.prod(spacing)) / CUBIC_MM_A_ML
        values["volume"][image] = ml * int(said.sum())
        values["volume_difference"][image] = ml * (int(said.sum()) - int(there.sum()))


def _fill_overlap(values: dict[str, Floats], image: int, there: Mask, said: Mask) -> None:
    counts = VoxelCounts.of(there, said)
    sensitivity, specificity = counts.sensitivity, counts.specificity
    values["dice"][image] = counts.dice
    values["voxel_sensitivity"][image] = np.nan if sensitivity is None else sensitivity
    values["voxel_specificity"][image] = np.nan if specificity is None else specificity


def _warn_of_files(work: Work, tally: Tally) -> None:
    for (name, reason), count in tally.left_out.items():
        if reason == GRID:
            work.ledger.warn(
                "other_grid",
                f"{count} masks of {name} lie on another grid than the truth's; their images are left "
                "out: save the masks on the grid of the image",
                count,
            )
        else:
            work.ledger.warn(
                "unreadable_mask",
                f"{count} masks of {name} are missing, damaged or hold no labels; their images are left out",
                count,
            )
