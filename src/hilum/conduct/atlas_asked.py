"""An atlas that somebody asked for by hand: of a run, or of maps that were made elsewhere."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.conduct.atlas_stage import AtlasAsked, atlas_of_run, kept_images
from hilum.conduct.folders_meant import refuse_no_run
from hilum.conduct.tracking import model_folders
from hilum.errors import MeasureError, ModelError
from hilum.explanation.atlas import CORRECTIONS, Atlas, AtlasOptions, make_atlas
from hilum.explanation.atlas_files import arrays_of, save_arrays, save_nifti
from hilum.explanation.atlas_patients import GroupedMaps, one_map_per_patient
from hilum.explanation.atlas_words import sentences
from hilum.reporting.atlas_figures import Column
from hilum.reporting.atlas_files import save_figure
from hilum.reporting.atlas_section import ATLAS, figures_of, load_record
from hilum.zip_damage import ZIP_DAMAGE

_LARGEST = 8 * 1024**3
_STREAM = 11


def atlas_of_folder(
    run: Path, output: Path | None, method: str, part: str | None, options: AtlasOptions
) -> dict[str, Any]:
    """Make the atlas of a finished run again, by any method and of any part.

    Args:
        run: The run's folder.
        output: The folder for the files; None = `atlas-<method>-<part>` in the run, beside the run's own.
        method: How maps are made.
        part: The part whose maps are compared, `all`, or None for the test part where it is large enough.
        options: How it is tested.

    Returns:
        `folder`, `lines` to be read, and the `record`.

    Raises:
        ReportError: It is no folder of a run.
        ModelError: The run has no trained model, or no longer its prepared images.
    """
    refuse_no_run(run)
    readers = list(dict.fromkeys(reader for reader, _, _ in model_folders(run)))
    if not readers:
        raise ModelError(f"the run {run.name} has no trained model, and an atlas is made of models' maps")
    cohort = Cohort.load(run / "cohort.parquet")
    folder = output or run / f"{ATLAS}-{method}-{part or 'test'}"
    asked = AtlasAsked(method, part, options)
    atlas_of_run(run, cohort, readers, prepared=kept_images(run), asked=asked, folder=folder)
    record = load_record(folder)
    lines = []
    for pair in record["pairs"]:
        lines.append(f"{pair['first']} against {pair['second']}")
        for column in pair["columns"]:
            n = column["n"]
            lines.append(f"{column['label']} (n = {n[0]} / {n[1]}): {' '.join(column['sentences'])}")
        lines += [f"not compared: {problem}" for problem in pair["problems"]]
    return {"folder": str(folder), "lines": lines, "record": record}


def atlas_of_file(
    path: Path, output: Path | None, options: AtlasOptions, shuffles: int = 0
) -> dict[str, Any]:
    """Make the atlas of maps that an NPZ file holds.

    Args:
        path: NPZ with `maps` (n, rows, columns) or (n, slices, rows, columns), `group` (n,) 1 or 0, and where
            a patient may have several maps `patient` (n,).
        output: The folder for the files; None = `<name>-atlas` beside the file.
        options: How it is tested.
        shuffles: How often the groups are shuffled to see what chance alone would show.

    Returns:
        `folder`, `lines` to be read, `n`, `shares` of significant pixels by way of testing, and where asked
        `shuffles`: how many shuffles showed anything, and the mean uncorrected share.

    Raises:
        MeasureError: The file has no such arrays, or the maps cannot be compared.
    """
    grouped = _grouped(path)
    folder = output or path.with_name(f"{path.stem}-atlas")
    folder.mkdir(parents=True, exist_ok=True)
    atlas = make_atlas(grouped, options)
    arrays = arrays_of(atlas)
    save_arrays(folder / "atlas.npz", arrays)
    for name, values in arrays.items():
        save_nifti(folder / f"{name}.nii.gz", values)
    column = Column("the maps", atlas, grouped.maps.mean(axis=0, dtype=np.float64))
    for each in figures_of([column], ("group 1", "group 0")):
        save_figure(each.figure, folder / each.name)
    shares = {} if atlas.tests is None else {way: atlas.share(way) for way in atlas.tests.p_values}
    told: dict[str, Any] = {"folder": str(folder), "n": list(atlas.n), "shares": shares}
    lines = [f"group 1: {atlas.n[0]} patients; group 0: {atlas.n[1]} patients", *sentences(atlas)]
    if grouped.in_both:
        lines.append(f"{grouped.in_both} patients with maps in both groups were left out.")
    if shuffles:
        told["shuffles"] = by_chance(grouped, options, shuffles)
        lines.append(_chance_in_words(told["shuffles"]))
    return {**told, "lines": lines}


def by_chance(grouped: GroupedMaps, options: AtlasOptions, shuffles: int) -> dict[str, Any]:
    """What the same maps show after their groups were shuffled.

    Args:
        grouped: one map a patient.
        options: how they are tested.
        shuffles: how often.

    Returns:
        `shuffles`, `uncorrected` (the mean share of pixels), and for each correction in how many shuffles it
        showed anything.

    Example:
        >>> groups = GroupedMaps(np.random.default_rng(0).normal(size=(12, 4, 4)), np.arange(12) < 6)
        >>> by_chance(groups, AtlasOptions(permutations=50), 2)["shuffles"]
        2
    """
    rng = np.random.default_rng([options.seed, _STREAM])
    shares, shown = [], dict.fromkeys(CORRECTIONS, 0)
    for _ in range(shuffles):
        atlas: Atlas = make_atlas(GroupedMaps(grouped.maps, rng.permutation(grouped.first)), options)
        shares.append(atlas.share("uncorrected"))
        for way in CORRECTIONS:
            shown[way] += int(atlas.significant(way).any())
    return {"shuffles": shuffles, "uncorrected": float(np.mean(shares)), **shown}


def _chance_in_words(found: dict[str, Any]) -> str:
    return (
        f"Of {found['shuffles']} shuffles of the groups, the corrected maps showed anything in "
        f"{found['benjamini_hochberg']} (Benjamini and Hochberg), {found['max_t']} (largest t) and "
        f"{found['tfce']} (TFCE); the uncorrected map showed {100 * found['uncorrected']:.1f} % of pixels on "
        "average."
    )


def _grouped(path: Path) -> GroupedMaps:
    maps, group, patient = _read(path)
    if maps.dtype.kind not in "fiu" or group.dtype.kind not in "iufb" or group.ndim != 1:
        raise MeasureError(
            f"{path.name} holds no numbers as `maps` and `group`: write numbers, groups as 1 and 0"
        )
    if len(group) != len(maps) or not np.isin(group, (0, 1)).all():
        raise MeasureError(f"{path.name} needs one `group` for each of `maps`, each 1 or 0")
    if not np.isfinite(maps).all():
        raise MeasureError(f"{path.name} holds maps with values that are no finite numbers: leave these out")
    if patient is None:
        return GroupedMaps(maps, group == 1)
    if len(patient) != len(maps):
        raise MeasureError(f"{path.name} needs one `patient` for each of `maps`")
    return one_map_per_patient(maps, [str(each) for each in patient], group == 1)


def _read(path: Path) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any] | None]:
    try:
        with zipfile.ZipFile(path) as packed:
            large = sum(entry.file_size for entry in packed.infolist()) > _LARGEST
        if large:
            raise MeasureError(f"{path.name} holds more than 8 GiB: average or shrink the maps first")
        with np.load(path, allow_pickle=False) as found:
            patient = found["patient"] if "patient" in found.files else None
            return found["maps"], found["group"], patient
    except (OSError, KeyError, *ZIP_DAMAGE):
        raise MeasureError(
            f"{path.name} is no NPZ file with `maps` (n, rows, columns) and `group` (n,): write it with "
            "numpy.savez(file, maps=..., group=...)"
        ) from None
