"""Several structures as one, and what must be said about masks."""

from collections.abc import Sequence

import numpy as np

from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.ledger import TRAIN, Work
from hilum.evaluation.measures.patient_means import patient_means
from hilum.evaluation.tasks.mask_inputs import Masks, Structure
from hilum.evaluation.tasks.outlines import DISTANCES, Outlines


def mean_over_structures(listed: Sequence[Outlines]) -> Outlines:
    """The mean of Dice, HD95 and NSD over the structures of each image, undefined ones left out."""
    first = listed[0]
    result = Outlines.empty(first.reader, Structure(None), len(first.measured))
    for measure in ("dice", *DISTANCES):
        result.values[measure][:] = _mean(np.stack([one.values[measure] for one in listed]))
    for one in listed:
        result.lesion[:] |= one.lesion
        result.measured[:] |= one.measured
        result.flat[:] |= one.flat
        result.spaced[:] |= one.spaced
    return result


def _mean(values: Floats) -> Floats:
    structures, images = values.shape
    return patient_means(values.T.ravel(), np.repeat(np.arange(images), structures))


def warn_of_outlines(work: Work, masks: Masks, results: Sequence[Outlines], *, flat: bool) -> None:
    """Say which cases were not read, which distances are in pixels, and where HD95 is not defined."""
    counted = work.alignment.truth.frame["part"].to_numpy(dtype=object) != TRAIN
    for reader in masks.readers:
        silent = int(np.sum(counted & ~reader.read))
        if silent:
            work.ledger.warn(
                "cases_without_reading",
                f"{reader.name} has no row for {silent} of {int(counted.sum()):,} cases; they are left out "
                "(a case in which nothing was outlined has a row with an empty `mask`)",
                silent,
            )
    _warn_of_units(work, results, flat=flat)
    for one in results:
        about = "" if one.structure.of is None else f" ({one.structure.of})"
        undefined = int(np.sum(one.measured & np.isnan(one.values["hd95"])))
        if undefined:
            work.ledger.warn(
                "hd95_undefined",
                f"in {undefined} images of {one.reader}{about} only one of truth and outline is empty: Dice "
                "and NSD are 0 there, HD95 leaves them out: read it together with these",
                undefined,
            )
    several = {one.structure.of for one in results if one.structure.of is not None}
    if several:
        work.ledger.warn(
            "several_structures",
            f"{', '.join(sorted(several))} are measured one by one; rows that name none are the mean over "
            "them, image by image",
        )


def _warn_of_units(work: Work, results: Sequence[Outlines], *, flat: bool) -> None:
    if flat:
        work.ledger.warn(
            "no_millimetres",
            "the masks give no distance from pixel to pixel (PNG has none): HD95 and the tolerance of NSD "
            f"are in pixels, {work.options.tolerance_mm:g} of them; no volumes are given",
        )
        return
    without = (
        sum(int(np.any(column)) for column in np.stack([one.flat for one in results]).T) if results else 0
    )
    if without:
        work.ledger.warn(
            "some_without_millimetres",
            f"{without} images give no millimetres although others do: HD95 and NSD leave them out",
            without,
        )
