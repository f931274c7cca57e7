"""Look at the patients and images that a model learns from, to describe them beside it."""

import dataclasses
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from hilum.cohorts import Cohort
from hilum.models import CaseShape, Network, Shape, Standard, build_model, place, steady
from hilum.models.appearance import NAMES
from hilum.models.pooled import pooled_features
from hilum.models.population import Population, upper_limit
from hilum.preparation import Plan
from hilum.preparation.headers import NUMBERS, WORDS, Header, read_header
from hilum.training.data import TrainingData

_MOST = 2000
_STREAM = 311
_RATE = 0.0005
_PERCENTILES = (1, 5, 25, 50, 75, 95, 99)
_MANY = 200
_YEARS = 5

Array = NDArray[np.uint8 | np.uint16]


def population_of(  # noqa: PLR0917  # five things that are all needed, and a seed
    cohort: Cohort,
    rows: dict[str, NDArray[np.int64]],
    array: Array,
    network: Network,
    standard: Standard,
    seed: int = 0,
) -> Population | None:
    """Look at training and validation images as a model sees them, and at their headers.

    Of each part at most 2,000 images are looked at, drawn by chance.

    Args:
        cohort: with the parts `train` and `validation`.
        rows: under `train` and `validation` the rows of the prepared array; (n,), or (n, m) with -1 as
            filling where a case has several images.
        array: (images, size, size) prepared images.
        network: with its trained weights, on its device.
        standard: how prepared images become its input.
        seed: of the draw.

    Returns:
        The population; None where there are fewer than two training images.
    """
    training, validation = (_drawn(rows[part], seed) for part in ("train", "validation"))
    if len(training) < 2:
        return None
    seen = [pooled_features(network, array, part, standard) for part in (training, validation)]
    found = Population.of(array, training, validation, (seen[0], seen[1]))
    described = {
        "images": {"train": _count(rows["train"]), "validation": _count(rows["validation"])},
        "looked_at": {"train": len(training), "validation": len(validation)},
        "intensities": _intensities(found, array, training),
        **describe_headers(training_headers(cohort, seed)),
    }
    return dataclasses.replace(found, described=described)


def population_after(
    cohort: Cohort, data: TrainingData, plan: Plan, weights: Mapping[str, Tensor], seed: int = 0
) -> Population | None:
    """Look at what a training learnt from, with the weights that it left.

    Args:
        cohort: with the parts `train` and `validation`.
        data: what was learnt from.
        plan: by which.
        weights: the kept ones, by name.
        seed: of the draw.

    Returns:
        The population; None where there are fewer than two training images.
    """
    single = Shape(plan.picture.channels, len(weights["head.bias"]), plan.picture.size)
    with torch.random.fork_rng(devices=[]):
        network = build_model(plan.model, CaseShape.of_weights(single, weights))
    network.load_state_dict(weights)
    rows = {"train": data.rows, "validation": data.validation_rows}
    with steady(plan.threads) as device:
        place(network, device)
        return population_of(cohort, rows, data.array, network, data.standard, seed)


def training_headers(cohort: Cohort, seed: int = 0) -> list[Header]:
    """The headers of training images, at most 2,000, drawn by chance; empty where they are no DICOM."""
    names = sorted({name for images in cohort.part("train").images_of_cases for name in images})
    if not names or not read_header(Path(cohort.root) / names[0]).words:
        return []
    chosen = np.random.default_rng([seed, _STREAM]).permutation(len(names))[:_MOST]
    return [read_header(Path(cohort.root) / names[place]) for place in np.sort(chosen)]


def describe_headers(headers: list[Header]) -> dict[str, Any]:
    """Counts of words, and percentiles and limits of numbers, as plain JSON.

    Example:
        >>> found = describe_headers([Header({"view": "PA"}, {"age": 60.0})] * 30)
        >>> found["words"], found["numbers"]["age"]["percentiles"]["50"]
        ({'view': {'PA': 30}}, 60.0)
    """
    counted = {name: Counter(h.words[name] for h in headers if name in h.words) for name in WORDS}
    words = {name: dict(sorted(found.items())) for name, found in counted.items() if 0 < len(found) <= _MANY}
    known = {name: np.array([h.numbers[name] for h in headers if name in h.numbers]) for name in NUMBERS}
    return {"words": words, "numbers": {name: _number(v, name) for name, v in known.items() if len(v)}}


def _number(values: NDArray[np.float64], name: str) -> dict[str, Any]:
    low, high = -upper_limit(-values, _RATE), upper_limit(values, _RATE)
    content: dict[str, Any] = {
        "known": len(values),
        "percentiles": _percentiles(values, 2),
        "limits": [round(low, 4), round(high, 4)] if np.isfinite([low, high]).all() else None,
    }
    if name == "age":
        content["under_18"] = int((values < 18).sum())
        content["years"] = {
            str(k): n for k, n in sorted(Counter((values // _YEARS * _YEARS).astype(int).tolist()).items())
        }
    return content


def _intensities(found: Population, array: Array, training: NDArray[np.int64]) -> dict[str, Any]:
    highest = int(np.iinfo(array.dtype).max)
    counts = np.zeros(highest + 1, np.int64)
    for row in training:
        counts += np.bincount(array[row].ravel(), minlength=highest + 1)
    shares = np.cumsum(counts) / counts.sum()
    grey = {str(p): round(float(np.searchsorted(shares, p / 100)) / highest, 4) for p in _PERCENTILES}
    values = found.reference
    return {"grey": grey, **{name: _percentiles(values[:, place], 4) for place, name in enumerate(NAMES)}}


def _percentiles(values: NDArray[np.float64], digits: int) -> dict[str, float]:
    found = np.percentile(values, _PERCENTILES)
    return {str(p): round(float(value), digits) for p, value in zip(_PERCENTILES, found, strict=True)}


def _drawn(rows: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    known = np.unique(rows[rows >= 0])
    if len(known) <= _MOST:
        return known
    return np.sort(np.random.default_rng([seed, _STREAM]).choice(known, _MOST, replace=False))


def _count(rows: NDArray[np.int64]) -> int:
    return int(np.unique(rows[rows >= 0]).size)
