"""Check 1 on a marking before it is handed in: what the files of it would be refused for."""

from collections.abc import Sequence

from hilum.annotation.agreement import Sizes
from hilum.annotation.categories import allowed_in, categories_of
from hilum.annotation.defects import Defect
from hilum.annotation.lesion import Lesion, Marking
from hilum.annotation.rasterising import rasterise
from hilum.annotation.shapes import Line, Shape, ShapeError, must_lie_in


def marking_defects(code: str, marking: Marking, sizes: Sizes, tools: Sequence[str]) -> list[Defect]:
    """Everything for which a marking cannot be handed in.

    A line needs no category: the boxes and polygons drawn after it have one.

    Args:
        code: XRY, CCT or PCT.
        marking: a replay of its events.
        sizes: rows and columns of the images.
        tools: the kinds of shapes that count in this pass.

    Example:
        >>> from hilum.annotation.shapes import Box
        >>> marking = Marking((Lesion("a", 1, None, {0: Box(0, 0, 2, 2)}),))
        >>> [one.code for one in marking_defects("XRY", marking, {0: (8, 8)}, ("box",))]
        ['no_category']
    """
    found: list[Defect] = []
    allowed = {one.id for one in allowed_in(code, marking.label)} if marking.label else None
    known = {one.id for one in categories_of(code)}
    for lesion in marking.lesions:
        if lesion.deleted or (lesion.proposal is not None and lesion.proposal.state == "declined"):
            continue
        name = f"lesion {lesion.number}"
        if lesion.proposal is not None and lesion.proposal.state == "proposed":
            told = f"{name} was proposed by {lesion.proposal.source}: accept or decline it"
            found.append(Defect("open_proposal", name, told, lesion=lesion.id))
            continue
        if not lesion.shapes:
            found.append(
                Defect("empty_lesion", name, f"{name} is drawn nowhere: draw or delete it", lesion=lesion.id)
            )
        found += _category(lesion, name, known, allowed, marking.label)
        for image, shape in sorted(lesion.shapes.items()):
            found += _shape(lesion, image, shape, sizes, tools)
    if marking.label in ("benign", "malignant") and not marking.counted:
        told = f"the case is said to be {marking.label} and nothing is marked: mark it or mend its class"
        found.append(Defect("nothing_marked", "the case", told))
    return found


def _category(
    lesion: Lesion, name: str, known: set[int], allowed: set[int] | None, label: str
) -> list[Defect]:
    if lesion.category is None and any(not isinstance(shape, Line) for shape in lesion.shapes.values()):
        return [Defect("no_category", name, f"{name} has no category: choose one", lesion=lesion.id)]
    if lesion.category is not None and lesion.category not in known:
        return [
            Defect("wrong_category", name, f"{name} has an unknown category: choose one", lesion=lesion.id)
        ]
    if allowed is not None and lesion.category is not None and lesion.category not in allowed:
        told = f"{name} has a category that a {label} case cannot have: mend the category or the class"
        return [Defect("category_not_allowed", name, told, lesion=lesion.id)]
    return []


def _shape(lesion: Lesion, image: int, shape: Shape, sizes: Sizes, tools: Sequence[str]) -> list[Defect]:
    name = f"lesion {lesion.number}"

    def defect(code: str, told: str) -> list[Defect]:
        return [Defect(code, f"{name}, image {image + 1}", told, image, lesion.id)]

    if image not in sizes:
        return defect(
            "no_such_image", f"{name} is drawn in an image that the case does not have: delete it there"
        )
    if shape.kind not in tools:
        words = " or ".join(tools)
        return defect(
            "tool_not_allowed", f"{name} is drawn as a {shape.kind}, and this pass asks for {words}"
        )
    try:
        must_lie_in(shape, *sizes[image])
    except ShapeError as error:
        return defect("outside_image", f"{name}: {error}")
    if not isinstance(shape, Line) and not rasterise(shape, *sizes[image]).any():
        return defect("empty_annotation", f"{name} holds no pixel in image {image + 1}: draw it larger")
    return []
