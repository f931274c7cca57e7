"""The atlas's section on paper."""

from typing import Any

from hilum.reporting.atlas_pictures import picture_file
from hilum.reporting.pdf.blocks import Block, cell, clean, note, prose, run, table

TITLE = "Atlas: where the groups\u2019 maps differ"


def atlas_blocks(evidence: dict[str, Any]) -> list[Block]:
    """What stands in the PDF of an atlas; nothing where the evidence has none.

    Args:
        evidence: As `build_evidence` made it.

    Example:
        >>> atlas_blocks({})
        []
    """
    blocks: list[Block] = []
    for place, item in enumerate(evidence.get("atlas") or [], start=1):
        blocks.append({"kind": "heading", "text": clean(item["title"])})
        blocks += [note(text) for text in item["said"]]
        if item["table"]:
            head = [cell(name, strong=True) for name in item["table"]["columns"]]
            rows = [[cell(value) for value in row] for row in item["table"]["rows"]]
            said = "Of the pixels that were tested, how many have p below the level, by each way of testing."
            caption = [run("Significant shares.", "strong"), *prose(f" {said}")]
            blocks.append(table(caption, head, [((), rows)]))
        blocks += [
            {
                "kind": "drawing",
                "file": picture_file(place, number),
                "percent": figure["percent"],
                "alt": clean(f"{figure['title']}: {item['title']}. {figure['caption']}"),
                "caption": [
                    run(f"Atlas {place}.{number}. {figure['title']}.", "strong"),
                    *prose(f" {figure['caption']}"),
                ],
            }
            for number, figure in enumerate(item["figures"], start=1)
        ]
        blocks.append(note(item["methods"]))
    return blocks
