"""Which rooms' sentences are known in Korean. A room that is added here has an import and an entry."""

from collections.abc import Mapping
from typing import Final

from hilum.serving.korean import (
    annotation,
    answers,
    archive,
    cli,
    cohorts,
    conduct,
    deid,
    evaluation,
    evaluation_errors,
    image,
    measure_names,
    models,
    pacs,
    readers,
    reporting,
    scores,
    serving,
    study,
)

ROOMS: Final[tuple[Mapping[str, str], ...]] = (
    serving.SENTENCES,
    annotation.SENTENCES,
    archive.SENTENCES,
    deid.SENTENCES,
    image.SENTENCES,
    pacs.SENTENCES,
    cohorts.SENTENCES,
    study.SENTENCES,
    conduct.SENTENCES,
    readers.SENTENCES,
    scores.SENTENCES,
    models.SENTENCES,
    evaluation.SENTENCES,
    evaluation_errors.SENTENCES,
    {**reporting.SENTENCES, **answers.SENTENCES, **measure_names.SENTENCES},
    cli.SENTENCES,
)
"""English templates with their Korean ones, room by room."""
