"""Confusion matrices side by side, as papers print them: truth in rows, what the reader said in columns."""

from collections.abc import Iterable
from typing import Any

from hilum.reporting.curves import Aligned
from hilum.reporting.format import counted, listed
from hilum.reporting.story import Story

MOST = 6
MOST_CLASSES = 12


def confusion(story: Story, data: Aligned) -> Iterable[dict[str, Any]]:
    """One figure, the part of the headline, one matrix a reader."""
    del data  # The matrices were counted when the readers were measured.
    matrices = []
    for look in story.drawn:
        found = next(
            (
                row
                for row in story.evaluation.confusions
                if (row.reader, row.part) == (look.name, story.main_part) and row.repeat is None
            ),
            None,
        )
        if found is not None and len(found.classes) <= MOST_CLASSES:
            matrices.append(
                {
                    "reader": look.name,
                    "label": look.short,
                    "colour": look.colour,
                    "text": look.text,
                    "classes": list(found.classes),
                    "counts": [list(line) for line in found.counts],
                    "n": sum(map(sum, found.counts)),
                }
            )
    if not matrices:
        return
    words = [
        f"{matrix['label']}: {sum(matrix['counts'][i][i] for i in range(len(matrix['classes'])))} of "
        f"{counted(matrix['n'], 'case')} right"
        for matrix in matrices[:MOST]
    ]
    yield {
        "id": "confusion",
        "kind": "confusion",
        "title": f"Confusion matrices, {story.main_part}",
        "caption": "Truth in rows, what the reader said in columns; the number of cases and their share of "
        "the row. Thresholds were frozen before these cases were read, decisions are as given.",
        "alt": f"Confusion matrices. {listed(words)}.",
        "matrices": matrices[:MOST],
    }
