"""Segmentation: how much outlines cover each other and how far their boundaries lie apart."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import Difference, Estimate, Floats, patient_codes
from hilum.evaluation.common.resampling import PatientDraws
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.patient_means import (
    mean_of_patients,
    median_of_patients,
    patient_means,
    wilcoxon_signed_rank,
)
from hilum.evaluation.tasks.mask_inputs import Flags, Masks, gather_masks
from hilum.evaluation.tasks.outline_summaries import mean_over_structures, warn_of_outlines
from hilum.evaluation.tasks.outlines import DISTANCES, PER_IMAGE, Outlines, measure_outlines
from hilum.evaluation.tasks.samples import Sampled

WITH_MEDIAN = ("dice", *DISTANCES)


@dataclass(frozen=True, eq=False)
class Values:
    """One measure of one reader's outlines on the images of a part."""

    measure: str
    at: str | None
    of: str | None
    values: Floats
    lesion: Flags
    rows: NDArray[np.intp]
    patient: NDArray[np.int64]


def evaluate_segmentation(work: Work) -> None:
    """Write down how readers' outlines agree with the true ones, in mm where the files give them.

    Images of one patient are averaged first, then patients; intervals and tests are over patients.

    Raises:
        ReadingsError: truth and readers name classes or labels differently.
    """
    masks = gather_masks(work)
    results = measure_outlines(work, masks)
    flat = any(one.flat.any() for one in results) and not any(one.spaced.any() for one in results)
    warn_of_outlines(work, masks, results, flat=flat)
    readers = {reader.name: [one for one in results if one.reader == reader.name] for reader in masks.readers}
    for name, listed in readers.items():
        if len(listed) > 1:
            readers[name] = [mean_over_structures(listed), *listed]
    for part in work.parts:
        for listed in readers.values():
            for outlines in listed:
                for one in _values(work, masks, outlines, part, flat=flat):
                    _measure(work, (outlines.reader, part), one)
    if work.options.unpaired:
        work.ledger.warn(
            "unpaired_outlines", "outlines of two readers are compared on the same cases only, so not here"
        )
        return
    for part in work.compared_parts:
        for first, second in itertools.combinations(readers.values(), 2):
            _compare(work, masks, (first, second), part, flat=flat)


def _values(work: Work, masks: Masks, outlines: Outlines, part: str, *, flat: bool) -> list[Values]:
    inside = work.alignment.truth.in_part(part)[masks.images.case]
    images = np.flatnonzero(inside)
    rows = masks.images.case[images]
    unit = "pixels" if flat else "mm"
    at = {"hd95": "pixels" if flat else None, "nsd": f"tolerance={work.options.tolerance_mm:g}{unit}"}
    found = []
    for measure in PER_IMAGE:
        values = outlines.values[measure][images].copy()
        if measure in DISTANCES and not flat:
            values[outlines.flat[images]] = np.nan
        of = outlines.structure.of
        found.append(
            Values(measure, at.get(measure), of, values, outlines.lesion[images], rows, work.patients(rows))
        )
    return found


def _measure(work: Work, where: tuple[str, str], one: Values) -> None:
    present = np.isfinite(one.values)
    if not present.any():
        return
    cases = np.unique(one.rows[present])
    size = Size(
        len(cases), len(np.unique(one.rows[present & one.lesion])), len(np.unique(one.rows)) - len(cases)
    )
    means = patient_means(one.values, one.patient)
    draws = _draws(work, where[1], means, one)
    kept = means[np.isfinite(means)]
    sampled = _sampled(work, draws, kept)
    mean, median = (each.estimate() if len(kept) > 1 else Estimate(each.value) for each in sampled)
    work.ledger.measure(where, one.measure, mean, size, at=one.at, of=one.of)
    if one.measure in WITH_MEDIAN:
        work.ledger.measure(where, f"{one.measure}_median", median, size, at=one.at, of=one.of)


def _draws(work: Work, part: str, means: Floats, one: Values) -> PatientDraws:
    """Samples of the patients that have the measure, apart for those with and without the structure."""
    codes, count = patient_codes(one.patient)
    ill = np.bincount(codes, weights=one.lesion, minlength=count) > 0
    kept = np.isfinite(means)
    return PatientDraws(
        np.arange(int(kept.sum())), ill[kept], work.options.bootstrap, work.seed("patients", part)
    )


def _sampled(work: Work, draws: PatientDraws, kept: Floats) -> tuple[Sampled, Sampled]:
    def statistic(weights: Floats) -> Floats:
        return np.stack([mean_of_patients(kept, weights), median_of_patients(kept, weights)], axis=1)

    values = draws.apply(statistic)
    point = statistic(np.ones((1, len(kept))))[0]
    left_out = draws.jackknife(statistic) if work.options.bootstrap_interval == "bca" else ()
    mean, median = (
        Sampled(
            float(point[place]),
            values[:, place],
            repeated=False,
            jackknife=tuple(each[:, place] for each in left_out),
        )
        for place in (0, 1)
    )
    return mean, median


def _compare(
    work: Work, masks: Masks, pair: tuple[Sequence[Outlines], Sequence[Outlines]], part: str, *, flat: bool
) -> None:
    """Two readers on the patients that have a value of both, structure by structure."""
    seconds = {one.structure.of: one for one in pair[1]}
    for first in pair[0]:
        second = seconds.get(first.structure.of)
        if second is None:
            continue
        ours, theirs = (_values(work, masks, one, part, flat=flat) for one in (first, second))
        for one, other in zip(ours, theirs, strict=True):
            if one.measure in WITH_MEDIAN:
                _compare_values(work, (first.reader, second.reader, part), one, other)


def _compare_values(work: Work, where: tuple[str, str, str], one: Values, other: Values) -> None:
    apart = one.values - other.values
    means = patient_means(apart, one.patient)
    kept = means[np.isfinite(means)]
    if len(kept) == 0:
        return
    present = np.isfinite(apart)
    size = Size(len(np.unique(one.rows[present])), len(np.unique(one.rows[present & one.lesion])))
    draws = _draws(work, where[2], means, one)
    sampled = _sampled(work, draws, kept)[0]
    zero = Sampled(0.0, np.zeros(len(sampled.draws)), repeated=False)
    mean = sampled.minus(zero) if len(kept) > 1 else Difference(sampled.value)
    for result in (mean, wilcoxon_signed_rank(kept)):
        work.ledger.compare(where, one.measure, result, size, at=one.at, of=one.of)
