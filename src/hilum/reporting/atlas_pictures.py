"""The pictures of an atlas, and the evidence that is attached to a report without them."""

from typing import Any


def atlas_pictures(evidence: dict[str, Any]) -> dict[str, str]:
    """The pictures of an atlas as data URIs, by the file names that `the PDF` gives them.

    Args:
        evidence: As `build_evidence` made it.

    Example:
        >>> atlas_pictures({"atlas": [{"figures": [{"picture": "data:image/png;base64,"}]}]})
        {'atlas-1-1.png': 'data:image/png;base64,'}
    """
    return {
        picture_file(place, number): figure["picture"]
        for place, item in enumerate(evidence.get("atlas") or [], start=1)
        for number, figure in enumerate(item["figures"], start=1)
    }


def without_atlas_pictures(evidence: dict[str, Any]) -> list[dict[str, Any]]:
    """The atlas as it is attached to a report that shows its pictures already.

    Args:
        evidence: As `build_evidence` made it.

    Example:
        >>> without_atlas_pictures({"atlas": [{"figures": [{"title": "t", "picture": "p"}]}]})
        [{'figures': [{'title': 't'}]}]
    """
    return [
        {
            **item,
            "figures": [{k: v for k, v in each.items() if k != "picture"} for each in item["figures"]],
        }
        for item in evidence.get("atlas") or []
    ]


def picture_file(place: int, number: int) -> str:
    """What a picture's file is called beside a document.

    Example:
        >>> picture_file(1, 2)
        'atlas-1-2.png'
    """
    return f"atlas-{place}-{number}.png"
