"""The evidence of the look inside a network, as it is attached to a report."""

from typing import Any


def without_inside_pictures(evidence: dict[str, Any]) -> dict[str, Any]:
    """The section as it is attached to a report that shows its pictures already.

    Example:
        >>> without_inside_pictures({"inside": {"pictures": [{"title": "t", "picture": "p"}]}})
        {'pictures': [{'title': 't'}]}
    """
    found = evidence.get("inside") or {}
    if not found:
        return {}
    bare = [{key: value for key, value in each.items() if key != "picture"} for each in found["pictures"]]
    return {**found, "pictures": bare}
