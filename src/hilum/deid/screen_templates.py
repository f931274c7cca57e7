"""Where screens of known devices print whose examination it is: templates by device and screen layout."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset

from hilum.deid.attributes import plain
from hilum.deid.blanking_boxes import TextBox, upright
from hilum.errors import WorkspaceError

OWN_FILE = "screens.toml"
"""The name of the file of own templates in a workspace."""
ALWAYS, WHEN_WRITING = "always", "writing"
_BUILT_IN = Path(__file__).with_name("screen_templates.toml")
_KEYS = {"name", "manufacturer", "model", "sop_class", "rows", "columns", "when", "boxes"}
_LARGEST_FILE = 1 << 20


@dataclass(frozen=True)
class ScreenTemplate:
    """Boxes that are blanked in pictures of one kind of screen.

    Attributes:
        name: what screen it is.
        manufacturer: pattern (`*` for anything, capitals do not matter) of Manufacturer.
        model: pattern of ManufacturerModelName.
        sop_class: SOP Class UID; empty for any.
        rows: of the picture; 0 for any.
        columns: of the picture; 0 for any.
        when: `always`, or `writing`: only where writing was found inside the box.
        boxes: x, y, width, height in pixels.

    Example:
        >>> ScreenTemplate("own", "acme*", "*", "", 600, 800, ALWAYS, ((0, 0, 800, 40),)).rows
        600
    """

    name: str
    manufacturer: str
    model: str
    sop_class: str
    rows: int
    columns: int
    when: str
    boxes: tuple[tuple[int, int, int, int], ...]

    def fits(self, dataset: Dataset, shape: Sequence[int]) -> bool:
        """Whether an image with this header and of these rows and columns is such a screen."""
        return (
            _alike(self.manufacturer, plain(dataset, "Manufacturer"))
            and _alike(self.model, plain(dataset, "ManufacturerModelName"))
            and self.sop_class in ("", plain(dataset, "SOPClassUID"))
            and (self.rows or shape[0], self.columns or shape[1]) == tuple(shape)
        )


def _alike(pattern: str, text: str) -> bool:
    return fnmatchcase(text.casefold(), pattern.casefold())


def templates_for(workspace: Path) -> tuple[ScreenTemplate, ...]:
    """The templates that come with the program, and the workspace's own (`screens.toml`) before them.

    Raises:
        WorkspaceError: the workspace's file cannot be understood.

    Example:
        >>> len(templates_for(Path("nowhere"))) > 0
        True
    """
    own = workspace / OWN_FILE
    return (read_templates(own) if own.is_file() else ()) + read_templates(_BUILT_IN)


@cache
def read_templates(path: Path) -> tuple[ScreenTemplate, ...]:
    """Read a file of templates (TOML, one `[[screen]]` each).

    Raises:
        WorkspaceError: it is no such file.
    """
    try:
        with path.open("rb") as file:
            screens = tomllib.loads(file.read(_LARGEST_FILE).decode()).get("screen", [])
        return tuple(_template(screen) for screen in screens)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise WorkspaceError(
            f"{path} cannot be understood ({error}): each [[screen]] needs name, manufacturer, rows, columns "
            "and boxes = [[x, y, width, height], ...]"
        ) from error


def _template(screen: dict[str, Any]) -> ScreenTemplate:
    if unknown := set(screen) - _KEYS:
        raise ValueError(f"{', '.join(sorted(unknown))} is unknown")
    if screen.get("when", ALWAYS) not in (ALWAYS, WHEN_WRITING):
        raise ValueError(f"when is {ALWAYS} or {WHEN_WRITING}")
    boxes = tuple((int(x), int(y), int(width), int(height)) for x, y, width, height in screen["boxes"])
    return ScreenTemplate(
        str(screen["name"]),
        str(screen["manufacturer"]),
        str(screen.get("model", "*")),
        str(screen.get("sop_class", "")),
        int(screen["rows"]),
        int(screen["columns"]),
        str(screen.get("when", ALWAYS)),
        boxes,
    )


def template_boxes(
    dataset: Dataset, shape: Sequence[int], writing: Iterable[TextBox], templates: Sequence[ScreenTemplate]
) -> list[TextBox]:
    """The boxes that templates ask to blank in an image.

    Args:
        dataset: its header.
        shape: its rows and columns.
        writing: where writing was found.
        templates: to choose from; all that fit count.

    Example:
        >>> own = ScreenTemplate("own", "*", "*", "", 0, 0, "always", ((0, 0, 9, 2),))
        >>> template_boxes(Dataset(), (10, 10), [], [own])
        [TextBox(x=0, y=0, width=9, height=2, certainty=1)]
    """
    found = list(writing)
    boxes = []
    for template in templates:
        if not template.fits(dataset, shape):
            continue
        for x, y, width, height in template.boxes:
            box = upright(x, y, x + width, y + height, shape)
            wanted = template.when == ALWAYS or any(lies_in(one, [box]) for one in found)
            boxes += [box] if wanted and box.width > 0 and box.height > 0 else []
    return boxes


def lies_in(box: TextBox, places: Iterable[TextBox]) -> bool:
    """Whether the middle of a box is inside one of these places.

    Example:
        >>> lies_in(TextBox(2, 2, 4, 4), [TextBox(0, 0, 5, 5)])
        True
    """
    x, y = box.x + box.width / 2, box.y + box.height / 2
    return any(
        place.x <= x <= place.x + place.width and place.y <= y <= place.y + place.height for place in places
    )
