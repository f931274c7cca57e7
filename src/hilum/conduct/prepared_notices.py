"""What a reader of a report should know of single images: unreadable, turned, of another view."""

from hilum.preparation import Prepared
from hilum.readers import ReaderWarning


def notices_of(prepared: Prepared) -> list[ReaderWarning]:
    """Sentences about images that could not be read, seem to be turned, or are like no training image.

    Args:
        prepared: The images of a cohort.
    """
    return [*unreadable(prepared), *turned(prepared), *strange(prepared)]


def unreadable(prepared: Prepared) -> list[ReaderWarning]:
    """A sentence for each image that could not be read, at most ten, and one that counts the others."""
    shown = prepared.problems[:10]
    said = [
        ReaderWarning("image_unreadable", f"{p.image} could not be read and was left out: {p.reason}", 1)
        for p in shown
    ]
    if more := len(prepared.problems) - len(shown):
        said.append(
            ReaderWarning(
                "images_unreadable", f"{more} more images could not be read and were left out", more
            )
        )
    return said


def turned(prepared: Prepared) -> list[ReaderWarning]:
    """A sentence for the images that seem to lie on their side or upside down, which names at most ten."""
    found = prepared.turned()
    if not found:
        return []
    named = [f"{image} ({degrees} degrees)" for image, degrees in list(found.items())[:10]]
    more = f" and {len(found) - len(named)} more" if len(found) > len(named) else ""
    return [
        ReaderWarning(
            "image_turned",
            "by their likeness to the mean training image some seem to be turned, and were read as they are: "
            f"look at {', '.join(named)}{more}",
            len(found),
        )
    ]


def strange(prepared: Prepared) -> list[ReaderWarning]:
    """A sentence for the images that are like no training image, which names at most ten."""
    found = prepared.strange()
    if not found:
        return []
    more = f" and {len(found) - 10} more" if len(found) > 10 else ""
    return [
        ReaderWarning(
            "image_of_another_view",
            "by their likeness to the mean training image some seem to be of another view, or of something "
            f"else, and were read as they are: look at {', '.join(found[:10])}{more}",
            len(found),
        )
    ]
