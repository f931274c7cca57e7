"""The files of an atlas: arrays, NIfTI, figures, and a record of what was done in words."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.conduct.atlas_groups import Pair
from hilum.conduct.atlas_look import IMAGES, Looked
from hilum.errors import MeasureError
from hilum.explanation.atlas import Atlas, AtlasOptions, make_atlas
from hilum.explanation.atlas_files import arrays_of, save_arrays, save_maps, save_nifti
from hilum.explanation.atlas_patients import one_map_per_patient
from hilum.explanation.atlas_words import sentences
from hilum.files import write_atomically
from hilum.progress import Progress
from hilum.reporting.atlas_figures import Column
from hilum.reporting.atlas_files import save_figure
from hilum.reporting.atlas_section import ATLAS_FORM, RECORD, figures_of

# What viewers of brain maps are given; everything is in the NPZ file.
_AS_NIFTI = (
    *("mean_first", "mean_second", "difference", "t_student", "t_welch", "hedges_g"),
    *("p_uncorrected", "p_benjamini_hochberg", "p_max_t", "p_tfce"),
    *("significant_max_t", "significant_tfce"),
)


@dataclass(frozen=True)
class Shown:
    """What an atlas is made from.

    Attributes:
        part: whose maps these are.
        part_of_images: whose images are compared.
        method: how the maps were made, as printed.
        looked: the images themselves, then what each trained reader saw.
    """

    part: str
    part_of_images: str
    method: str
    looked: tuple[Looked, ...]


@dataclass(frozen=True)
class AtlasFiles:
    """Writes the files of an atlas.

    Attributes:
        folder: made if it is not there.
        cohort: all cases.
        shown: images and maps.
        options: how they are tested.
    """

    folder: Path
    cohort: Cohort
    shown: Shown
    options: AtlasOptions

    def write(self, pairs: Sequence[Pair], progress: Progress) -> Path:
        """Write everything about some pairs of groups; the record comes last.

        Args:
            pairs: the groups that are compared.
            progress: told after every comparison.

        Returns:
            The record.
        """
        told, names = [], _folder_names([f"{pair.first}-vs-{pair.second}" for pair in pairs])
        for done, (pair, name) in enumerate(zip(pairs, names, strict=True), start=1):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
            told.append(self._pair(name, pair))
            progress(done, len(pairs), "atlas")
        record = {
            "form": ATLAS_FORM,
            "part": self.shown.part,
            "part_of_images": self.shown.part_of_images,
            "method": self.shown.method,
            "permutations": self.options.permutations,
            "seed": self.options.seed,
            "level": self.options.level,
            "pairs": told,
        }
        text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False)
        write_atomically(self.folder / RECORD, text + "\n")
        return self.folder / RECORD

    def _pair(self, name: str, pair: Pair) -> dict[str, Any]:
        columns, told, problems = [], [], []
        names = _folder_names([one.reader for one in self.shown.looked])
        for looked, stem in zip(self.shown.looked, names, strict=True):
            if looked.maps is None:
                problems.append(f"{looked.reader} has no map by this method")
                continue
            try:
                atlas, in_both = self._compared(self.folder / name / stem, pair, looked, looked.maps)
            except MeasureError as error:
                problems.append(f"{_label(looked)}: {error}")
                continue
            known = pair.known[looked.case]
            background = looked.images[known].mean(axis=0, dtype=np.float64)
            is_images = looked.reader == IMAGES
            columns.append(Column(_label(looked), atlas, background, is_images, looked.millimetres))
            told.append(_told(looked, atlas, in_both) | {"file": f"{name}/{stem}.npz"})
        figures = figures_of(columns, (pair.first, pair.second)) if columns else []
        for each in figures:
            save_figure(each.figure, self.folder / name / each.name)
        return {
            "first": pair.first,
            "second": pair.second,
            "problems": problems,
            "columns": told,
            "figures": [each.told(f"{name}/{each.name}.png") for each in figures],
        }

    def _compared(
        self, stem: Path, pair: Pair, looked: Looked, maps: NDArray[np.float32]
    ) -> tuple[Atlas, int]:
        """One comparison with its files, and how many patients have images in both groups."""
        case = looked.case
        known = pair.known[case]
        patients = self.cohort.cases["patient"].astype(str).to_numpy()[case[known]].tolist()
        grouped = one_map_per_patient(maps[known], patients, pair.is_first[case[known]])
        atlas = make_atlas(grouped, self.options)
        arrays = arrays_of(atlas)
        save_maps(stem.with_name(f"{stem.name}-maps.npz"), grouped)
        save_arrays(stem.with_name(f"{stem.name}.npz"), arrays)
        stem.mkdir(exist_ok=True)
        for name in _AS_NIFTI:
            if name in arrays:
                spacing = None if looked.millimetres is None else (looked.millimetres,) * arrays[name].ndim
                save_nifti(stem / f"{name}.nii.gz", arrays[name], spacing)
        return atlas, grouped.in_both


def _told(looked: Looked, atlas: Atlas, in_both: int) -> dict[str, Any]:
    said = list(sentences(atlas))
    if in_both:
        said.append(
            f"{in_both} patients with images in both groups were left out, as an independent test compares "
            "nobody with himself."
        )
    if looked.drawn_from:
        said.append(f"Of {looked.drawn_from:,} images {len(looked.case):,} were drawn by chance.")
    shares = {} if atlas.tests is None else {way: atlas.share(way) for way in atlas.tests.p_values}
    about = {"reader": looked.reader, "label": _label(looked), "n": list(atlas.n)}
    return {**about, "sentences": said, "shares": shares}


def _label(looked: Looked) -> str:
    if looked.reader == IMAGES:
        return "the images"
    return f"{looked.reader} \u00d7{looked.repeats}" if looked.repeats > 1 else looked.reader


def _folder_names(names: Sequence[str]) -> list[str]:
    """Names that any file system takes, each once.

    Example:
        >>> _folder_names(["a/b", "a b"])
        ['a-b', 'a-b-2']
    """
    found: list[str] = []
    for name in names:
        plain = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:80] or "group"
        taken = [plain, *(f"{plain}-{number}" for number in range(2, len(names) + 2))]
        found.append(next(each for each in taken if each not in found))
    return found
