"""Say in words when a batch of images, taken together, is unlike those that a model learnt from.

Every sentence needs two things: that it can hardly be chance, and that the difference is one that matters.
The first alone would make thousands of images of the same hospital look unlike by trifles.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hilum.models.population import Looks, Population
    from hilum.preparation.headers import Header

_FEWEST = 5
# Of all sentences together less than one batch in a hundred of the same kind may hear one.
_ALPHA = 0.006
_EXPECTED_OUTSIDE, _OUTSIDE_MATTERS = 0.02, 0.05
_MATTERS = 0.8
_SHARE_MATTERS = 0.4
_YEARS = 5
_MOST_SAID = 3
# What is said of too little and of too much; None where that is no fault.
_SHIFTS: dict[str, tuple[str | None, str | None]] = {
    "brightness": ("darker", "brighter"),
    "contrast": ("of less contrast", "of more contrast"),
    "sharpness": ("more blurred", "sharper"),
    "noise": ("less noisy", "noisier"),
    "likeness": ("less like the mean training image", None),
    "picture": (None, "of unlike shapes"),
    "features": (None, "unlike to the network"),
}
_WORDS = ("modality", "view", "sex", "manufacturer", "device")


def batch_notices(
    population: "Population", looks: "Looks", headers: "Sequence[Header]" = ()
) -> tuple[str, ...]:
    """What is unusual about images taken together.

    Args:
        population: what the model learnt from.
        looks: at all of them.
        headers: of all of them, in the same order; empty ones tell nothing.

    Returns:
        Sentences; mostly none.
    """
    if len(looks) < _FEWEST:
        return ()
    persons = _one_a_patient(headers)
    described = population.described
    mixes = [_mix(name, seen, persons) for name, seen in described.get("words", {}).items() if name in _WORDS]
    known_ages = described.get("numbers", {}).get("age", {}).get("years", {})
    return tuple(
        filter(None, [_outside(looks), _shifted(population, looks), *mixes, _ages(known_ages, persons)])
    )


def _outside(looks: "Looks") -> str | None:
    """More images outside the limits than chance allows: exact binomial test."""
    n, outside = len(looks), int(looks.outside.any(axis=1).sum())
    p = stats.binomtest(outside, n, _EXPECTED_OUTSIDE, alternative="greater").pvalue
    if p >= _ALPHA / 3 or outside < _OUTSIDE_MATTERS * n or outside < 2:
        return None
    return (
        f"{outside} of {n} images are unlike those that the model learnt from, where about one in a hundred "
        "would be by chance: do not trust its readings of them before some were compared with the truth"
    )


def _shifted(population: "Population", looks: "Looks") -> str | None:
    """Values that lie elsewhere as a whole: Mann-Whitney tests, as many as there are values (Bonferroni)."""
    said = []
    for place, (name, words) in enumerate(_SHIFTS.items()):
        here, there = (
            (looks.values[:, place], population.reference[:, place])
            if place < looks.values.shape[1]
            else (getattr(looks, name), population.distances(name))
        )
        if len(there) < 2 * _FEWEST or np.isnan(here).any():
            continue
        test = stats.mannwhitneyu(here, there, alternative="two-sided")
        above = float(test.statistic) / (len(here) * len(there))
        word = words[above > 0.5]
        if word and max(above, 1 - above) >= _MATTERS and test.pvalue < _ALPHA / 3 / len(_SHIFTS):
            said.append(word)
    if not said:
        return None
    said = said[:_MOST_SAID]
    listed = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
    return (
        f"these images as a whole are {listed}, beside the images that the model learnt from: "
        "its sensitivity and specificity may be others here"
    )


def _mix(name: str, seen: Mapping[str, int], persons: "Sequence[Header]") -> str | None:
    """A word that is much more frequent than in training: exact binomial tests, one a word (Bonferroni)."""
    here = Counter(person.words[name] for person in persons if name in person.words)
    n, known = sum(here.values()), sum(seen.values())
    if n < _FEWEST or known < 4 * _FEWEST:
        return None
    tests = len(set(here) | set(seen)) * len(_WORDS)
    for word, count in here.most_common():
        share = (seen.get(word, 0) + 1) / (known + 2)
        p = stats.binomtest(count, n, share, alternative="greater").pvalue
        if count / n - share >= _SHARE_MATTERS and p < _ALPHA / 6 / tests:
            now, before = round(100 * count / n), round(100 * seen.get(word, 0) / known)
            return f"{name} {word}: {now} % of these patients, {before} % of the training images"
    return None


def _ages(known: Mapping[str, int], persons: "Sequence[Header]") -> str | None:
    """Ages, in steps of five years as they were kept: Mann-Whitney test."""
    here = np.array([p.numbers["age"] // _YEARS * _YEARS for p in persons if "age" in p.numbers])
    there = _repeated(known)
    if len(here) < _FEWEST or len(there) < 4 * _FEWEST:
        return None
    test = stats.mannwhitneyu(here, there, alternative="two-sided", method="asymptotic")
    above = float(test.statistic) / (len(here) * len(there))
    if max(above, 1 - above) < _MATTERS or test.pvalue >= _ALPHA / 6:
        return None
    word = "older" if above > 0.5 else "younger"
    return f"these patients as a whole are {word} than those that the model learnt from"


def _repeated(known: Mapping[str, Any]) -> "NDArray[np.float64]":
    years = np.array([float(year) for year in known])
    return np.repeat(years, [int(count) for count in known.values()])


def _one_a_patient(headers: "Sequence[Header]") -> "list[Header]":
    """The first header of each patient: ten images of one patient are not ten patients."""
    first = {header.patient or f" {place}": header for place, header in reversed(list(enumerate(headers)))}
    return [header for header in first.values() if header.words or header.numbers]
