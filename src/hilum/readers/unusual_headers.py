"""Say in words when a DICOM header speaks of patients or machines that a model did not learn from."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hilum.preparation.headers import Header

# A word that was never seen is told only where words that were seen once are at most this share: where many
# are seen once, further new ones are to be expected (Good 1953).
_ONCE = 0.002
_FEWEST = 20
_SEX = {"F": "women", "M": "men"}


def header_notices(described: Mapping[str, Any], header: "Header") -> tuple[str, ...]:
    """What is unusual about one image, told from its header.

    Args:
        described: of a population, `Population.described`.
        header: of the image.

    Returns:
        What is unusual, in words; nothing where header or population do not know.

    Example:
        >>> from hilum.preparation.headers import Header
        >>> header_notices({"words": {"view": {"PA": 80, "AP": 20}}}, Header({"view": "LL"}))
        ('view LL was not among the training images (AP, PA)',)
    """
    words = [
        _word(name, header.words[name], seen)
        for name, seen in described.get("words", {}).items()
        if name in header.words and _is_new(header.words[name], seen)
    ]
    # A machine of an unknown maker is an unknown machine: said once.
    if any(said.startswith("manufacturer") for said in words):
        words = [said for said in words if not said.startswith("device")]
    numbers = [
        _number(name, header.numbers[name], known)
        for name, known in described.get("numbers", {}).items()
        if name in header.numbers
    ]
    return (*words, *filter(None, numbers))


def _is_new(word: str, seen: Mapping[str, int]) -> bool:
    n = sum(seen.values())
    once = sum(count == 1 for count in seen.values())
    return word not in seen and n >= _FEWEST and once <= _ONCE * n


def _word(name: str, word: str, seen: Mapping[str, int]) -> str:
    most = sorted(seen, key=lambda one: (-seen[one], one))
    if name == "sex":
        who = _SEX.get(word, f"patients of sex {word}")
        return f"there were no {who} among the training patients"
    shown = ", ".join(sorted(most[:5])) + (" and others" if len(most) > 5 else "")
    return f"{name} {word} was not among the training images ({shown})"


def _number(name: str, value: float, known: Mapping[str, Any]) -> str | None:
    if int(known.get("known", 0)) < _FEWEST:
        return None
    if name == "age" and value < 18 and not known.get("under_18"):
        return "patients under 18 were not among the training patients"
    limits = known.get("limits")
    if not limits or limits[0] <= value <= limits[1]:
        return None
    low, high = (known["percentiles"][p] for p in ("5", "95"))
    if name == "age":
        older = "older" if value > limits[1] else "younger"
        return f"the patient is {older} than the training patients (nine in ten were {low:.0f} to {high:.0f})"
    larger = "larger" if value > limits[1] else "smaller"
    return (
        f"its pixels are {larger} than those of the training images (nine in ten: {low:.3g} to {high:.3g} mm)"
    )
