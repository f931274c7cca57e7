"""The card's section on the patients and images that a model learnt from."""

from collections.abc import Mapping
from typing import Any

_MOST = 8
_GREY = ("brightness", "contrast", "sharpness", "noise")


def population_section(population: Mapping[str, Any]) -> str:
    """Who and what the training images were of; empty where nobody looked.

    Args:
        population: as in `ModelFacts.population`.

    Example:
        >>> words = {"view": {"AP": 20, "PA": 80}}
        >>> print(population_section({"images": {"train": 100, "validation": 20}, "words": words}))
        ## Population
        <BLANKLINE>
        - 100 training images and 20 validation images.
        - View: PA 80, AP 20.
    """
    if not population:
        return ""
    images = population.get("images", {})
    lines = [f"{images.get('train', 0)} training images and {images.get('validation', 0)} validation images."]
    lines += [_counts(name, seen) for name, seen in population.get("words", {}).items()]
    lines += [_number(name, known) for name, known in population.get("numbers", {}).items()]
    if not population.get("words"):
        lines.append("Age, sex, view and machines are not known: the images have no DICOM header.")
    grey = population.get("intensities", {})
    told = [f"{name} {_range(grey[name])}" for name in _GREY if name in grey]
    if told:
        lines.append(f"Prepared images, 5th percentile, median and 95th: {'; '.join(told)}.")
    if population.get("limits"):
        lines.append("`hilum predict` says in words when images lie outside of this.")
    return "## Population\n\n" + "\n".join(f"- {line}" for line in lines)


def _counts(name: str, seen: Mapping[str, int]) -> str:
    most = sorted(seen, key=lambda word: (-seen[word], word))
    told = ", ".join(f"{word} {seen[word]}" for word in most[:_MOST])
    more = f" and {len(most) - _MOST} more" if len(most) > _MOST else ""
    return f"{name[:1].upper()}{name[1:]}: {told}{more}."


def _number(name: str, known: Mapping[str, Any]) -> str:
    unit = "years" if name == "age" else "mm"
    told = _range(known["percentiles"])
    return f"{name[:1].upper()}{name[1:]}, 5th percentile, median and 95th: {told} {unit}."


def _range(percentiles: Mapping[str, float]) -> str:
    return ", ".join(f"{percentiles[p]:.3g}" for p in ("5", "50", "95"))
