"""What the page of results shows of a report: its sentences, tables and figures, without single cases."""

import base64
import binascii
from typing import Any

from hilum.serving.failures import Refusal
from hilum.serving.results_told import told_results

_TAKEN = (
    *("title", "question", "answer", "readers", "event_noun", "comparator", "lead", "parts", "endpoints"),
    *("main_table", "operating_table", "further_table", "figures", "limits", "methods", "map_notes"),
)


def shown(evidence: dict[str, Any]) -> dict[str, Any]:
    """The evidence for the page: no examples, no pictures, no data behind tables."""
    tables = [
        {name: each for name, each in table.items() if name != "data"} for table in evidence["detail_tables"]
    ]
    return told_results(
        {
            **{name: evidence.get(name) for name in _TAKEN},
            "detail_tables": tables,
            "atlas": [_atlas(item) for item in evidence.get("atlas") or []],
        }
    )


def _atlas(item: dict[str, Any]) -> dict[str, Any]:
    figures = [{"title": each["title"], "caption": each["caption"]} for each in item["figures"]]
    return {"title": str(item["title"]), "figures": figures}


def atlas_picture(evidence: dict[str, Any], item: int, figure: int) -> bytes:
    """One picture of the atlas.

    Raises:
        Refusal: 404 where there is none.
    """
    try:
        return base64.b64decode(_data(evidence["atlas"][item]["figures"][figure]["picture"]), validate=True)
    except (KeyError, IndexError, TypeError, ValueError, binascii.Error):
        raise Refusal(404, "this run has no such picture") from None


def _data(address: str) -> str:
    """What follows in the address of a PNG picture; nothing that could be decoded in any other."""
    kind, _, data = address.partition(",")
    return data if kind == "data:image/png;base64" else "?"
