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
# Of repeated trainings: so many readers, one below the other, and so many of the trainings of each.
MOST_REPEATED, MOST_REPEATS, MOST_REPEATED_CLASSES = 6, 10, 5
CASE = "case"


def confusion(story: Story, data: Aligned) -> Iterable[dict[str, Any]]:
    """The part of the headline, one matrix a reader; then one of each repeated training.

    Of several horizons the first is shown.
    """
    del data  # The matrices were counted when the readers were measured.
    yield from _of_readers(story)
    yield from _of_repeats(story)


def _of_readers(story: Story) -> Iterable[dict[str, Any]]:
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


def _of_repeats(story: Story) -> Iterable[dict[str, Any]]:
    """One matrix of each training, a row a reader, in the order of the trainings."""
    at = horizons_of(story)[0]
    rows = [(look, found) for look in story.looks if len(found := _repeats(story, look, at)) > 1]
    if not rows:
        return
    across = min(max(len(found) for _, found in rows), MOST_REPEATS)
    matrices = []
    for look, found in rows[:MOST_REPEATED]:
        shown = [_plain(look, matrix) for matrix in found[:across]]
        matrices += [
            {**each, "label": str(matrix.repeat), "row": look.short, "repeat": matrix.repeat}
            for each, matrix in zip(shown, found, strict=False)
        ]
    right = [
        f"{each['row']} {each['repeat']}: {sum(each['counts'][i][i] for i in range(len(each['classes'])))}"
        for each in matrices
    ]
    more = f" The first {across} trainings are shown." if len(rows[0][1]) > across else ""
    yield {
        "id": "confusions-of-trainings",
        "kind": "confusion",
        "title": f"Confusion matrices of each training{at_words(at)}, {story.main_part}",
        "caption": "A row a reader, a column a training, numbered from 1; each training decides by the "
        f"threshold that was frozen for it on validation. Truth in rows, what was said in columns.{more}",
        "alt": f"Confusion matrices of each training; right cases of {listed(right)}.",
        "across": across,
        "matrices": matrices,
    }


def _repeats(story: Story, look: Look, at: str | None) -> list[Confusion]:
    """The matrices of a reader's trainings; none where a part of them has too many classes to be drawn."""
    found = [
        matrix
        for matrix in story.evaluation.confusions
        if (matrix.reader, matrix.part, matrix.of) == (look.name, story.main_part, None)
        and matrix.repeat is not None
        and (at is None or (matrix.at or "").startswith(at))
        and len(matrix.classes) <= MOST_REPEATED_CLASSES
    ]
    return sorted(found, key=lambda matrix: matrix.repeat or 0)


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
