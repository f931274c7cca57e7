"""Confusion matrices side by side, as papers print them: truth in rows, what the reader said in columns."""

from collections.abc import Iterable
from typing import Any

from hilum.evaluation import Confusion
from hilum.reporting.curves import Aligned
from hilum.reporting.format import at_words, counted, listed
from hilum.reporting.looks import Look
from hilum.reporting.operating import horizons_of, matrix_of
from hilum.reporting.story import Story

MOST = 12
MOST_CLASSES = 12
CASE = "case"


def confusion(story: Story, data: Aligned) -> Iterable[dict[str, Any]]:
    """One figure, the part of the headline, one matrix a reader; of several horizons the first."""
    del data  # The matrices were counted when the readers were measured.
    at = horizons_of(story)[0]
    found = [(look, matrix) for look in story.drawn if (matrix := _matrix(story, look, at)) is not None]
    matrices = [_plain(look, matrix) for look, matrix in found if len(matrix.classes) <= MOST_CLASSES]
    if not matrices:
        return
    shown = matrices[:MOST]
    words = [
        f"{matrix['label']}: {sum(matrix['counts'][i][i] for i in range(len(matrix['classes'])))} of "
        f"{counted(matrix['n'], 'case')} right"
        for matrix in shown
    ]
    more = f" The first {MOST} of {len(matrices)} readers are shown." if len(matrices) > MOST else ""
    yield {
        "id": "confusion",
        "kind": "confusion",
        "title": f"Confusion matrices{at_words(at)}, {story.main_part}",
        "caption": "Truth in rows, what the reader said in columns; the number of cases and their share of "
        f"the row. {_how(story)}{more}",
        "alt": f"Confusion matrices. {listed(words)}.",
        "matrices": shown,
    }


def _matrix(story: Story, look: Look, at: str | None) -> Confusion | None:
    """That of all cases; of lesions that of cases with any of them."""
    if story.evaluation.task != "detection":
        return matrix_of(story, look.name, story.main_part, at)
    wanted = (look.name, story.main_part, CASE)
    return next((m for m in story.evaluation.confusions if (m.reader, m.part, m.of) == wanted), None)


def _how(story: Story) -> str:
    if len(story.evaluation.classes) > 2:
        return "A case is given the class with the highest score, or the decision."
    how = "Thresholds were frozen before these cases were read, decisions are as given."
    if story.evaluation.task == "detection":
        return f"A case is called positive where any of its marks reaches the threshold. {how}"
    if story.evaluation.task == "survival":
        return f"{how} Cases lost to follow-up before the horizon are left out."
    return how


def _plain(look: Look, matrix: Confusion) -> dict[str, Any]:
    return {
        "reader": look.name,
        "label": look.short,
        "colour": look.colour,
        "text": look.text,
        "classes": list(matrix.classes),
        "counts": [list(line) for line in matrix.counts],
        "n": sum(map(sum, matrix.counts)),
    }
