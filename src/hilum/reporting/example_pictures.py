"""The examples as the page and the PDF show them: pictures of bounded size, words beside them."""

from collections.abc import Sequence
from typing import Any

from hilum.reporting.cells import reading
from hilum.reporting.inputs import Example
from hilum.reporting.pictures import LONGEST_SIDE, film, film_with_map
from hilum.reporting.story import Story

# So many pictures may have their full size; more are made smaller, so that a page stays below some megabytes.
_FULL_SIZE = 48
_SMALL_SIDE = 240


def examples_shown(examples: Sequence[Example], story: Story) -> list[dict[str, Any]]:
    """The examples as plain data, those of one group together in the order of their groups.

    Raises:
        ReportError: an example's picture is no grey picture.
    """
    pictures = sum(2 + len(each.further_maps) for each in examples)
    side = LONGEST_SIDE if pictures <= _FULL_SIZE else _SMALL_SIDE
    groups = list(dict.fromkeys(each.group for each in examples))
    return [_shown(each, story, side) for group in groups for each in examples if each.group == group]


def _shown(example: Example, story: Story, side: int) -> dict[str, Any]:
    return {
        "case": example.case,
        "part": example.part,
        "group": example.group,
        "truth": example.truth,
        "right": example.right,
        "reader": example.reader or story.lead,
        "threshold": example.threshold,
        "scores": [
            {"reader": name, "label": story.label(name), "score": float(value)}
            for name, value in example.scores.items()
        ],
        "picture": film(example.picture, side),
        "map": None if example.map is None else film_with_map(example.picture, example.map, side),
        "map_title": example.map_title,
        "further_maps": [
            {"title": title, "map": film_with_map(example.picture, found, side)}
            for title, found in example.further_maps.items()
        ],
    }


def said_of(example: dict[str, Any]) -> list[tuple[str, float, float | None]]:
    """What each reader said of an example: its label, the number, and the threshold of the explained model.

    Example:
        >>> said_of({"scores": [{"reader": "cnn", "label": "CNN", "score": 0.8}], "reader": "cnn",
        ...     "threshold": 0.4})
        [('CNN', 0.8, 0.4)]
    """
    own, cut = example["reader"], example.get("threshold")
    return [
        (each["label"], each["score"], cut if each["reader"] == own else None) for each in example["scores"]
    ]


def maps_in(example: dict[str, Any]) -> list[tuple[str, str]]:
    """Title and picture of each map of an example; older evidence has one, without a title.

    Example:
        >>> maps_in({"map": "data:...", "map_title": "Grad-CAM"}), maps_in({"map": None})
        ([('Grad-CAM', 'data:...')], [])
    """
    first = [(example.get("map_title", "Class activation map"), example["map"])] if example["map"] else []
    return first + [(each["title"], each["map"]) for each in example.get("further_maps", [])]


def by_group(examples: Sequence[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Examples by why they are shown.

    Example:
        >>> by_group([{"group": "a"}, {"group": "b"}, {"group": "a"}])
        [('a', [{'group': 'a'}, {'group': 'a'}]), ('b', [{'group': 'b'}])]
    """
    names = dict.fromkeys(each.get("group", "") for each in examples)
    return [(name, [each for each in examples if each.get("group", "") == name]) for name in names]


def about_maps(evidence: dict[str, Any]) -> str:
    """What is to be known before one looks at the examples.

    Example:
        >>> about_maps({"examples": [{"map": None}]})
        'Images that the model was asked about; it keeps no places, so that no map shows where it looked.'
    """
    titles = list(dict.fromkeys(title for each in evidence["examples"] for title, _ in maps_in(each)))
    if not titles:
        return (
            "Images that the model was asked about; it keeps no places, so that no map shows where it looked."
        )
    named = "the map" if len(titles) == 1 else "each map"
    notes = " ".join(["", *evidence.get("map_notes", [])])
    return (
        f"The image, and beside it the same with {named} laid over it, yellow low, vermilion high "
        f"({'; '.join(titles)}). A map shows where the "
        f"features lie that moved the model\u2019s answer, not why.{notes}"
    )


def caption_of(example: dict[str, Any]) -> tuple[str, str, str]:
    """The caption in three parts: the verdict, what was true and said, and where the case comes from.

    Example:
        >>> caption_of({"right": False, "truth": "normal", "scores": [], "reader": "cnn", "part": "test",
        ...     "case": "c7", "map": None})
        ('Wrong. ', 'Truth: normal. ', 'test, case c7')
    """
    verdict = "" if example["right"] is None else "Right. " if example["right"] else "Wrong. "
    words = [
        f"{label} {reading(score)}" + ("" if cut is None else f" (threshold {reading(cut)})")
        for label, score, cut in said_of(example)
    ]
    titles = [title for title, _ in maps_in(example)]
    order = f"Maps in reading order: {', '.join(titles)}. " if len(titles) > 1 else ""
    said = f"{'; '.join(words)}. " if words else ""
    return verdict, f"Truth: {example['truth']}. {said}{order}", f"{example['part']}, case {example['case']}"


def without_pictures(example: dict[str, Any]) -> dict[str, Any]:
    """An example as it is attached to a report: its pictures stand in the report already.

    Example:
        >>> without_pictures({"case": "a", "picture": "data:...", "map": None, "further_maps": []})
        {'case': 'a'}
    """
    return {key: value for key, value in example.items() if key not in {"picture", "map", "further_maps"}}
