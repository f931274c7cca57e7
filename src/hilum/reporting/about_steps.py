"""How many images were cropped and centred in which way, for the methods of a report."""

from collections.abc import Mapping

from hilum.preparation.sentences import CENTRED, CROPPED, placed_sentence


def about_steps(placed: Mapping[str, Mapping[str, int]]) -> list[str]:
    """How many images took which way; what is done to all of them stands in the plan's notes.

    Args:
        placed: how many images were `cropped` and `centred` by what.

    Returns:
        Whole sentences.

    Example:
        >>> about_steps({"centred": {"lungs": 3}})
        ['Of 3 images, 3 were centred on their two lungs.']
    """
    ways = (
        placed_sentence(dict(placed.get("cropped", {})), CROPPED),
        placed_sentence(dict(placed.get("centred", {})), CENTRED),
    )
    return [way for way in ways if way]
